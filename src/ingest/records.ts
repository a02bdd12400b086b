import { Extent } from '../core/extent.ts';
import { isObject, type JsonObject, type JsonValue } from '../core/json.ts';
import { parseJson } from '../core/parse-json.ts';
import type { Position } from '../shapes/shape.ts';
import { parseLeniently } from './lenient.ts';
import { Window } from './window.ts';

/** What a reader finds in a file, in order. */
export interface RecordSink {
  /** A JSON object, without its media. */
  record(value: JsonObject, at: Omit<Position, 'file'>): void;
  skip(line: number, reason: string): void;
}

export const LARGEST_RECORD = 512 * 1024 * 1024;
/** A broken record is read again from its next line; a file of nothing else must not take forever. */
const MOST_READ_AGAIN = 16 * 1024 * 1024;
const LONG_LINE = 1024 * 1024;

const NEWLINE = 0x0a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;

/**
 * Finds the JSON objects in a text that comes in pieces: one a line, one document over many lines, several in a row,
 * the elements of an array, or the `data:` lines of server-sent events; also mixed. Anything else is skipped by line.
 * Holds no more than the record at hand.
 */
export class RecordReader {
  private readonly window = new Window();
  private readonly sink: RecordSink;
  private readonly largest: number;
  private line = 1;
  /** Where the record at hand ends, if it is not known to end on its line. */
  private extent: Extent | undefined;
  /** How far the line at hand was searched for its end. */
  private searched = 0;
  private arrays = 0;
  /** The line of the last `data:`. */
  private eventLine = 0;
  /** What stands before the record at hand on its line, where that is only white space. */
  private indent = '';
  /** The bytes came to an end within it. */
  private isIndenting = false;
  /** Passing over what was reported: the rest of a line, or all up to where a line starts like this. */
  private discarding: 'line' | { upTo: string } | undefined;
  private readAgain = 0;

  constructor(sink: RecordSink, largest = LARGEST_RECORD) {
    this.sink = sink;
    this.largest = largest;
  }

  push(chunk: Buffer): void {
    this.window.append(chunk);
    while (this.step(false));
  }

  end(): void {
    while (this.step(true));
  }

  /** Uses up one record, line or whatever is between them; false where more bytes are needed first. */
  private step(last: boolean): boolean {
    if (this.discarding)
      return this.discarding === 'line' ? this.discardLine() : this.discardUpTo(this.discarding.upTo);
    if (!this.extent) this.passSeparators();
    const { all, start, length } = this.window;
    if (length === 0) return false;
    if (this.extent) return this.followExtent(this.extent, last);
    const end = this.lineEnd(last);
    if (all[start] !== OPEN_OBJECT) return this.otherLine(end);
    const value = end === undefined ? undefined : parseLine(all, start, start + end);
    if (isObject(value)) return this.found(value, end!, 0);
    // Most lines end soon, and are then read at once.
    if (end === undefined && !last && length < Math.min(LONG_LINE, this.largest / 2)) return false;
    this.extent = new Extent();
    return true;
  }

  /** White space, commas and the brackets of outer arrays. */
  private passSeparators(): void {
    const { all, start } = this.window;
    let at = start;
    let lineStart = -1;
    for (; at < all.length; at++) {
      const byte = all[at]!;
      if (byte === NEWLINE) {
        this.line++;
        lineStart = at + 1;
      } else if (byte === OPEN_ARRAY) this.arrays++;
      else if (byte === CLOSE_ARRAY) this.arrays = Math.max(0, this.arrays - 1);
      else if (byte !== 0x20 && byte !== 0x0d && byte !== 0x09 && byte !== 0x2c && !isByteOrderMark(all, at)) break;
    }
    if (lineStart !== -1) {
      this.indent = '';
      this.isIndenting = true;
    }
    if (this.isIndenting) {
      const from = lineStart === -1 ? start : lineStart;
      if (at > from)
        this.indent += all.toString('latin1', from, Math.min(at, from + LONGEST_INDENT - this.indent.length));
      this.isIndenting = at === all.length;
    }
    if (at > start) this.use(at - start);
  }

  private use(count: number): void {
    this.window.use(count);
    this.searched = Math.max(0, this.searched - count);
  }

  /** The length of the line at hand, or undefined while its end has not come. */
  private lineEnd(last: boolean): number | undefined {
    const { all, start, length } = this.window;
    const newline = all.indexOf(NEWLINE, start + this.searched);
    this.searched = newline === -1 ? length : newline - start;
    if (newline !== -1) return newline - start;
    return last ? length : undefined;
  }

  private followExtent(extent: Extent, last: boolean): boolean {
    const { bytes } = this.window;
    const state = extent.advance(bytes, last);
    if (state === 'more' && !last) {
      if (bytes.length <= this.largest) return false;
      return this.skipLine(`a record of more than ${this.largest / 2 ** 20} MB`);
    }
    if (state === 'complete') {
      const record = bytes.subarray(0, extent.offset);
      const value = parseJson(record, 0, record.length, decode) ?? parseLeniently(record);
      if (isObject(value)) return this.found(value, extent.offset, extent.lines);
    }
    return this.broken(extent, state === 'more');
  }

