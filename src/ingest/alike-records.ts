import type { AlikeCalls, LearnedCalls } from '../core/alike-calls.ts';
import type { JsonObject } from '../core/json.ts';
import type { UsageEvent } from '../core/usage/event.ts';
import { toUtc } from '../shapes/reading/time.ts';
import type { LogShape } from '../shapes/shape.ts';
import { AlikeClass } from './alike-class.ts';
import { type Trials, trialsOf, withValues } from './alike-rules.ts';
import { type KnownLayout, knownLayout, type Mattering, textIn } from './known-layout.ts';
import { Matcher } from './matcher.ts';

/** Takes calls that differ in their counts alone, without an event for each. */
export interface AlikeSink {
  /** Beside what a shape reads, what decides where a call is counted: some labels, and the session. */
  mattering: Mattering;
  /** All times of a stretch of so many milliseconds, counted from midnight in UTC, have one `timeKey`. */
  stretchMs: number;
  /** How many records of a file are read in full first: learning pays in long ones alone. */
  after: number;
  /** The bytes of the program that finds records, compiled from `wasm/matcher.ts`. */
  program(): Uint8Array;
  /** Learns from events what calls like them add; undefined where that is no plain sum. */
  learn(samples: EventSamples): LearnedCalls | undefined;
  /** What takes such calls of a time; undefined where they have to be read in full. */
  callsAt(learned: LearnedCalls, timestamp: string | undefined): AlikeCalls | undefined;
  /** The same text for times at which calls that are like this one are counted at one place and price. */
  timeKey(event: UsageEvent, timestamp: string): string;
  /** The time of a call that came without an event. */
  saw(timestamp: string): void;
}

export interface EventSamples {
  low: EventSample;
  steps: EventSample[];
  checks: EventSample[];
}

export interface EventSample {
  counts: readonly number[];
  event: UsageEvent;
}

const MOST_CLASSES = 20_000;
const MOST_STRETCHES = 200_000;
/** Records of a class that are read in full before it is learned, which costs as much as some more. */
const SEEN_ENOUGH = 4;
const NOWHERE = -1;
/** Misses after which a layout has to have been of use. */
const FIRST_MISSES = 4000;

/** Knows the records of a file that are like others before them, by their bytes alone. */
export class AlikeRecords {
  /** What is known of the record at hand by its bytes. There is none until a layout is known. */
  matcher: Matcher | undefined;
  /** Its layout, its class and how its call is counted, where that was learned. */
  known: KnownLayout | undefined;
  alike: AlikeClass | undefined;
  calls: AlikeCalls | undefined;
  private readonly sink: AlikeSink;
  private readonly layouts: (KnownLayout | undefined)[] = [];
  /** By their numbers in the matcher. */
  private classes: AlikeClass[] = [];
  private unmatched = 0;
  private learnAt: number;
  private stretches = 0;
  /** Where the record at hand starts. */
  private start = NOWHERE;

  constructor(sink: AlikeSink) {
    this.sink = sink;
    this.learnAt = sink.after;
  }

  /** Looks for the layout and the class of the record at `start`; whether its layout is known. */
  find(bytes: Buffer, start: number): boolean {
    const { matcher } = this;
    if (start === this.start) return true;
    this.start = NOWHERE;
    this.known = undefined;
    this.alike = undefined;
    this.calls = undefined;
    if (!matcher?.find(bytes, start)) return false;
    this.start = start;
    const known = this.layouts[matcher.layout];
    this.known = known;
    if (!known) return true;
    this.alike = this.classOf(known, matcher.class);
    if (this.alike) this.calls = this.callsOf(known, this.alike, matcher);
    if (known.missed > FIRST_MISSES && known.found < known.missed) this.drop(known);
    return true;
  }

  /** Has to be called before bytes that were shown change. */
  forgetBytes(): void {
    this.start = NOWHERE;
    this.matcher?.forgetBytes();
  }

  /** Forgets all that depends on the records before. */
  forget(): void {
    this.settle();
    this.classes = [];
  }

  settle(): void {
    for (const alike of this.classes) alike?.settle();
  }

  end(): void {
    this.settle();
    this.matcher?.give();
    this.matcher = undefined;
  }

