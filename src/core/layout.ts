import type { Blank } from './layout-blanks.ts';

/**
 * What is done with a blank of a layout.
 * `skip`: not read. `any`: read, but no matter what it says. `key`: records are only alike where it says the same.
 * `id` and `time`: of the call. `count`: a whole number that may differ. `aside`: any plain number, no matter which.
 */
export type Role = 'skip' | 'any' | 'key' | 'id' | 'time' | 'count' | 'aside';

// Below, codes and bytes are plain numbers: names for them are looked up for every byte, which takes as long as all else.
const CODES: Record<Role, number> = { skip: 0, any: 1, key: 2, id: 3, time: 4, count: 5, aside: 6 };
/** Beside the code of a number's role. */
const NUMBER = 8;

const MOST_DIGITS = 9;
/** Longer texts that matter are rare, and longer ones that do not are searched for their end. */
const LONGEST_TEXT = 200;
const NEAR = 64;
const LONGEST_KEY = 1000;

/**
 * The text of a record with blanks for its values: most records of a log differ from one before in these alone. Reading
 * one is comparing bytes. What was found in the blanks stands in the fields until the next `match`.
 */
export class Layout {
  /** What is in the blanks that records have to agree in: the bytes of `key` up to `keyLength`, and their hash. */
  readonly key = new Uint8Array(LONGEST_KEY + LONGEST_TEXT);
  keyLength = 0;
  /** The bytes of the key by four; those after its end are 0. */
  readonly keyWords = new Int32Array(this.key.buffer);
  hash = 0;
  /** What is in the blanks of counts. */
  readonly counts: Float64Array;
  /** Where the id is; both 0 in a layout without one. */
  idStart = 0;
  idEnd = 0;
  /** Where the time is, and a number that grows with it: milliseconds as if all months had 32 days. */
  timeStart = 0;
  timeEnd = 0;
  time = 0;
  private readonly literal: Uint8Array;
  /** Where in `literal` each blank is. */
  private readonly ends: Int32Array;
  /** What is in `literal` by four bytes, each part from its start, and where its words end. */
  private readonly words: Int32Array;
  private readonly wordEnds: Int32Array;
  private view: DataView = new DataView(new ArrayBuffer(0));
  private readonly codes: Uint8Array;

  constructor(literal: Uint8Array, blanks: readonly Blank[], roles: readonly Role[]) {
    this.literal = literal;
    this.ends = Int32Array.from([...blanks.map(({ offset }) => offset), literal.length]);
    const words = this.ends.map((end, index) => (end - (this.ends[index - 1] ?? 0)) >> 2);
    this.wordEnds = words.map((_, index) => words.subarray(0, index + 1).reduce((sum, count) => sum + count, 0));
    this.words = wordsOf(literal, this.ends);
    this.codes = Uint8Array.from(roles.map((role, index) => CODES[role] + (blanks[index]!.isText ? 0 : NUMBER)));
    this.counts = new Float64Array(roles.filter((role) => role === 'count').length);
  }

  /**
   * The index of the first byte after the record, where one of this layout starts; -1 where another does. It has to end
   * by `end`: nothing beyond is looked at, since reading past the end of memory makes all of this slow.
   */
  match(bytes: Uint8Array, start: number, end: number): number {
    const { literal, ends, words, wordEnds, codes } = this;
    const view = this.viewOf(bytes.buffer);
    const offset = bytes.byteOffset;
    this.keyLength = 0;
    this.hash = 0;
    let counted = 0;
    let zeros = 0;
    let at = start;
    let from = 0;
    let word = 0;
    for (let blank = 0; ; blank++) {
      const to = ends[blank]!;
      if (at + to - from > end) return -1;
      // Four bytes at once, then the rest.
      for (const wordEnd = wordEnds[blank]!; word < wordEnd; at += 4, from += 4)
        if (view.getInt32(offset + at, true) !== words[word++]) return -1;
      for (; from < to; from++, at++) if (bytes[at] !== literal[from]) return -1;
      if (blank === codes.length) break;
      const code = codes[blank]!;
      if (code === 13) {
        const first = at;
        let number = 0;
        for (; at < end; at++) {
          const digit = bytes[at]! - 0x30;
          if (digit < 0 || digit > 9) break;
          number = number * 10 + digit;
        }
        const length = at - first;
        if (length === 0 || length > MOST_DIGITS || (length > 1 && bytes[first] === 0x30)) return -1;
        if (number === 0) zeros |= 1 << counted;
        this.counts[counted++] = number;
      } else if (code === 2) at = this.keyText(bytes, at, end);
      else if (code === 1) at = plainEnd(bytes, at, end);
      else if (code === 0) at = skipText(bytes, at, end);
      else if (code === 3) at = this.idText(bytes, at, end);
      else if (code === 4) at = this.timeText(bytes, at, end);
      else if (code === 10) at = this.keyNumber(bytes, at, end);
      else if (code === 14) at = asideEnd(bytes, at, end);
      else at = scalarEnd(bytes, at, end);
      if (at === -1) return -1;
    }
    this.addToKey(zeros & 0xff);
    this.addToKey(zeros >> 8);
    if (this.keyLength > LONGEST_KEY) return -1;
    while (this.keyLength % 4 !== 0) this.key[this.keyLength++] = 0;
    return at;
  }

