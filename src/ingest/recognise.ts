import type { Diagnostic } from '../core/errors.ts';
import type { UsageEvent } from '../core/event.ts';
import type { JsonObject } from '../core/json.ts';
import { plain } from '../core/text.ts';
import { recordsIn } from '../shapes/containers.ts';
import { type LogShape, type Position, RecordError } from '../shapes/shape.ts';
import type { RecordSink } from './records.ts';

/** Where events and everything that is none go. */
export interface LogSink {
  event(event: UsageEvent): void;
  /** A record, line or file that did not become an event. Called once for each, so it has to be cheap. */
  skip(diagnostic: Diagnostic): void;
  /** What is good to know and loses nothing. */
  note?(diagnostic: Diagnostic): void;
}

interface Stream {
  shape: LogShape;
  chunks: JsonObject[];
  at: Position;
}

/** Makes events of the records of one file: finds their shape, joins the chunks of streams, gives ids. */
export class FileEvents implements RecordSink {
  private readonly file: string;
  private readonly shapes: readonly LogShape[];
  private readonly sink: LogSink;
  private stream: Stream | undefined;
  private sessionId: string | undefined;
  private lastLine = 0;
  private onLine = 0;

  constructor(file: string, shapes: readonly LogShape[], sink: LogSink) {
    this.file = file;
    this.shapes = shapes;
    this.sink = sink;
  }

  record(value: JsonObject, at: Omit<Position, 'file'>, keys: () => string[]): void {
    if (this.take(value, { file: this.file, ...at })) return;
    this.endStream();
    const records = recordsIn(value);
    if (!records) this.skip(at.line, unknown(keys()));
    else for (const record of records) this.element(record, at.line);
  }

  skip(line: number, reason: string): void {
    this.endStream();
    this.sink.skip({ file: this.file, line, reason });
  }

  /** To be called after the last record. */
  end(): void {
    this.endStream();
  }

  private element(record: JsonObject, line: number): void {
    if (!this.take(record, { file: this.file, line })) this.skip(line, unknown(Object.keys(record)));
  }

  /** Whether a shape knows the record; then it has been dealt with. */
  private take(record: JsonObject, at: Position): boolean {
    const { stream } = this;
    if (stream?.shape.continues?.(stream.chunks.at(-1)!, record, stream.at.within)) {
      stream.chunks.push(record);
      return true;
    }
    const shape = this.shapes.find((candidate) => candidate.recognises(record));
    if (!shape) return false;
    this.endStream();
    const session = shape.opensSession?.(record);
    if (session !== undefined) this.sessionId = session;
    this.stream = { shape, chunks: [record], at };
    if (!shape.continues) this.endStream();
    return true;
  }

  private endStream(): void {
    const { stream } = this;
    this.stream = undefined;
    if (!stream) return;
    const { shape, chunks, at } = stream;
    try {
      for (const event of shape.toEvents(chunks[0]!, at, chunks)) {
        event.id ??= this.idFor(at.line);
        event.source = this.file;
        if (this.sessionId !== undefined) event.sessionId ??= this.sessionId;
        this.sink.event(event as UsageEvent);
      }
    } catch (error) {
      if (!(error instanceof RecordError)) throw error;
      this.sink.skip({ file: this.file, line: at.line, reason: error.message });
    }
  }

  /** `calls.jsonl:7`, and `calls.jsonl:7:2` for the second event without an id of that line. */
  private idFor(line: number): string {
    this.onLine = line === this.lastLine ? this.onLine + 1 : 1;
    this.lastLine = line;
    return this.onLine === 1 ? `${this.file}:${line}` : `${this.file}:${line}:${this.onLine}`;
  }
}

function unknown(keys: string[]): string {
  const shown = keys.map((key) => plain(key, 40)).join(', ');
  return `no known log shape (${shown ? `keys: ${shown}` : 'an empty object'})`;
}
