import type { JsonObject } from '../core/json.ts';
import type { UsageEvent } from '../core/usage/event.ts';

/** Where a record was found. */
export interface Position {
  file: string;
  /** 1-based line on which the record starts. */
  line: number;
  within?: Within;
}

/** What a record is one of: server-sent events, or elements of a top-level array. Responses are streamed as either. */
export type Within = 'events' | 'array';

/** An event as a log tells it. Without an id, ingest gives it one made of its position. */
export type LoggedEvent = Omit<UsageEvent, 'id'> & { id?: string };

/** What a record says about the records behind it in its file. */
export interface Opening {
  /** The session of all events that name none. */
  sessionId?: string;
  /** The model of those events of the same shape that name none. */
  model?: string;
  /** What those events were priced at, as `pinPrices` made it. */
  prices?: JsonObject;
}

/** How one log record shape becomes usage events. One file, one registry line and one fixture each; see CONTRIBUTING. */
export interface LogShape {
  id: string;
  /** One line for people, such as `Gemini batch result line`. */
  summary: string;
  /** Every record of this shape has one of these keys: without one it is not asked. Absent for a shape without such keys. */
  keys?: readonly string[];
  /** Takes what no shape before it knows; other shapes may recognise the same record. */
  general?: true;
  recognises(record: JsonObject): boolean;
  /**
   * The calls of a record; usually one, and none for a record that belongs to the format and is no call, such as a
   * header. Throws a `RecordError` for a record that has the shape but cannot be trusted, such as one with a negative
   * count. `chunks` are all records of a stream in order, where `continues` joined them; `record` is the first of them.
   */
  toEvents(record: JsonObject, at: Position, chunks: readonly JsonObject[]): LoggedEvent[];
  /** Whether `record` is the next chunk of the stream that `previous`, the record just before it, was found `within`. */
  continues?(previous: JsonObject, record: JsonObject, within: Within | undefined): boolean;
  opens?(record: JsonObject): Opening | undefined;
}

/** Why a record is skipped and reported instead of counted. */
export class RecordError extends Error {
  override name = 'RecordError';
}
