import { documents } from '../../core/documents.ts';
import { GEMINI, type Usage } from '../../core/event.ts';
import { at, count, type JsonObject, list, text } from '../../core/json.ts';
import { project, projection } from '../../core/project.ts';
import type { Exchange, Provider, UsageFacts } from '../provider.ts';
import { type Endpoint, isGeminiRequest, readEndpoint } from './endpoint.ts';
import { meterGemini } from './meter.ts';
import { countPredictedImages, type GeminiResponse, RESPONSE, readResponse } from './response.ts';
import { servedTier, tierName } from './tier.ts';

/** Google Gemini through the Gemini API, Vertex AI, Firebase AI and gateways that keep its paths. */
export const gemini: Provider = {
  id: GEMINI,
  matches: isGeminiRequest,
  readUsage,
  meter: meterGemini,
  wantsBody: ({ response }) => /json|event-stream/.test(response?.header('content-type') ?? ''),
};

const REQUEST = projection([
  'serviceTier',
  'service_tier',
  'generationConfig.imageConfig.imageSize',
  'parameters.sampleImageSize',
]);

function readUsage({ request, response }: Exchange): UsageFacts | undefined {
  const endpoint = readEndpoint(request);
  if (!endpoint) return undefined;
  const asked = request.body ? project(request.body, REQUEST)?.value : undefined;
  const facts: UsageFacts = {
    service: GEMINI,
    operation: endpoint.operation,
    platform: endpoint.platform,
    status: 'incomplete',
    ...(endpoint.model ? { requestModel: endpoint.model } : {}),
    ...(endpoint.location ? { location: endpoint.location } : {}),
  };
  if (!response) return facts;
  facts.httpStatus = response.status;
  const chunks = response.body ? [...documents(response.body, RESPONSE)] : [];
  const answer = readResponse(chunks);
  if (answer.id) facts.id = answer.id;
  if (response.status >= 400) return { ...facts, status: 'failed', errorCode: answer.error ?? String(response.status) };
  if (answer.model) facts.responseModel = answer.model;
  else if (ANSWERS_AS_ASKED.has(endpoint.method)) facts.responseModel = endpoint.model;
  if (answer.error ?? answer.blocked) facts.errorCode = answer.error ?? answer.blocked;
  readTier(facts, answer, response.header('x-gemini-service-tier'), asked);
  readCounts(facts, endpoint, answer, chunks, asked);
  facts.status = response.complete && !answer.error ? 'ok' : 'incomplete';
  return facts;
}

/** Embedding and Imagen answers do not repeat the model, and their ids are not aliases. */
const ANSWERS_AS_ASKED = new Set(['embedContent', 'batchEmbedContents', 'predict', 'countTokens', 'computeTokens']);

function readTier(facts: UsageFacts, answer: GeminiResponse, header: string | undefined, asked: unknown): void {
  const { serviceTier, trafficType } = answer;
  const served = servedTier({ header, serviceTier, trafficType });
  const wanted = tierName(at(asked, 'serviceTier')) ?? tierName(at(asked, 'service_tier'));
  const tier = served ?? wanted;
  if (!tier || tier === 'standard') return;
  facts.tier = tier;
  if (!served) facts.estimated = `the answer names no tier, ${tier} was asked for`;
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
  const usage = endpoint.method === 'predict' ? predictUsage(facts, chunks, asked) : answer.read?.usage;
  if (answer.read?.doubt) facts.estimated = answer.read.doubt;
  if (!usage) return;
  if (answer.images > 0) {
    const size = text(at(asked, 'generationConfig', 'imageConfig', 'imageSize'));
    usage.images = [{ count: answer.images, ...(size ? { size } : {}) }];
  }
  if (answer.songs > 0) usage.songs = answer.songs;
  facts.usage = usage;
}

/** `:predict` serves Imagen and Vertex embeddings; neither carries `usageMetadata`. */
function predictUsage(facts: UsageFacts, chunks: JsonObject[], asked: unknown): Usage | undefined {
  const [body] = chunks;
  if (!body) return undefined;
  const tokens = list(body.predictions)
    .map((prediction) => count(at(prediction, 'embeddings', 'statistics', 'token_count')))
    .filter((tokenCount) => tokenCount !== undefined);
  if (tokens.length > 0) {
    facts.operation = 'embed_content';
    const characters = count(at(body, 'metadata', 'billableCharacterCount'));
    const inputTokens = tokens.reduce((sum, tokenCount) => sum + tokenCount, 0);
    return { inputTokens, ...(characters === undefined ? {} : { characters }) };
  }
  facts.operation = 'generate_images';
  return { images: countPredictedImages(body, text(at(asked, 'parameters', 'sampleImageSize'))) };
}
