import type { AlikeCalls } from '../core/alike-calls.ts';
import type { HashedId, Kept } from '../core/counted-calls.ts';
import { isObject, type JsonObject } from '../core/json.ts';
import { parseJson } from '../core/parse-json.ts';
import type { LogShape } from '../shapes/shape.ts';
import { type Matcher, MOST_COUNTS } from './matcher.ts';

const NO_PLACES: readonly number[] = [];

/** The call that was counted last from its bytes, as long as it may have to be taken back; used again for every call. */
export class HeldCall implements HashedId {
  shape: LogShape | undefined;
  line = 0;
  one = 0;
  two = 0;
  kept: Kept = 'new';
  private calls: AlikeCalls | undefined;
  private readonly counts = { numbers: new Int32Array(MOST_COUNTS), start: 0, places: NO_PLACES };
  private bytes: Uint8Array = new Uint8Array(0);
  private start = 0;
  private end = 0;
  private isCopied = false;
  private memory = new Uint8Array(0);

  /** Of the record that a matcher has at hand in `bytes`. */
  set(shape: LogShape, calls: AlikeCalls, free: readonly number[], matcher: Matcher, bytes: Uint8Array, line: number) {
    const { numbers, countsAt } = matcher;
    this.shape = shape;
    this.calls = calls;
    this.line = line;
    this.one = matcher.one;
    this.two = matcher.two;
    this.counts.places = free;
    for (let at = 0; at < free.length; at++) this.counts.numbers[free[at]!] = numbers[countsAt + free[at]!]!;
    this.bytes = bytes;
    this.start = matcher.start;
    this.end = matcher.end;
    this.isCopied = false;
  }

  /** Takes the call back. Returns its record, projected. */
  takeBack(): JsonObject {
    this.calls!.remove(this, this.counts, this.kept);
    this.shape = undefined;
    const value = parseJson(this.bytes, this.start, this.end);
    if (!isObject(value)) throw new Error('a record that was known by its bytes cannot be read');
    return value;
  }

  clear(): void {
    this.shape = undefined;
  }

  /** Keeps its bytes, which are about to go. */
  copy(): void {
    if (!this.shape || this.isCopied) return;
    const length = this.end - this.start;
    if (this.memory.length < length) this.memory = new Uint8Array(length * 2);
    this.memory.set(this.bytes.subarray(this.start, this.end));
    this.bytes = this.memory;
    this.start = 0;
    this.end = length;
    this.isCopied = true;
  }
}
