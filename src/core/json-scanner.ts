import { knownText } from './json-scalar.ts';

export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const OPEN_OBJECT = 0x7b;
export const CLOSE_OBJECT = 0x7d;
export const OPEN_ARRAY = 0x5b;
export const CLOSE_ARRAY = 0x5d;
const ZERO = 0x30;

/** Longer strings are searched for their end. */
const NEAR = 64;
/** More digits may be more than a number holds. */
const MOST_DIGITS = 15;

/** Printable ASCII that stands for itself in a string. */
const IS_PLAIN = new Uint8Array(256).fill(1, 0x20, 0x7f);
IS_PLAIN[QUOTE] = 0;
IS_PLAIN[BACKSLASH] = 0;

/** Walks over JSON text: passes values by their structure, and reads the plainest in place. */
export class Scanner {
  readonly bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, start: number) {
    this.bytes = bytes;
    this.at = start;
  }

  /** The next byte that is not white space. */
  protected peek(): number | undefined {
    const { bytes } = this;
    let byte = bytes[this.at];
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = bytes[++this.at];
    return byte;
  }

  /** Passes these bytes if they come next. */
  protected take(expected: Uint8Array): boolean {
    const { bytes, at } = this;
    for (let i = 0; i < expected.length; i++) if (bytes[at + i] !== expected[i]) return false;
    this.at = at + expected.length;
    return true;
  }

  /** A short string of printable ASCII without escapes; undefined, and nothing passed, for any other. */
  protected plainString(): string | undefined {
    const { bytes } = this;
    const start = this.at + 1;
    const near = Math.min(start + NEAR, bytes.length);
    // What is named outside is looked up for every byte.
    const isPlain = IS_PLAIN;
    for (let at = start; at < near; at++) {
      const byte = bytes[at]!;
      if (isPlain[byte] === 1) continue;
      if (byte !== QUOTE) return undefined;
      this.at = at + 1;
      return knownText(bytes, start, at);
    }
    return undefined;
  }

  /** A number of digits alone; undefined, and nothing passed, for any other. */
  protected wholeNumber(): number | undefined {
    const { bytes } = this;
    const start = this.at;
    let at = start;
    let number = 0;
    for (let digit = bytes[at]! - 0x30; digit >= 0 && digit <= 9; digit = bytes[++at]! - 0x30)
      number = number * 10 + digit;
    const length = at - start;
    const next = bytes[at];
    const ends = next === COMMA || next === CLOSE_OBJECT || next === CLOSE_ARRAY;
    if (!ends || length === 0 || length > MOST_DIGITS || (length > 1 && bytes[start] === ZERO)) return undefined;
    this.at = at;
    return number;
  }

  protected skip(): boolean {
    const first = this.peek();
    if (first === QUOTE) return this.skipString();
    if (first === OPEN_OBJECT || first === OPEN_ARRAY) return this.skipContainer();
    const start = this.at;
    while (this.at < this.bytes.length && isScalarByte(this.bytes[this.at]!)) this.at++;
    return hasScalarLength(first, this.at - start);
  }

  private skipContainer(): boolean {
    const close = this.bytes[this.at] === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_ARRAY;
    let depth = 0;
    while (this.at < this.bytes.length) {
      const byte = this.bytes[this.at]!;
      if (byte === QUOTE) {
        if (!this.skipString()) return false;
        continue;
      }
      this.at++;
      if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth++;
      else if ((byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) && --depth === 0) return byte === close;
    }
    return false;
  }

  protected skipString(): boolean {
    // Most strings are short: looking at each byte is then cheaper than a search.
    const near = Math.min(this.at + NEAR, this.bytes.length);
    const { bytes } = this;
    for (let at = this.at + 1; at < near; at++) {
      const byte = bytes[at];
      if (byte === 0x5c) break;
      if (byte !== 0x22) continue;
      this.at = at + 1;
      return true;
    }
    return this.skipLongString();
  }

  private skipLongString(): boolean {
    for (
      let quote = this.bytes.indexOf(QUOTE, this.at + 1);
      quote !== -1;
      quote = this.bytes.indexOf(QUOTE, quote + 1)
    ) {
      let slashes = 0;
      while (this.bytes[quote - 1 - slashes] === BACKSLASH) slashes++;
      if (slashes % 2 === 0) {
        this.at = quote + 1;
        return true;
      }
    }
    return false;
  }
}

/** Tells `true`, `false`, `null` and `NaN` from most other words; numbers and `Infinity` have any length. */
function hasScalarLength(first: number | undefined, length: number): boolean {
  if (first === 0x74 || first === 0x6e) return length === 4;
  if (first === 0x66) return length === 5;
  return length > 0 && (first! < 0x61 || first! > 0x7a);
}

function isScalarByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x2d ||
    byte === 0x2b ||
    byte === 0x2e ||
    // E of numbers; I and N of Infinity and NaN, which Python writes: skipped like any value, refused where wanted.
    byte === 0x45 ||
    byte === 0x49 ||
    byte === 0x4e
  );
}
