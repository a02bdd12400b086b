import { decodeUri } from '../../core/text.ts';
import type { Platform } from '../../core/usage/event.ts';
import type { RequestHead } from '../provider.ts';

/** Where a request goes: the platform, and the cloud region of a Vertex endpoint. */
export interface Place {
  platform: Platform;
  location?: string;
}

/** What a request to a method of a model addresses, from its path. */
export interface Endpoint extends Place {
  /** Google's method name, such as `generateContent`. */
  method: string;
  operation: string;
  model: string;
  /** A model of the user's own making, whose price is not that of its base. */
  tuned?: true;
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
  countTokens: 'count_tokens',
  computeTokens: 'count_tokens',
};
const FREE = new Set(['countTokens', 'computeTokens']);

const MODEL_METHOD = /\/((?:publishers\/[^/]+\/models|models|tunedModels|endpoints)\/([^/:]+)):([A-Za-z]+)$/;
const VERTEX_PATH = /\/(?:locations\/([^/]+)\/|publishers\/|endpoints\/)/;
const REGION_HOST = /^([a-z]+-[a-z]+\d+)-aiplatform/;
const VERSION = /\/v\d+(?:(?:alpha|beta)\d*)?[/:]/;
const GEMINI_HOST = /(^|\.)generativelanguage\.googleapis\.com$/;
const VERTEX_HOST = /(^|[.-])aiplatform(\.[a-z]+\.rep)?\.googleapis\.com$/;
const FIREBASE_HOST = /^firebasevertexai\.googleapis\.com$/;
const OTHER_GOOGLE_HOST = /\.googleapis\.com$/;
const CLIENT_HEADERS = ['x-goog-api-key', 'x-goog-api-client', 'x-goog-user-project'];
/** @google-cloud/vertexai names itself nowhere else. */
const VERTEX_CLIENT = /(^|\s)model-builder\//;
const VERTEX_MODEL = /\/projects\/[^/]+\/locations\/[^/]+\/publishers\/google\/models\/[^/]+:\w+$/;

export function isGoogleHost({ hostname }: URL): boolean {
  return GEMINI_HOST.test(hostname) || VERTEX_HOST.test(hostname) || FIREBASE_HOST.test(hostname);
}

/** Behind a gateway or test server: a versioned path, and a header, a key or a whole path of Vertex AI that only Google's clients send. */
export function isGoogleClient(request: RequestHead): boolean {
  const { hostname, pathname } = request.url;
  // Google's other services have the same clients and keys.
  if (OTHER_GOOGLE_HOST.test(hostname) || !VERSION.test(`${pathname}/`)) return false;
  if (CLIENT_HEADERS.some((name) => request.header(name) !== undefined)) return true;
  if (VERTEX_MODEL.test(pathname) || VERTEX_CLIENT.test(request.header('user-agent') ?? '')) return true;
  return request.url.searchParams.has('key');
}

export function placeOf({ hostname, pathname }: URL): Place {
  const vertex = VERTEX_PATH.exec(pathname);
  const location = vertex?.[1] ?? REGION_HOST.exec(hostname)?.[1];
  const platform = vertex || VERTEX_HOST.test(hostname) ? 'vertex' : 'gemini-api';
  return { platform, ...(location ? { location } : {}) };
}

/** The model and the method that a path such as `/v1beta/models/gemini-3.8-flash:generateContent` ends in. */
export function modelMethod({ pathname }: URL): { model: string; method: string; tuned: boolean } | undefined {
  const [, path, name, method] = MODEL_METHOD.exec(pathname) ?? [];
  if (!path || !name || !method) return undefined;
  const tuned = /^(tunedModels|endpoints)\//.test(path);
  return { model: decodeUri(tuned ? path : name), method, tuned };
}

const endpoints = new WeakMap<URL, Endpoint | 'none'>();

/** The endpoint of a request to a method that may bill; undefined for all others. */
export function readEndpoint({ method, url }: RequestHead): Endpoint | undefined {
  if (method !== 'POST') return undefined;
  // One request is asked about many times.
  const known = endpoints.get(url) ?? endpointOf(url) ?? 'none';
  endpoints.set(url, known);
  return known === 'none' ? undefined : known;
}

function endpointOf(url: URL): Endpoint | undefined {
  const called = modelMethod(url);
  if (!called || !Object.hasOwn(OPERATIONS, called.method)) return undefined;
  const { method, model, tuned } = called;
  return {
    ...placeOf(url),
    method,
    operation: OPERATIONS[method]!,
    model,
    ...(tuned ? { tuned: true as const } : {}),
    ...(FREE.has(method) ? { free: true as const } : {}),
  };
}
