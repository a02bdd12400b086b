import { documents } from '../../../core/documents.ts';
import type { JsonObject, JsonValue } from '../../../core/json.ts';
import { project, projection } from '../../../core/project.ts';
import type { Usage } from '../../../core/usage/event.ts';
import type { Exchange, UsageFacts } from '../../provider.ts';
import { type Endpoint, readEndpoint } from '../endpoint.ts';
import { type Family, factsOf, refused, setTier } from '../family.ts';
import { askedImageSize, IMAGE_SIZE_PATHS } from '../media/image-size.ts';
import { PREDICT_PATHS, readPredictions } from '../media/predict.ts';
import { type GeminiResponse, RESPONSE, readResponse } from './response.ts';

/** The methods of a model that answer at once: generateContent, streams, embeddings, `:predict`, countTokens. */
export const generate: Family = {
  serves: (request) => readEndpoint(request) !== undefined,
  readUsage,
};

const REQUEST = projection(['serviceTier', 'service_tier', ...IMAGE_SIZE_PATHS, ...PREDICT_PATHS]);

function readUsage({ request, response }: Exchange): UsageFacts | undefined {
  const endpoint = readEndpoint(request);
  if (!endpoint) return undefined;
  const asked = request.body && askedIn(request.body);
  const facts = factsOf(request, endpoint.operation, endpoint.model);
  if (!response) return facts;
  facts.httpStatus = response.status;
  const chunks = response.body ? [...documents(response.body, RESPONSE)] : [];
  const answer = readResponse(chunks);
  if (answer.id) facts.id = answer.id;
  const refusal = refused(facts, response.status, chunks.at(-1));
  if (refusal) return refusal;
  const model = answeredBy(endpoint, answer);
  if (model) facts.responseModel = model;
  if (answer.error ?? answer.blocked) facts.errorCode = answer.error ?? answer.blocked;
  const { serviceTier, trafficType } = answer;
  const header = response.header('x-gemini-service-tier');
  // Vertex AI takes the tier in a header, which no body repeats.
  const asHeader = request.header('x-vertex-ai-llm-shared-request-type');
  setTier(facts, { header, serviceTier, trafficType }, asHeader ? { serviceTier: asHeader } : asked);
  readCounts(facts, endpoint, answer, chunks, asked);
  facts.status = response.complete && !answer.error ? 'ok' : 'incomplete';
  return facts;
}

const askedBy = new WeakMap<Uint8Array, { value: JsonValue | undefined }>();

/** What the body of the request asks for. One body is read with each part of its answer. */
function askedIn(body: Uint8Array): JsonValue | undefined {
  const asked = askedBy.get(body) ?? { value: project(body, REQUEST)?.value };
  askedBy.set(body, asked);
  return asked.value;
}

/** Embedding and Imagen answers do not repeat the model, and their ids are not aliases. */
const ANSWERS_AS_ASKED = new Set(['embedContent', 'batchEmbedContents', 'predict', 'countTokens', 'computeTokens']);

/** A tuned model may answer with the name of its base, whose price is another one. */
function answeredBy(endpoint: Endpoint, answer: GeminiResponse): string | undefined {
  if (endpoint.tuned) return endpoint.model;
  return answer.model ?? (ANSWERS_AS_ASKED.has(endpoint.method) ? endpoint.model : undefined);
}

function readCounts(
  facts: UsageFacts,
  endpoint: Endpoint,
  answer: GeminiResponse,
  chunks: JsonObject[],
  asked: unknown,
): void {
  if (endpoint.free) {
    facts.usage = {};
    return;
  }
  if (endpoint.method === 'predict') {
    // An endpoint of the user's own may serve anything: only what is recognised is a count.
    const read = chunks[0] && readPredictions(endpoint.model, chunks[0], asked);
    if (read && !(endpoint.tuned && read.usage?.images?.length === 0)) Object.assign(facts, read);
    return;
  }
  if (answer.read?.doubt) facts.estimated = answer.read.doubt;
  const usage = answer.read?.usage;
  if (usage) facts.usage = withMedia(usage, answer, asked);
}

function withMedia(usage: Usage, answer: GeminiResponse, asked: unknown): Usage {
  const size = askedImageSize(asked);
  if (answer.images > 0) usage.images = [{ count: answer.images, ...(size ? { size } : {}) }];
  if (answer.songs > 0) usage.songs = answer.songs;
  return usage;
}
