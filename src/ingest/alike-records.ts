import type { AlikeCalls } from '../core/alike-calls.ts';
import type { UsageEvent } from '../core/event.ts';
import { type JsonObject, at as valueAt } from '../core/json.ts';
import { Layout, type Role } from '../core/layout.ts';
import { type Blank, blanked } from '../core/layout-blanks.ts';
import type { LogShape, Variance } from '../shapes/shape.ts';
import { toUtc } from '../shapes/time.ts';
import { keepsTo, type Rules, rulesOf, type Trials, trialsOf, withValues } from './alike-rules.ts';

/** Takes calls that differ in their counts alone, without an event for each. */
export interface AlikeSink {
  /** Beside what a shape reads, what decides where a call is counted: some labels, the session, the minute. */
  labels: ReadonlySet<string>;
  sessions: boolean;
  minutes: boolean;
  /** How many records of a file are read in full first: learning pays in long ones alone. */
  after: number;
  /** Learns from events what calls like them add; undefined where that is no plain sum, or where they are left out. */
  learn(samples: EventSamples): AlikeCalls | undefined;
  /** The same for calls at another time than those that were learned; `event` is one with low counts. */
  learnAt(learned: AlikeCalls, event: UsageEvent): AlikeCalls | undefined;
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

/** Records that agree in all but what may vary. */
export interface AlikeClass {
  /** By four bytes. */
  key: Int32Array;
  /** Another one with the same hash. */
  next: AlikeClass | undefined;
  seen: number;
  /** Whether it was tried to learn it. */
  isTried: boolean;
  calls: AlikeCalls | undefined;
  /** The places of the counts that matter by themselves. */
  free: readonly number[];
}

export interface KnownLayout {
  layout: Layout;
  shape: LogShape;
  rules: Rules;
  hasId: boolean;
  hasTime: boolean;
  /** The paths that may vary, for trials. */
  varying: { id?: string | undefined; time?: string | undefined; texts: string[]; numbers: string[] };
  classes: Map<number, AlikeClass>;
  /** One of those that agree in all but their time, by that. */
  timeless: Map<string, AlikeClass>;
  trials: Map<string, Trials | undefined>;
  found: number;
  missed: number;
}

const MOST_LAYOUTS = 8;
const MOST_CLASSES = 20_000;
export const MOST_COUNTS = 16;
/** Records of a class that are read in full before it is learned, which costs as much as some more. */
const SEEN_ENOUGH = 4;
/** Misses after which a layout has to have been of use. */
const FIRST_MISSES = 4000;

/** Knows the records of a file that are like others before them, by their bytes alone. */
export class AlikeRecords {
  private readonly sink: AlikeSink;
  private layouts: KnownLayout[] = [];
  private unmatched = 0;
  private learnAt: number;
  /** What `match` found. */
  known: KnownLayout | undefined;
  alike: AlikeClass | undefined;

  constructor(sink: AlikeSink) {
    this.sink = sink;
    this.learnAt = sink.after;
  }

  /** Looks for the layout and the class of the record in `bytes[start, end)`. */
  match(bytes: Uint8Array, start: number, end: number): void {
    const { layouts } = this;
    this.known = undefined;
    this.alike = undefined;
    for (let i = 0; i < layouts.length; i++) {
      const known = layouts[i]!;
      const at = known.layout.match(bytes, start, end);
      if (at !== end && !(at === end - 1 && bytes[at] === 0x0d)) continue;
      this.known = known;
      this.alike = this.classOf(known);
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
    for (const { classes, timeless } of this.layouts) {
      classes.clear();
      timeless.clear();
    }
  }

  settle(): void {
    for (const { classes } of this.layouts)
      for (const first of classes.values())
        for (let one: AlikeClass | undefined = first; one; one = one.next) one.calls?.settle();
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
      if (alike.seen >= SEEN_ENOUGH && !alike.isTried && known.shape === shape)
        this.learnClass(known, alike, record, read);
    } else if (!known && shape.variance) {
      if (++this.unmatched < this.learnAt || this.layouts.length === MOST_LAYOUTS) return;
      this.learnAt *= 2;
      const made = this.makeLayout(record, shape, bytes, start, end, read);
      if (made) this.layouts.push(made);
    }
  }

