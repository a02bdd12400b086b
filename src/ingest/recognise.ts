import type { Diagnostic } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import { plain } from '../core/text.ts';
import type { UsageEvent } from '../core/usage/event.ts';
import { invalidEvent } from '../core/usage/validate.ts';
import { recordsIn } from '../shapes/reading/containers.ts';
import { type LoggedEvent, type LogShape, type Position, RecordError, type Within } from '../shapes/shape.ts';
import type { RecordSink } from './records.ts';
import { ShapeFinder } from './shape-finder.ts';

/** Where events and everything that is none go. */
export interface LogSink {
  event(event: UsageEvent): void;
  /** A record, line or file that did not become an event. Called once for each, so it has to be cheap. */
  skip(diagnostic: Diagnostic): void;
  /** What is good to know and loses nothing. */
  note?(diagnostic: Diagnostic): void;
  /** What the events of this file are priced at from here on, as `pinPrices` made it. */
  prices?(file: string, prices: JsonObject): void;
  /** A record that a shape knows, or a stream of several, with its calls before they go to `event`; a header has none. */
  recognised?(record: Recognised): void;
}

export interface Recognised {
  at: Position;
  shape: LogShape;
  events: readonly UsageEvent[];
  /** How many records a stream was joined of; else 1. */
  records: number;
}

interface Stream {
  shape: LogShape;
  chunks: JsonObject[];
  at: Position;
}

/** Makes events of the records of one file: finds their shape, joins the chunks of streams, gives ids. */
export class FileEvents implements RecordSink {
  readonly name: string;
  private readonly finder: ShapeFinder;
  private readonly sink: LogSink;
  private stream: Stream | undefined;
  private sessionId: string | undefined;
  /** The model that each shape's records opened last. */
  private readonly models = new Map<LogShape, string>();
  private lastLine = 0;
  private onLine = 0;

  constructor(file: string, shapes: readonly LogShape[], sink: LogSink) {
    this.name = file;
    this.finder = new ShapeFinder(shapes);
    this.sink = sink;
  }

  record(value: JsonObject, at: Omit<Position, 'file'>): void {
    if (this.take(value, at.line, at.within)) return;
    this.endStream();
    const records = recordsIn(value);
    if (!records) this.skip(at.line, unknown(value));
    else for (const record of records) this.element(record, at.line);
  }

  skip(line: number, reason: string): void {
    this.endStream();
    this.sink.skip({ file: this.name, line, reason });
  }

  /** To be called after the last record. */
  end(): void {
    this.endStream();
  }

  private element(record: JsonObject, line: number): void {
    if (!this.take(record, line, undefined)) this.skip(line, unknown(record));
  }

  /** Whether a shape knows the record; then it has been dealt with. */
  private take(record: JsonObject, line: number, within: Within | undefined): boolean {
    const { stream } = this;
    if (stream?.shape.continues?.(stream.chunks.at(-1)!, record, stream.at.within)) {
      stream.chunks.push(record);
      return true;
    }
    const shape = this.finder.find(record);
    if (!shape) return false;
    this.endStream();
    const opening = shape.opens?.(record);
    if (opening?.sessionId !== undefined) this.sessionId = opening.sessionId;
    if (opening?.prices !== undefined) this.sink.prices?.(this.name, opening.prices);
    if (opening?.model !== undefined) this.models.set(shape, opening.model);
    this.stream = { shape, chunks: [record], at: { file: this.name, line, within } };
    if (!shape.continues) this.endStream();
    return true;
  }

  private endStream(): void {
    const { stream } = this;
    this.stream = undefined;
    if (!stream) return;
    const { shape, chunks, at } = stream;
    try {
      const events = shape.toEvents(chunks[0]!, at, chunks) as UsageEvent[];
      for (const event of events) {
        this.complete(event, shape, at.line);
        refuseInvalid(event);
      }
      this.sink.recognised?.({ at, shape, events, records: chunks.length });
      for (const event of events) this.sink.event(event);
    } catch (error) {
      if (!(error instanceof RecordError)) throw error;
      this.sink.skip({ file: this.name, line: at.line, reason: error.message });
    }
  }

  /** Gives an event what its record leaves to those before it. */
  private complete(event: LoggedEvent, shape: LogShape, line: number): void {
    if (event.id === undefined) {
      event.id = this.placeOf(line);
      event.isPlace = true;
    }
    event.source = this.name;
    if (this.sessionId !== undefined) event.sessionId ??= this.sessionId;
    const model = event.responseModel === undefined && this.models.get(shape);
    if (model) event.requestModel ??= model;
  }

  /** `calls.jsonl:7`, and `calls.jsonl:7:2` for the second event without an id of that line. */
  private placeOf(line: number): string {
    this.onLine = line === this.lastLine ? this.onLine + 1 : 1;
    this.lastLine = line;
    return this.onLine === 1 ? `${this.name}:${line}` : `${this.name}:${line}:${this.onLine}`;
  }
}

/** Whatever a shape lets through, no count beyond all sense and no sum of them reaches the totals. */
function refuseInvalid(event: UsageEvent): void {
  const reason = invalidEvent(event);
  if (reason) throw new RecordError(reason);
}

function unknown(record: JsonObject): string {
  const keys = Object.keys(record).slice(0, SHOWN_KEYS);
  const shown = keys.map((key) => plain(key, 40)).join(', ');
  return `no known log shape (${shown ? `keys: ${shown}` : 'an empty object'})`;
}

const SHOWN_KEYS = 8;