  private viewOf(buffer: ArrayBufferLike): DataView {
    if (this.view.buffer !== buffer) this.view = new DataView(buffer);
    return this.view;
  }

  /** The time of the record in `bytes` that matched last. */
  timeIn(bytes: Uint8Array): string {
    return String.fromCharCode(...bytes.subarray(this.timeStart, this.timeEnd));
  }

  private addToKey(byte: number): void {
    this.key[this.keyLength++] = byte;
    this.hash = Math.imul(this.hash ^ byte, 0x01000193);
  }

  /** The same bytes in a text are the same text, so it need not be made. */
  private keyText(bytes: Uint8Array, start: number, end: number): number {
    const { key } = this;
    let { hash, keyLength } = this;
    if (keyLength > LONGEST_KEY) return -1;
    const last = Math.min(start + LONGEST_TEXT, end);
    let at = start;
    for (; at < last; at++) {
      const byte = bytes[at]!;
      if (byte === 0x22) break;
      if (byte === 0x5c || byte < 0x20) return -1;
      key[keyLength++] = byte;
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
    if (at === last) return -1;
    this.hash = hash;
    this.keyLength = keyLength;
    this.addToKey(0);
    return at;
  }

  private keyNumber(bytes: Uint8Array, start: number, end: number): number {
    if (this.keyLength > LONGEST_KEY) return -1;
    const last = scalarEnd(bytes, start, end);
    if (last === -1 || last > start + NEAR) return -1;
    for (let at = start; at < last; at++) this.addToKey(bytes[at]!);
    this.addToKey(0);
    return last;
  }

  private idText(bytes: Uint8Array, start: number, end: number): number {
    const last = Math.min(start + LONGEST_TEXT, end);
    let at = start;
    for (; at < last; at++) {
      const byte = bytes[at]!;
      if (byte === 0x22) break;
      if (byte === 0x5c || byte < 0x20 || byte >= 0x7f) return -1;
    }
    if (at === start || at === last) return -1;
    this.idStart = start;
    this.idEnd = at;
    return at;
  }

  /** `2026-11-22T10:30:00.123Z`, also with a space, other decimals, no zone or `+00:00`: all of them times in UTC. */
  private timeText(bytes: Uint8Array, start: number, end: number): number {
    if (start + LONGEST_TIME > end) return -1;
    const year = two(bytes, start) * 100 + two(bytes, start + 2);
    const month = two(bytes, start + 5);
    const day = two(bytes, start + 8);
    const hour = two(bytes, start + 11);
    const minute = two(bytes, start + 14);
    const second = two(bytes, start + 17);
    // Also false for NaN, which is what no digits are.
    if (
      !(year >= FIRST_YEAR && month >= 1 && day >= 1 && day <= DAYS[month]! && hour < 24 && minute < 60 && second < 60)
    )
      return -1;
    if (bytes[start + 4] !== 0x2d || bytes[start + 7] !== 0x2d) return -1;
    const divider = bytes[start + 10];
    if (divider !== 0x54 && divider !== 0x20) return -1;
    if (bytes[start + 13] !== 0x3a || bytes[start + 16] !== 0x3a) return -1;
    let at = start + 19;
    let milliseconds = 0;
    if (bytes[at] === 0x2e) {
      const first = ++at;
      for (let digit = bytes[at]! - 0x30; digit >= 0 && digit <= 9; digit = bytes[++at]! - 0x30)
        if (at < first + 3) milliseconds = milliseconds * 10 + digit;
      if (at === first || at > first + 9) return -1;
      for (let digits = at - first; digits < 3; digits++) milliseconds *= 10;
    }
    if (bytes[at] === 0x5a) at++;
    else if (bytes[at] === 0x2b) {
      if (two(bytes, at + 1) !== 0 || bytes[at + 3] !== 0x3a || two(bytes, at + 4) !== 0) return -1;
      at += 6;
    }
    if (bytes[at] !== 0x22) return -1;
    this.timeStart = start;
    this.timeEnd = at;
    this.time = (((((year * 13 + month) * 32 + day) * 24 + hour) * 60 + minute) * 60 + second) * 1000 + milliseconds;
    return at;
  }
}

function wordsOf(literal: Uint8Array, ends: Int32Array): Int32Array {
  const view = new DataView(literal.buffer, literal.byteOffset);
  const words: number[] = [];
  let from = 0;
  for (const end of ends) {
    for (; from + 4 <= end; from += 4) words.push(view.getInt32(from, true));
    from = end;
  }
  return Int32Array.from(words);
}

/** `2026-11-22T10:30:00.123456789+00:00"` */
const LONGEST_TIME = 36;
/** Since then all zones are whole quarters of an hour apart (https://data.iana.org/time-zones/tz-link.html, Africa/Monrovia). */
const FIRST_YEAR = 1973;
/** 29 February is for the calendar to decide. */
const DAYS = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** A number of two digits; NaN for anything else. */
function two(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - 0x30;
  const ones = bytes[at + 1]! - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** The end of a text without escapes and controls, at its closing quote; -1 for any other, and for none. */
function plainEnd(bytes: Uint8Array, start: number, end: number): number {
  const last = Math.min(start + LONGEST_TEXT, end);
  for (let at = start; at < last; at++) {
    const byte = bytes[at]!;
    if (byte === 0x22) return at === start ? -1 : at;
    if (byte === 0x5c || byte < 0x20) return -1;
  }
  return -1;
}

function skipText(bytes: Uint8Array, start: number, end: number): number {
  const near = Math.min(start + NEAR, end);
  let at = start;
  for (; at < near; at++) {
    const byte = bytes[at];
    if (byte === 0x22) return at;
    if (byte === 0x5c) break;
  }
  for (let quote = bytes.indexOf(0x22, at); quote !== -1 && quote < end; quote = bytes.indexOf(0x22, quote + 1)) {
    let slashes = 0;
    while (bytes[quote - 1 - slashes] === 0x5c) slashes++;
    if (slashes % 2 === 0) return quote;
  }
  return -1;
}

/** The end of a number such as `12.5`, of no more than six digits before the point. */
function asideEnd(bytes: Uint8Array, start: number, end: number): number {
  const point = digitsEnd(bytes, start, end);
  const whole = point - start;
  if (whole === 0 || whole > 6 || (whole > 1 && bytes[start] === 0x30)) return -1;
  if (point === end || bytes[point] !== 0x2e) return point;
  const last = digitsEnd(bytes, point + 1, end);
  return last > point + 1 && last < point + NEAR ? last : -1;
}

function digitsEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isDigit(bytes[at]!)) at++;
  return at;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** The end of a number of any form. */
function scalarEnd(bytes: Uint8Array, start: number, end: number): number {
  const last = Math.min(start + LONGEST_TEXT, end);
  if (start === end || (!isDigit(bytes[start]!) && bytes[start] !== 0x2d)) return -1;
  for (let at = start; at < last; at++) {
    const byte = bytes[at]!;
    if (byte === 0x2c || byte === 0x7d || byte === 0x5d) return at;
    if (!isDigit(byte) && byte !== 0x2d && byte !== 0x2b && byte !== 0x2e && (byte | 0x20) !== 0x65) return -1;
  }
  return -1;
}
