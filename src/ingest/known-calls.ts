import type { JsonObject } from '../core/json.ts';
import type { PickedCounts } from '../core/tape.ts';
import { toUtc } from '../shapes/reading/time.ts';
import { AlikeRecords, type AlikeSink } from './alike-records.ts';
import { HeldCall } from './held-call.ts';
import type { Matcher } from './matcher.ts';
import type { FileEvents } from './recognise.ts';

/** Whole lines. */
export interface Lines {
  bytes: number;
  lines: number;
}

/**
 * Counts the calls of one file that are like others before them, in step with those that are read in full. The last call
 * is taken back where the next record shows that it was the first part of a longer one.
 */
export class KnownCalls {
  private readonly sink: AlikeSink;
  private readonly file: FileEvents;
  private readonly records: AlikeRecords;
  private readonly held = new HeldCall();
  /** Those of the record at hand; used again for every call. */
  private readonly counts: PickedCounts = { numbers: [], start: 0, places: [] };
  /** Whether the layout of the record that came last is known, and so its id. */
  private isLastKnown = false;
  private earliest = Number.POSITIVE_INFINITY;
  private earliestText: string | undefined;
  private latest = Number.NEGATIVE_INFINITY;
  private latestText: string | undefined;

  constructor(sink: AlikeSink, file: FileEvents) {
    this.sink = sink;
    this.file = file;
    this.records = new AlikeRecords(sink);
  }

  /** Takes the records that are known from `start` on. Where there are none, the first has to be read in full. */
  take(bytes: Buffer, start: number, line: number): Lines | undefined {
    const { records } = this;
    let at = start;
    let lines = 0;
    for (;;) {
      const isKnown = records.find(bytes, at);
      const { matcher } = records;
      if (isKnown && this.takeOne(matcher!, bytes, line + lines)) {
        at = matcher!.end;
        lines++;
        this.isLastKnown = true;
        continue;
      }
      if (lines > 0) return { bytes: at - start, lines };
      this.isLastKnown = isKnown;
      return undefined;
    }
  }

  /** What comes next is no part of the call that came last. */
  settle(): void {
    this.held.clear();
  }

  /** Takes back the call that came last, to be read in full: the next record may continue it. */
  giveBack(): void {
    const { held } = this;
    const { shape, line } = held;
    if (shape) this.file.resume({ shape, chunks: [held.takeBack()], at: { file: this.file.name, line } });
  }

  /** Keeps what is needed when the bytes that were shown go. */
  hold(): void {
    this.held.copy();
    this.records.forgetBytes();
  }

  /** Learns from the record that came last and was read in full. */
  learn(value: JsonObject, bytes: Uint8Array, start: number, end: number): void {
    const { shape } = this.file;
    if (shape && 'variance' in shape)
      this.records.learn(value, shape, bytes, start, end, (record) => this.file.trial(record, shape));
  }

  forget(): void {
    this.records.forget();
  }

  end(): void {
    this.settle();
    this.records.end();
    for (const text of [this.earliestText, this.latestText]) if (text !== undefined) this.sink.saw(toUtc(text)!);
  }

  private takeOne(matcher: Matcher, bytes: Buffer, line: number): boolean {
    const { records, file } = this;
    const { known, calls } = records;
    if (!known || !calls || !matcher.isPlain || (this.isLastKnown && matcher.isSameId)) return false;
    const { open } = file;
    if (open && (!this.isLastKnown || open.at.within !== undefined || !('variance' in open.shape))) return false;
    const id = known.hasId ? matcher : file.placeOf(line);
    const { free } = records.alike!;
    const { counts } = this;
    counts.numbers = matcher.numbers;
    counts.start = matcher.countsAt;
    counts.places = free;
    const kept = id === undefined ? false : calls.add(id, counts);
    if (!kept) return false;
    if (open) file.close();
    if (!known.hasId) file.usePlace(line);
    if (known.hasTime && calls.isWanted && kept === 'new') this.sawTime(matcher);
    const { held } = this;
    if (known.hasId && known.shape.continues) {
      held.set(known.shape, calls, free, matcher, bytes, line);
      held.kept = kept;
    } else held.clear();
    return true;
  }

  private sawTime(matcher: Matcher): void {
    const { time } = matcher;
    if (time < this.earliest) {
      this.earliest = time;
      this.earliestText = matcher.timeText;
    }
    if (time > this.latest) {
      this.latest = time;
      this.latestText = matcher.timeText;
    }
  }
}
