import { at, list } from '../../core/json.ts';
import { type ApiRequest, jsonReply, type Reply } from '../exchange.ts';
import { batches, createBatch } from './batches.ts';
import { caches } from './caches.ts';
import { type Call, readCall } from './call.ts';
import { batchEmbedContents, embedContent, predict } from './embed.ts';
import { geminiError, invalidKey } from './errors.ts';
import { fileSearch } from './file-search.ts';
import { countTokens, generateContent, streamGenerateContent } from './generate.ts';
import { interactions } from './interactions.ts';
import { openai } from './openai.ts';
import { fetchPredictOperation, operations, predictLongRunning } from './video.ts';

const METHODS: Record<string, (call: Call) => Reply> = {
  generateContent,
  streamGenerateContent,
  countTokens,
  embedContent,
  batchEmbedContents,
  predict,
  predictLongRunning,
  fetchPredictOperation,
  batchGenerateContent: createBatch,
  asyncBatchEmbedContent: createBatch,
};

/** What is not a method of a model. Each answers only its own paths. */
const RESOURCES: readonly ((request: ApiRequest) => Reply | undefined)[] = [
  operations,
  interactions,
  openai,
  batches,
  caches,
  fileSearch,
];

const RESOURCE_PATH =
  /^(?:\/upload)?\/v\d+(alpha|beta\d*)?\/(models|fileSearchStores|interactions|openai|batches|files|cachedContents|projects)(\/|$)/;

const MODELS = ['gemini-3.8-flash', 'gemini-3.5-flash-lite', 'gemini-nano-banana-2.1', 'gemini-3.8-flash-tts'];

/** The key that is always refused. */
const INVALID_KEY = 'invalid';

/** Answers for Gemini on both platforms; undefined for a path that is not Google's. */
export function gemini(request: ApiRequest): Reply | undefined {
  const call = readCall(request);
  if (call === undefined && !RESOURCE_PATH.test(request.path)) return undefined;
  const key = request.headers['x-goog-api-key'] ?? request.query.get('key') ?? request.headers.authorization;
  if (key === undefined || key === '') return geminiError(403);
  if (key === INVALID_KEY) return invalidKey(key);
  if (call === undefined) return resource(request) ?? models(request);
  if (!Object.hasOwn(METHODS, call.method) || !/^(gemini|imagen|text-embedding|veo)-/.test(call.model))
    return notFound(call);
  return invalidBody(call) ?? METHODS[call.method]?.(call);
}

function resource(request: ApiRequest): Reply | undefined {
  for (const answer of RESOURCES) {
    const reply = answer(request);
    if (reply) return reply;
  }
  return undefined;
}

function models(request: ApiRequest): Reply {
  const name = /\/models\/([^/]+)$/.exec(request.path)?.[1];
  if (name === undefined && !/\/models$/.test(request.path)) return geminiError(404);
  if (name === undefined) return jsonReply({ models: MODELS.map(describe) });
  return MODELS.includes(name) ? jsonReply(describe(name)) : geminiError(404);
}

function describe(model: string): object {
  return {
    name: `models/${model}`,
    displayName: model,
    supportedGenerationMethods: ['generateContent', 'countTokens'],
  };
}

function notFound({ model, version, method }: Call): Reply {
  const name = method.charAt(0).toUpperCase() + method.slice(1);
  return geminiError(404, {
    message: `models/${model} is not found for API version ${version}, or is not supported for ${name}. Call ListModels to see the list of available models and their supported methods.`,
  });
}

function invalidBody({ body, method }: Call): Reply | undefined {
  if (body === undefined)
    return geminiError(400, { message: 'Invalid JSON payload received. Unexpected end of string.' });
  const generates = method === 'generateContent' || method === 'streamGenerateContent';
  if (!generates || list(at(body, 'contents')).length > 0) return undefined;
  return geminiError(400, { message: '* GenerateContentRequest.contents: contents is not specified\n' });
}
