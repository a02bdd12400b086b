import type { Platform } from '../../core/event.ts';
import { decodeUri } from '../../core/text.ts';
import type { RequestHead } from '../provider.ts';

/** What a request addresses, from its path. */
export interface Endpoint {
  /** Google's method name, such as `generateContent`. */
  method: string;
  operation: string;
  model?: string;
  platform: Platform;
  location?: string;
  /** Answered without charge by Google's own word. */
  free?: true;
}

/** Method names that can bill, and the operation each one is. */
const OPERATIONS: Record<string, string> = {
  generateContent: 'generate_content',
  streamGenerateContent: 'generate_content',
  embedContent: 'embed_content',
  batchEmbedContents: 'embed_content',
  predict: 'predict',
  predictLongRunning: 'generate_videos',
  countTokens: 'count_tokens',
  computeTokens: 'count_tokens',
};
const FREE = new Set(['countTokens', 'computeTokens']);

const MODEL_METHOD = /\/((?:publishers\/[^/]+\/models|models|tunedModels|endpoints)\/([^/:]+)):([A-Za-z]+)$/;
const VERTEX_PATH = /\/(?:projects\/[^/]+\/)?(?:locations\/([^/]+)\/)?(?:publishers\/|endpoints\/)/;
const VERSION = /\/v\d+(?:(?:alpha|beta)\d*)?\//;
const GEMINI_HOST = /(^|\.)generativelanguage\.googleapis\.com$/;
const VERTEX_HOST = /(^|[.-])aiplatform(\.[a-z]+\.rep)?\.googleapis\.com$/;
const FIREBASE_HOST = /^firebasevertexai\.googleapis\.com$/;
const CLIENT_HEADERS = ['x-goog-api-key', 'x-goog-api-client', 'x-goog-user-project'];

/** By host; behind a gateway or test server, by a versioned path together with a header that only Google's clients send. */
export function isGeminiRequest(request: RequestHead): boolean {
  const { hostname, pathname } = request.url;
  if (GEMINI_HOST.test(hostname) || VERTEX_HOST.test(hostname) || FIREBASE_HOST.test(hostname)) return true;
  if (!VERSION.test(`${pathname}/`) || !MODEL_METHOD.test(pathname)) return false;
  return request.url.searchParams.has('key') || CLIENT_HEADERS.some((name) => request.header(name) !== undefined);
}

/** The endpoint of a request that may bill; undefined for listings, uploads, polls and the like. */
export function readEndpoint(request: RequestHead): Endpoint | undefined {
  if (request.method !== 'POST') return undefined;
  const { hostname, pathname } = request.url;
  const [, , model, method] = MODEL_METHOD.exec(pathname) ?? [];
  if (!model || !method || !Object.hasOwn(OPERATIONS, method)) return undefined;
  const vertex = VERTEX_PATH.exec(pathname);
  const location = vertex?.[1] ?? /^([a-z]+-[a-z]+\d+)-aiplatform/.exec(hostname)?.[1];
  return {
    method,
    operation: OPERATIONS[method]!,
    model: decodeUri(model),
    platform: vertex ? 'vertex' : 'gemini-api',
    ...(location ? { location } : {}),
    ...(FREE.has(method) ? { free: true as const } : {}),
  };
}