  private found(value: JsonObject, length: number, lines: number): boolean {
    const within = this.line === this.eventLine ? 'events' : this.arrays > 0 ? 'array' : undefined;
    this.sink.record(value, within ? { line: this.line, within } : { line: this.line });
    this.use(length);
    this.line += lines;
    this.extent = undefined;
    return true;
  }

  /** Reports a broken record and resumes on its next line or, where it spans lines, at the next that starts like it. */
  private broken(extent: Extent, cutOff: boolean): boolean {
    const { bytes } = this.window;
    this.extent = undefined;
    this.sink.skip(this.line, cutOff ? 'JSON that is cut off' : 'broken JSON');
    const newline = bytes.indexOf(NEWLINE);
    this.discarding = 'line';
    if (newline === -1 || (extent.lines < 2 && !cutOff)) return true;
    this.readAgain += extent.offset - newline;
    this.pass(this.readAgain < MOST_READ_AGAIN ? newline : extent.offset);
    this.discarding = { upTo: `\n${this.indent}{` };
    return true;
  }

  /** Uses bytes that may hold line breaks. */
  private pass(count: number): void {
    const { bytes } = this.window;
    for (let at = bytes.indexOf(NEWLINE); at !== -1 && at < count; at = bytes.indexOf(NEWLINE, at + 1)) this.line++;
    this.use(count);
  }

  /** A line that starts with no object: server-sent events have some, anything else is no record. */
  private otherLine(end: number | undefined): boolean {
    const { bytes } = this.window;
    const start = bytes.toString('latin1', 0, Math.min(bytes.length, end ?? LONGEST_FIELD, LONGEST_FIELD));
    if (end === undefined && bytes.length < LONGEST_FIELD) return false;
    if (start.startsWith('data:')) {
      this.eventLine = this.line;
      this.use('data:'.length);
      return true;
    }
    const frame = SOCKET_FRAME.exec(start);
    if (frame) {
      this.use(frame[1]!.length);
      return true;
    }
    if (EVENT_FIELD.test(start) || (this.line === this.eventLine && /^DONE\b/.test(start))) {
      this.arrays = 0;
      this.discarding = 'line';
      return true;
    }
    return this.skipLine('not a JSON object');
  }

  private skipLine(reason: string): boolean {
    this.sink.skip(this.line, reason);
    this.extent = undefined;
    this.arrays = 0;
    this.discarding = 'line';
    return true;
  }

  private discardLine(): boolean {
    const { bytes } = this.window;
    const newline = bytes.indexOf(NEWLINE);
    if (newline === -1) {
      this.use(bytes.length);
      return false;
    }
    this.discarding = undefined;
    this.line++;
    this.indent = '';
    this.isIndenting = false;
    this.use(newline + 1);
    return true;
  }

  private discardUpTo(start: string): boolean {
    const { bytes } = this.window;
    const found = bytes.indexOf(start, 0, 'latin1');
    this.pass(found === -1 ? Math.max(0, bytes.length - start.length + 1) : found);
    if (found !== -1) this.discarding = undefined;
    return found !== -1;
  }
}

/** The object that fills a line, a comma behind it aside; undefined for any other line. */
function parseLine(bytes: Buffer, start: number, end: number): JsonValue | undefined {
  let last = end - 1;
  while (last > start && IS_BETWEEN[bytes[last]!] === 1) last--;
  return bytes[last] === CLOSE_OBJECT ? parseJson(bytes, start, last + 1, decode) : undefined;
}

/** White space and commas. */
const IS_BETWEEN = new Uint8Array(256);
for (const byte of [0x20, 0x09, 0x0d, 0x2c]) IS_BETWEEN[byte] = 1;

/** As `parseJson` decodes by itself; for short texts a buffer is quicker. */
function decode(bytes: Uint8Array, from: number, to: number): string {
  return (bytes as Buffer).toString('utf8', from, to);
}

/** `event: message`, `id: 7`, `retry: 100` and comments; a field name alone does not make a line of prose one. */
const EVENT_FIELD = /^(?::|(?:event|id|retry): ?\S*\s*$)/;
/** `<380 {`: a received message of 380 bytes in a socket log of the Google Gen AI JS SDK; `>` is a sent one. */
const SOCKET_FRAME = /^([<>]\d+ ?)\{/;
const LONGEST_FIELD = 200;
const LONGEST_INDENT = 40;

function isByteOrderMark(bytes: Buffer, at: number): boolean {
  const first = bytes[at];
  if (first === 0xef) return bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf;
  if (first === 0xbb) return bytes[at - 1] === 0xef && bytes[at + 1] === 0xbf;
  return first === 0xbf && bytes[at - 1] === 0xbb && bytes[at - 2] === 0xef;
}
