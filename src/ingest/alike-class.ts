import type { AlikeCalls, LearnedCalls } from '../core/alike-calls.ts';
import type { AlikeSink } from './alike-records.ts';

/** Prices that a class is tried with at a new time before its record is read in full. */
const MOST_TRIED = 8;

/** Records that agree in all but what may vary. What they add up to may be another thing at another time. */
export class AlikeClass {
  seen = 0;
  /** Which counts matter by themselves, by their places in the layout. */
  free: readonly number[] = [];
  /** By the stretch of their time; null where records have to be read in full. */
  readonly stretches = new Map<number, AlikeCalls | null>();
  /** By what times are told apart by. */
  private readonly times = new Map<string, AlikeCalls | null>();
  /** Each at a time of other prices. */
  private readonly learned: LearnedCalls[] = [];

  /** Looks for a time at which calls added what they add at this one; undefined where none is known. */
  learnAt(stretch: number, timestamp: string, sink: AlikeSink): AlikeCalls | null | undefined {
    const [first] = this.learned;
    if (!first) return undefined;
    const time = sink.timeKey(first.event, timestamp);
    const calls = this.times.has(time) ? this.times.get(time) : this.tryAt(timestamp, sink);
    if (calls !== undefined) this.keep(stretch, time, calls);
    return calls;
  }

  /** Keeps what was learned of a record that was read in full, and of its time, where it has one. */
  learn(stretch: number, timestamp: string | undefined, learned: LearnedCalls | undefined, sink: AlikeSink): void {
    if (learned) this.learned.push(learned);
    const [first] = this.learned;
    const time = timestamp === undefined || !first ? undefined : sink.timeKey(first.event, timestamp);
    this.keep(stretch, time, (learned && sink.callsAt(learned, timestamp)) ?? null);
  }

  settle(): void {
    for (const learned of this.learned) learned.settle();
  }

  private tryAt(timestamp: string, sink: AlikeSink): AlikeCalls | undefined {
    for (const learned of this.learned.slice(0, MOST_TRIED)) {
      const calls = sink.callsAt(learned, timestamp);
      if (calls) return calls;
    }
    return undefined;
  }

  private keep(stretch: number, time: string | undefined, calls: AlikeCalls | null): void {
    this.stretches.set(stretch, calls);
    if (time !== undefined) this.times.set(time, calls);
  }
}