  /**
   * Learns from a record that was read in full. `read` makes the event of a record of the same shape, if it is one that
   * can be counted.
   */
  learn(
    record: JsonObject,
    shape: LogShape,
    bytes: Uint8Array,
    start: number,
    end: number,
    read: (record: JsonObject) => UsageEvent | undefined,
  ): void {
    const { known, alike } = this;
    if (known && alike) {
      const { stretch } = this.matcher!;
      if (alike.seen < SEEN_ENOUGH || alike.stretches.has(stretch) || known.shape !== shape) return;
      const time = known.varying.time === undefined ? undefined : toUtc(textIn(record, known.varying.time));
      alike.learn(stretch, time, this.learnClass(known, alike, record, read), this.sink);
    } else if (!known && 'variance' in shape) {
      if (++this.unmatched < this.learnAt) return;
      this.learnAt *= 2;
      const event = read(record);
      const made = event && knownLayout({ record, event, shape }, bytes, start, end, this.sink.mattering);
      if (!made) return;
      this.matcher ??= Matcher.take(this.sink.program, this.sink.stretchMs);
      if (this.matcher?.add(this.layouts.length, made.layout, made.rules)) this.layouts.push(made);
    }
  }

  private classOf(known: KnownLayout, number: number): AlikeClass | undefined {
    let alike = this.classes[number];
    if (alike) known.found++;
    else {
      known.missed++;
      if (number === -1 || this.classes.length >= MOST_CLASSES) return undefined;
      alike = new AlikeClass();
      this.classes[number] = alike;
    }
    alike.seen++;
    return alike;
  }

  private callsOf(known: KnownLayout, alike: AlikeClass, matcher: Matcher): AlikeCalls | undefined {
    const calls = alike.stretches.get(matcher.stretch);
    if (calls !== undefined || !known.hasTime || this.stretches >= MOST_STRETCHES) return calls ?? undefined;
    this.stretches++;
    return alike.learnAt(matcher.stretch, toUtc(matcher.timeText)!, this.sink) ?? undefined;
  }

  /** Too many values differ: looking costs more than it saves. */
  private drop(known: KnownLayout): void {
    const index = this.layouts.indexOf(known);
    this.layouts[index] = undefined;
    this.matcher?.remove(index);
  }

  /** The same for all records that have the same counts of 0. */
  private trialsOf({ rules, trials }: KnownLayout): Trials | undefined {
    const counts = rules.paths.map((_, index) => this.matcher!.numbers[this.matcher!.countsAt + index]!);
    const zeros = counts.join().replace(/[1-9]\d*/g, '1');
    if (!trials.has(zeros)) trials.set(zeros, trialsOf(rules, counts));
    return trials.get(zeros);
  }

  private learnClass(
    known: KnownLayout,
    alike: AlikeClass,
    record: JsonObject,
    read: (record: JsonObject) => UsageEvent | undefined,
  ): LearnedCalls | undefined {
    const { rules, varying } = known;
    const trials = this.trialsOf(known);
    if (!trials) return undefined;
    const time = varying.time === undefined ? undefined : String(textIn(record, varying.time));
    let number = 0;
    const sampleOf = (counts: number[]): EventSample | undefined => {
      number++;
      const values = new Map<string, string | number>(rules.paths.map((path, count) => [path, counts[count]!]));
      const id = `trial-${number}`;
      if (varying.id !== undefined) values.set(varying.id, id);
      const atTime = time?.replace(/\d\d(?=(?:\.\d+)?(?:Z|\+00:00)?$)/, String(10 + number));
      if (varying.time !== undefined) values.set(varying.time, atTime!);
      for (const path of varying.texts) values.set(path, id);
      for (const path of varying.numbers) values.set(path, number / 4);
      const event = read(withValues(record, values));
      if (!event || (varying.id !== undefined && event.id !== id)) return undefined;
      if (event.timestamp !== (atTime === undefined ? undefined : toUtc(atTime))) return undefined;
      return { counts: trials.free.map((count) => counts[count]!), event };
    };
    const low = sampleOf(trials.low);
    const steps = trials.steps.map(sampleOf);
    const checks = trials.checks.map(sampleOf);
    if (!low || !steps.every((one) => one !== undefined) || !checks.every((one) => one !== undefined)) return undefined;
    alike.free = trials.free;
    return this.sink.learn({ low, steps, checks });
  }
}
