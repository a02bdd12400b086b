import type { JsonObject, JsonValue } from '../core/json.ts';

/** A request as the local API saw it. `headers` are lower-case; `path` has no query. */
export interface ApiRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
  /** The parsed body; undefined where it is empty or not JSON. */
  json: JsonValue | undefined;
  /** 1 for the first request of this server. Part of every id it invents. */
  sequence: number;
}

/** One write of a streamed reply, with the usage object it carries, if any. */
export interface Chunk {
  data: string | Uint8Array;
  usage?: JsonObject;
}

/** What to answer. Either `body` (one write) or `chunks` (writes over time; may be endless). */
export interface Reply {
  /** 200 unless told. */
  status?: number;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  chunks?: Iterable<Chunk>;
  /** What follows the last byte: a normal end, a cut connection, or silence until the client leaves. */
  ending?: 'end' | 'destroy' | 'never';
  /** The usage object in `body`, for the record in `LocalApi.exchanges`. */
  usage?: JsonObject;
  /** How long the answer takes, as a multiple of `latencyMs`; 1 unless told. */
  pace?: number;
  /** Compress when the client accepts gzip, as Google does. */
  gzip?: boolean;
}

/** Answers a request before the vendors' rules do; undefined passes it on. */
export type Handler = (request: ApiRequest, body: Uint8Array) => Reply | undefined;

/** What went over the wire, and what it would be billed by. Complete once the client has read its answer. */
export interface ApiExchange {
  method: string;
  /** Without the query, which may hold a key. */
  path: string;
  /** Request headers without the credentials. */
  headers: Record<string, string>;
  /** 0 until the answer starts. */
  status: number;
  /** The last usage object that was sent: Gemini's `usageMetadata`, as is. */
  usage?: JsonObject;
  /** The `character-cost` header that was sent. */
  characterCost?: number;
  /** Whether every byte of the answer was sent. */
  complete: boolean;
}

export function jsonReply(value: unknown, rest: Omit<Reply, 'body'> = {}): Reply {
  return { ...rest, headers: { 'content-type': 'application/json', ...rest.headers }, body: JSON.stringify(value) };
}
