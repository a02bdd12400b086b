import { documents } from '../../../core/documents.ts';
import type { JsonObject } from '../../../core/json.ts';
import { parseJson } from '../../../core/parse-json.ts';
import type { Usage } from '../../../core/usage/event.ts';
import type { Exchange, UsageFacts } from '../../provider.ts';
import { type Endpoint, readEndpoint } from '../endpoint.ts';
import { askedTier, type Family, factsOf, refused, setTier } from '../family.ts';
import { askedImageSize } from '../media/image-size.ts';
import { type AskedPictures, askedPictures, readPredictions } from '../media/predict.ts';
import { type GeminiResponse, readResponse } from './response.ts';
import { tierName } from './tier.ts';

/** The methods of a model that answer at once: generateContent, streams, embeddings, `:predict`, countTokens. */
export const generate: Family = {
  serves: (request) => readEndpoint(request) !== undefined,
  readUsage,
};

function readUsage({ request, response }: Exchange): UsageFacts | undefined {
  const endpoint = readEndpoint(request);
  if (!endpoint) return undefined;
  const asked = request.body && askedIn(request.body);
  const facts = factsOf(request, endpoint.operation, endpoint.model);
  if (!response) return facts;
  facts.httpStatus = response.status;
  const chunks = response.body ? [...documents(response.body)] : [];
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
  setTier(facts, { header, serviceTier, trafficType }, asHeader ? tierName(asHeader) : asked?.tier);
  readCounts(facts, endpoint, answer, chunks, asked);
  facts.status = response.complete && !answer.error ? 'ok' : 'incomplete';
  return facts;
}

/** What the body of a request asks for, without its prompt. */
interface Asked {
  tier: string | undefined;
  imageSize: string | undefined;
  pictures: AskedPictures;
}

const askedBy = new WeakMap<Uint8Array, Asked>();

/** One body is read with each part of its answer. */
function askedIn(body: Uint8Array): Asked {
  let asked = askedBy.get(body);
  if (!asked) {
    const value = parseJson(body);
    asked = { tier: askedTier(value), imageSize: askedImageSize(value), pictures: askedPictures(value) };
    askedBy.set(body, asked);
  }
  return asked;
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
  asked: Asked | undefined,
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
  if (usage) facts.usage = withMedia(usage, answer, asked?.imageSize);
}

function withMedia(usage: Usage, answer: GeminiResponse, size: string | undefined): Usage {
  if (answer.images > 0) usage.images = [{ count: answer.images, ...(size ? { size } : {}) }];
  if (answer.songs > 0) usage.songs = answer.songs;
  return usage;
}
