import type { AlikeCalls } from '../core/alike-calls.ts';
import type { Layout } from '../core/layout.ts';

/** Learns from calls of another time what calls like them add at this one; undefined where that is something else. */
export type LearnAt = (learned: AlikeCalls, timestamp: string) => AlikeCalls | undefined;

/** Prices that a class is tried with at a new time before its record is read in full. */
const MOST_LEARNED = 8;

/** Records that agree in all but what may vary. What they add up to may be another thing at another time. */
export class AlikeClass {
  /** Another one with the same hash. */
  readonly next: AlikeClass | undefined;
  seen = 1;
  /** Which counts matter by themselves, by their places in the layout. */
  free: readonly number[] = [];
  private readonly key: Int32Array;
  /** Learned in full, each at a time of other prices. */
  private readonly learned: AlikeCalls[] = [];
  /** By the number of their time; null where records have to be read in full. */
  private readonly times: (AlikeCalls | null | undefined)[] = [];

  constructor({ keyWords, keyLength }: Layout, next: AlikeClass | undefined) {
    this.key = keyWords.slice(0, keyLength / 4);
    this.next = next;
  }

  /** Whether the record that a layout matched last is one of these. */
  has({ keyLength, keyWords }: Layout): boolean {
    const { key } = this;
    if (key.length * 4 !== keyLength) return false;
    for (let at = 0; at < key.length; at++) if (key[at] !== keyWords[at]) return false;
    return true;
  }

  /** What calls of a time add: null where that cannot be told, undefined where it is not known yet. */
  at(time: number): AlikeCalls | null | undefined {
    return this.times[time];
  }

  get isLearned(): boolean {
    return this.learned.length > 0;
  }

  /** Looks for a time at which calls added what they add at this one. */
  learnAt(time: number, timestamp: string, learnAt: LearnAt): AlikeCalls | undefined {
    for (const learned of this.learned) {
      const calls = learnAt(learned, timestamp);
      if (!calls) continue;
      this.times[time] = calls;
      return calls;
    }
    return undefined;
  }

  /** Keeps what was learned in full of calls of a time. */
  learn(time: number, calls: AlikeCalls | undefined): void {
    this.times[time] = calls ?? null;
    if (calls && this.learned.length < MOST_LEARNED) this.learned.push(calls);
  }

  settle(): void {
    for (const calls of this.times) calls?.settle();
  }
}
