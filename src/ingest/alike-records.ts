import type { AlikeCalls } from '../core/alike-calls.ts';
import type { UsageEvent } from '../core/event.ts';
import type { JsonObject } from '../core/json.ts';
import type { Layout } from '../core/layout.ts';
import type { LogShape } from '../shapes/shape.ts';
import { toUtc } from '../shapes/time.ts';
import { AlikeClass, type LearnAt } from './alike-class.ts';
import { keepsTo, type Trials, trialsOf, withValues } from './alike-rules.ts';
import { type KnownLayout, layoutOf, type Mattering, textIn } from './known-layout.ts';

/** Takes calls that differ in their counts alone, without an event for each. */
export interface AlikeSink {
  /** Beside what a shape reads, what decides where a call is counted: some labels, and the session. */
  mattering: Mattering;
  /** All times of a stretch of so many milliseconds, counted from midnight in UTC, are of one `timeGroup`. */
  stretchMs: number;
  /** How many records of a file are read in full first: learning pays in long ones alone. */
  after: number;
  /** Learns from events what calls like them add; undefined where that is no plain sum, or where they are left out. */
  learn(samples: EventSamples): AlikeCalls | undefined;
  learnAt: LearnAt;
  /** Calls whose times have the same are counted at one place and price. */
  timeGroup(timestamp: string): string;
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

const MOST_LAYOUTS = 8;
/** Of classes and of their times. */
const MOST_KEPT = 20_000;
/** Records of a class that are read in full before it is learned, which costs as much as some more. */
const SEEN_ENOUGH = 4;
/** Misses after which a layout has to have been of use. */
const FIRST_MISSES = 4000;

/** Knows the records of a file that are like others before them, by their bytes alone. */
export class AlikeRecords {
  private readonly sink: AlikeSink;
  private readonly times: TimeGroups;
  private layouts: KnownLayout[] = [];
  private unmatched = 0;
  private learnAt: number;
  private kept = 0;
  /** What `match` found: the layout, the class and the group of its time. */
  known: KnownLayout | undefined;
  alike: AlikeClass | undefined;
  private time = 0;
  /** How its call is counted, where that was learned. */
  calls: AlikeCalls | undefined;

  constructor(sink: AlikeSink) {
    this.sink = sink;
    this.learnAt = sink.after;
    this.times = new TimeGroups(sink);
  }

  /** Looks for the layout and the class of the record in `bytes[start, end)`. */
  match(bytes: Uint8Array, start: number, end: number): void {
    const { layouts } = this;
    this.known = undefined;
    this.alike = undefined;
    this.calls = undefined;
    for (let i = 0; i < layouts.length; i++) {
      const known = layouts[i]!;
      const at = known.layout.match(bytes, start, end);
      if (at !== end && !(at === end - 1 && bytes[at] === 0x0d)) continue;
      this.known = known;
      this.time = known.hasTime ? this.times.of(known.layout, bytes) : 0;
      this.alike = this.classOf(known);
      if (this.alike) this.calls = this.callsOf(known, this.alike, bytes);
      if (known.missed > FIRST_MISSES && known.found < known.missed) this.drop(known);
      return;
    }
  }

  /** Whether the counts of what was matched are such as were learned. */
  get isPlain(): boolean {
    return keepsTo(this.known!.rules, this.known!.layout.counts);
  }

  /** Forgets all that depends on the records before. */
  forget(): void {
    this.settle();
    for (const { classes } of this.layouts) classes.clear();
  }

  settle(): void {
    for (const { classes } of this.layouts)
      for (const first of classes.values())
        for (let one: AlikeClass | undefined = first; one; one = one.next) one.settle();
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
      if (alike.seen >= SEEN_ENOUGH && alike.at(this.time) === undefined && known.shape === shape)
        alike.learn(this.time, this.learnClass(known, alike, record, read));
    } else if (!known && shape.variance) {
      if (++this.unmatched < this.learnAt || this.layouts.length === MOST_LAYOUTS) return;
      this.learnAt *= 2;
      const event = read(record);
      const made = event && layoutOf({ record, event, shape }, bytes, start, end, this.sink.mattering);
      if (made) this.layouts.push(made);
    }
  }

  private classOf(known: KnownLayout): AlikeClass | undefined {
    const { layout, classes } = known;
    const first = classes.get(layout.hash);
    for (let one = first; one; one = one.next) {
      if (!one.has(layout)) continue;
      known.found++;
      one.seen++;
      return one;
    }
    known.missed++;
    if (this.kept >= MOST_KEPT) return undefined;
    this.kept++;
    const made = new AlikeClass(layout, first);
    classes.set(layout.hash, made);
    return made;
  }

  private callsOf(known: KnownLayout, alike: AlikeClass, bytes: Uint8Array): AlikeCalls | undefined {
    const calls = alike.at(this.time);
    if (calls !== undefined || !alike.isLearned || !known.hasTime || this.kept >= MOST_KEPT) return calls ?? undefined;
    known.missed++;
    this.kept++;
    return alike.learnAt(this.time, toUtc(known.layout.timeIn(bytes))!, this.sink.learnAt);
  }

  /** Too many values differ: looking costs more than it saves. */
  private drop(known: KnownLayout): void {
    this.settle();
    this.layouts = this.layouts.filter((other) => other !== known);
  }

  /** The same for all records that have the same counts of 0. */
  private trialsOf({ rules, layout: { counts }, trials }: KnownLayout): Trials | undefined {
    const zeros = counts.join().replace(/[1-9]\d*/g, '1');
    if (!trials.has(zeros)) trials.set(zeros, trialsOf(rules, counts));
    return trials.get(zeros);
  }

  private learnClass(
    known: KnownLayout,
    alike: AlikeClass,
    record: JsonObject,
    read: (record: JsonObject) => UsageEvent | undefined,
  ): AlikeCalls | undefined {
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

/** Numbers the times of records by where their calls are counted. */
class TimeGroups {
  private readonly sink: AlikeSink;
  private readonly stretches = new Map<number, number>();
  private readonly groups = new Map<string, number>();
  private lastStretch = Number.NaN;
  private lastGroup = 0;

  constructor(sink: AlikeSink) {
    this.sink = sink;
  }

  of(layout: Layout, bytes: Uint8Array): number {
    const stretch = Math.floor(layout.time / this.sink.stretchMs);
    if (stretch !== this.lastStretch) {
      this.lastStretch = stretch;
      this.lastGroup = this.stretches.get(stretch) ?? this.numberOf(stretch, layout.timeIn(bytes));
    }
    return this.lastGroup;
  }

  private numberOf(stretch: number, time: string): number {
    const group = this.sink.timeGroup(toUtc(time)!);
    const number = this.groups.get(group) ?? this.groups.size;
    this.groups.set(group, number);
    this.stretches.set(stretch, number);
    return number;
  }
}
