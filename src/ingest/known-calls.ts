import type { AlikeCalls } from '../core/alike-calls.ts';
import { isObject, type JsonObject } from '../core/json.ts';
import type { Layout } from '../core/layout.ts';
import { project } from '../core/project.ts';
import { RECORD } from '../shapes/index.ts';
import { toUtc } from '../shapes/time.ts';
import { AlikeRecords, type AlikeSink } from './alike-records.ts';
import { type KnownLayout, MOST_COUNTS } from './known-layout.ts';
import type { FileEvents } from './recognise.ts';

/**
 * Counts the calls of one file that are like others before them, in step with those that are read in full. A call is
 * held back until the next record shows that it was not the first part of a longer one.
 */
export class KnownCalls {
  private readonly sink: AlikeSink;
  private readonly file: FileEvents;
  private readonly records: AlikeRecords;
  private readonly held = new HeldCall();
  /** The id of the record that came last; unknown where its bytes were not. */
  private readonly id = new Uint8Array(256);
  private idLength = UNKNOWN;
  private earliest = Number.POSITIVE_INFINITY;
  private latest = Number.NEGATIVE_INFINITY;

  constructor(sink: AlikeSink, file: FileEvents) {
    this.sink = sink;
    this.file = file;
    this.records = new AlikeRecords(sink);
  }

  /** Takes the record in `bytes[start, end)` if it is known; else it has to be read in full. */
  take(bytes: Uint8Array, start: number, end: number, line: number): boolean {
    const { records, held, file } = this;
    records.match(bytes, start, end);
    const { known, calls } = records;
    const before = this.idLength;
    this.idLength = UNKNOWN;
    if (!known) return false;
    const { layout } = known;
    const isPart = this.meetId(bytes, layout, before);
    if (!calls || isPart || !records.isPlain) return false;
    const { open } = file;
    if (open && (before === UNKNOWN || open.at.within !== undefined || !open.shape.variance)) return false;
    const place = known.hasId ? undefined : file.placeOf(line);
    if (known.hasId ? calls.has(bytes, layout.idStart, layout.idEnd) : place === undefined || calls.hasText(place))
      return false;
    const { hash, check } = calls;
    this.count();
    file.close();
    if (place !== undefined) file.usePlace(line);
    held.set(known, calls, records.alike!.free, bytes, start, end, line);
    held.hash = hash;
    held.check = check;
    if (!known.hasId || !known.shape.continues) this.count();
    return true;
  }

  /** Counts the call that is held back. */
  count(): void {
    const { held } = this;
    if (held.isEmpty) return;
    if (!held.calls!.add(held.hash, held.check, held.counts)) {
      this.giveBack();
      this.file.close();
      return;
    }
    if (held.known!.hasTime && (held.time < this.earliest || held.time > this.latest)) {
      this.earliest = Math.min(this.earliest, held.time);
      this.latest = Math.max(this.latest, held.time);
      this.sink.saw(toUtc(held.timeText)!);
    }
    held.clear();
  }

  /** Has the call that is held back read in full: the next record may continue it. */
  giveBack(): void {
    const { held } = this;
    if (held.isEmpty) return;
    const { known, line } = held;
    const record = held.record();
    held.clear();
    this.file.resume({ shape: known!.shape, chunks: [record], at: { file: this.file.name, line } });
  }

  /** Keeps the call that is held back when its bytes go. */
  hold(): void {
    this.held.copy();
  }

  /** Learns from the record that came last and was read in full. */
  learn(value: JsonObject, bytes: Uint8Array, start: number, end: number): void {
    const { shape } = this.file;
    if (shape?.variance)
      this.records.learn(value, shape, bytes, start, end, (record) => this.file.trial(record, shape));
  }

  forget(): void {
    this.records.forget();
  }

  end(): void {
    this.count();
    this.records.settle();
  }

  /** Whether the id of a record is that of the record before; remembers it. */
  private meetId(bytes: Uint8Array, { idStart, idEnd }: Layout, before: number): boolean {
    const { id } = this;
    const length = idEnd - idStart;
    let isSame = length > 0 && length === before;
    for (let at = 0; at < length; at++) {
      const byte = bytes[idStart + at]!;
      if (id[at] !== byte) isSame = false;
      id[at] = byte;
    }
    this.idLength = length;
    return isSame;
  }
}

const UNKNOWN = -1;

/** One call as its bytes tell it; used again for every call. */
class HeldCall {
  known: KnownLayout | undefined;
  calls: AlikeCalls | undefined;
  readonly counts = new Float64Array(MOST_COUNTS);
  hash = 0;
  check = 0;
  line = 0;
  time = 0;
  private bytes: Uint8Array = new Uint8Array(0);
  private start = 0;
  private end = 0;
  private timeStart = 0;
  private timeEnd = 0;
  private isCopied = false;
  private memory = new Uint8Array(0);

  get isEmpty(): boolean {
    return this.known === undefined;
  }

  set(
    known: KnownLayout,
    calls: AlikeCalls,
    free: readonly number[],
    bytes: Uint8Array,
    start: number,
    end: number,
    line: number,
  ): void {
    const { counts, time, timeStart, timeEnd } = known.layout;
    this.known = known;
    this.calls = calls;
    this.line = line;
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.time = time;
    this.timeStart = timeStart;
    this.timeEnd = timeEnd;
    this.isCopied = false;
    for (let at = 0; at < free.length; at++) this.counts[at] = counts[free[at]!]!;
  }

  clear(): void {
    this.known = undefined;
    this.calls = undefined;
  }

  get timeText(): string {
    return String.fromCharCode(...this.bytes.subarray(this.timeStart, this.timeEnd));
  }

  /** The record, projected. */
  record(): JsonObject {
    const value = project(this.bytes, RECORD, this.start)?.value;
    if (!isObject(value)) throw new Error('a record that was known by its bytes cannot be read');
    return value;
  }

  copy(): void {
    if (this.isEmpty || this.isCopied) return;
    const { start, end } = this;
    if (this.memory.length < end - start) this.memory = new Uint8Array((end - start) * 2);
    this.memory.set(this.bytes.subarray(start, end));
    this.bytes = this.memory;
    this.start = 0;
    this.end = end - start;
    this.timeStart -= start;
    this.timeEnd -= start;
    this.isCopied = true;
  }
}
