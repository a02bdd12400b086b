import type { UsageEvent } from '../core/event.ts';
import type { JsonObject } from '../core/json.ts';

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

/** How one log record shape becomes usage events. One file, one registry line and one fixture each; see CONTRIBUTING. */
export interface LogShape {
  id: string;
  /** One line for people, such as `Gemini batch result line`. */
  summary: string;
  /** All that the functions below read of a record, as `projection` paths. */
  paths: readonly string[];
  recognises(record: JsonObject): boolean;
  /**
   * The calls of a record; usually one. Throws a `RecordError` for a record that has the shape but cannot be trusted,
   * such as one with a negative count. `chunks` are all records of a stream in order, where `continues` joined them;
   * `record` is the first of them.
   */
  toEvents(record: JsonObject, at: Position, chunks: readonly JsonObject[]): LoggedEvent[];
  /** Whether `record` is the next chunk of the stream that `previous`, the record just before it, was found `within`. */
  continues?(previous: JsonObject, record: JsonObject, within: Within | undefined): boolean;
  /** The session that this record opens: later events of the file that name none belong to it. */
  opensSession?(record: JsonObject): string | undefined;
}

/** Why a record is skipped and reported instead of counted. */
export class RecordError extends Error {
  override name = 'RecordError';
}