  private classOf(known: KnownLayout): AlikeClass | undefined {
    const { layout, classes } = known;
    const first = classes.get(layout.hash);
    for (let one = first; one; one = one.next) {
      if (!isKey(one.key, layout)) continue;
      known.found++;
      one.seen++;
      return one;
    }
    known.missed++;
    if (known.missed > FIRST_MISSES && known.found < known.missed) {
      // Too many values that differ: looking costs more than it saves.
      this.settle();
      this.layouts = this.layouts.filter((other) => other !== known);
      return undefined;
    }
    if (classes.size >= MOST_CLASSES) return undefined;
    const made = {
      key: layout.keyWords.slice(0, layout.keyLength / 4),
      next: first,
      seen: 1,
      isTried: false,
      calls: undefined,
      free: [],
    };
    classes.set(layout.hash, made);
    return made;
  }

  private makeLayout(
    record: JsonObject,
    shape: LogShape,
    bytes: Uint8Array,
    start: number,
    end: number,
    read: (record: JsonObject) => UsageEvent | undefined,
  ): KnownLayout | undefined {
    const text = blanked(bytes, start, bytes[end - 1] === 0x0d ? end - 1 : end, record);
    const event = text && read(record);
    if (!event) return undefined;
    const { literal, blanks } = text;
    const variance = shape.variance!();
    const roles = blanks.map((blank) => this.roleOf(blank, blanks, record, event, variance));
    if (roles.filter((role) => role === 'count').length > MOST_COUNTS) return undefined;
    const pathsOf = (...wanted: Role[]) =>
      blanks.filter((_, index) => wanted.includes(roles[index]!)).map(({ path }) => path);
    const [id] = pathsOf('id');
    const [time] = pathsOf('time');
    return {
      layout: new Layout(literal, blanks, roles, this.sink.minutes),
      shape,
      rules: rulesOf(blanks, roles, variance),
      hasId: id !== undefined,
      hasTime: time !== undefined,
      varying: { id, time, texts: pathsOf('any'), numbers: pathsOf('aside') },
      classes: new Map(),
      timeless: new Map(),
      trials: new Map(),
      found: 0,
      missed: 0,
    };
  }

  private roleOf(
    { path, isText, isRead }: Blank,
    blanks: readonly Blank[],
    record: JsonObject,
    event: UsageEvent,
    variance: Variance,
  ): Role {
    if (!isRead) return 'skip';
    const label = path.startsWith(`${variance.labels}.`) ? path.slice(variance.labels.length + 1) : undefined;
    if (label !== undefined) return this.sink.labels.has(label) ? 'key' : isText ? 'any' : 'aside';
    if (!isText) {
      if (variance.counts.includes(path) || variance.durations.includes(path)) return 'count';
      return variance.asides.includes(path) ? 'aside' : 'key';
    }
    const isFirst = (names: readonly string[], isIt: (value: unknown) => boolean) =>
      path === names.find((name) => blanks.some((blank) => blank.path === name && isIt(textIn(record, name))));
    if (variance.ids.includes(path)) return isFirst(variance.ids, (value) => value === event.id) ? 'id' : 'any';
    if (variance.times.includes(path))
      return isFirst(variance.times, (value) => toUtc(value) === event.timestamp) ? 'time' : 'any';
    return variance.sessions.includes(path) && !this.sink.sessions ? 'any' : 'key';
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
  ): void {
    const { rules, layout, varying } = known;
    alike.isTried = true;
    const trials = this.trialsOf(known);
    if (!trials) return;
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
    const { timelessKey } = layout;
    const learned = known.timeless.get(timelessKey);
    if (low && learned) {
      alike.free = learned.free;
      alike.calls = this.sink.learnAt(learned.calls!, low.event);
      if (alike.calls) return;
    }
    const steps = trials.steps.map(sampleOf);
    const checks = trials.checks.map(sampleOf);
    if (!low || !steps.every((one) => one !== undefined) || !checks.every((one) => one !== undefined)) return;
    alike.free = trials.free;
    alike.calls = this.sink.learn({ low, steps, checks });
    if (alike.calls) known.timeless.set(timelessKey, alike);
  }
}

function textIn(record: JsonObject, path: string): unknown {
  return valueAt(record, ...path.split('.'));
}

function isKey(key: Int32Array, { keyLength, keyWords }: Layout): boolean {
  if (key.length * 4 !== keyLength) return false;
  for (let at = 0; at < key.length; at++) if (key[at] !== keyWords[at]) return false;
  return true;
}
