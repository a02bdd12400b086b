import type { JsonObject, JsonValue } from './json.ts';
import { knownText } from './json-scalar.ts';
import type { Projection, WantedKey } from './projection.ts';

export { type Projection, projection } from './projection.ts';

/** A value and the index of the first byte after it. */
export interface Projected {
  value: JsonValue;
  end: number;
}

/** Projects the JSON value that starts at `start` (white space allowed). Undefined where the text is not JSON or is cut off. */
export function project(bytes: Uint8Array, wanted: Projection, start = 0): Projected | undefined {
  const reader = new Reader(bytes, start);
  const value = reader.value(wanted);
  return value === undefined ? undefined : { value, end: reader.at };
}

/** The first `limit` keys of the JSON object that starts at `start`, as far as it can be read. */
export function keysOf(bytes: Uint8Array, start: number, limit: number): string[] {
  return new Reader(bytes, start).keys(limit);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const ZERO = 0x30;

/** Longer strings are searched for their end, and parsed if wanted. */
const NEAR = 64;
/** More digits may be more than a number holds. */
const MOST_DIGITS = 15;
/** Deeper values are up to `JSON.parse`, which needs no stack. */
const DEEPEST_IN_PLACE = 50;
/** A value with a key that has to be parsed. */
const NOT_PLAIN = Symbol('not plain');

/** Printable ASCII that stands for itself in a string. */
const IS_PLAIN = new Uint8Array(256).fill(1, 0x20, 0x7f);
IS_PLAIN[QUOTE] = 0;
IS_PLAIN[BACKSLASH] = 0;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

class Reader {
  readonly bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, start: number) {
    this.bytes = bytes;
    this.at = start;
  }

  value(wanted: Projection): JsonValue | undefined {
    if (wanted.whole) return this.whole(wanted, 0);
    if (wanted.presence && wanted.keys.length === 0) return this.skip() ? true : undefined;
    const first = this.peek();
    if (first === OPEN_OBJECT && wanted.keys.length > 0) return this.object(wanted);
    if (first === OPEN_ARRAY && wanted.each) return this.array(wanted.each);
    return this.skip() ? null : undefined;
  }

  keys(limit: number): string[] {
    const keys: string[] = [];
    if (this.peek() !== OPEN_OBJECT) return keys;
    this.at++;
    while (keys.length < limit && this.peek() === QUOTE) {
      const start = this.at;
      if (!this.skipString()) break;
      keys.push(String(parse(this.bytes, start, this.at)));
      if (this.peek() !== COLON) break;
      this.at++;
      if (!this.skip() || this.peek() !== COMMA) break;
      this.at++;
    }
    return keys;
  }

  private object(wanted: Projection): JsonObject | undefined {
    const result: Record<string, JsonValue> = {};
    this.at++;
    if (this.peek() === CLOSE_OBJECT) return this.close(result);
    let last: WantedKey | undefined;
    for (;;) {
      let key = last ? last.next : wanted.first;
      if (!key || !this.take(key.quoted)) {
        if (this.peek() !== QUOTE) return undefined;
        const start = this.at + 1;
        if (!this.skipString()) return undefined;
        key = findKey(wanted, this.bytes, start, this.at - 1);
        if (this.peek() !== COLON) return undefined;
        this.at++;
        if (key && last) last.next = key;
        else if (key) wanted.first = key;
      }
      if (key) {
        const value = this.value(key.below);
        if (value === undefined) return undefined;
        result[key.name] = value;
        last = key;
      } else if (!this.skip()) return undefined;
      const next = this.peek();
      if (next === CLOSE_OBJECT) return this.close(result);
      if (next !== COMMA) return undefined;
      this.at++;
    }
  }

  private array(each: Projection): JsonValue[] | undefined {
    const result: JsonValue[] = [];
    this.at++;
    if (this.peek() === CLOSE_ARRAY) return this.close(result);
    for (;;) {
      const value = this.value(each);
      if (value === undefined) return undefined;
      result.push(value);
      const next = this.peek();
      if (next === CLOSE_ARRAY) return this.close(result);
      if (next !== COMMA) return undefined;
      this.at++;
    }
  }

  /** All of a value. What is plain is read in place; `JSON.parse` reads the rest, and says what is no JSON. */
  private whole(node: Projection, depth: number): JsonValue | undefined {
    const first = this.peek();
    const start = this.at;
    if (first === QUOTE) {
      const text = this.plainString();
      if (text !== undefined) return text;
    } else if (first === OPEN_OBJECT && depth < DEEPEST_IN_PLACE) {
      const result = this.wholeObject(node, depth);
      if (result !== NOT_PLAIN) return result;
      this.at = start;
    } else if (first === OPEN_ARRAY && depth < DEEPEST_IN_PLACE) {
      return this.wholeArray(node, depth);
    } else {
      const number = this.wholeNumber();
      if (number !== undefined) return number;
    }
    return this.skip() ? parse(this.bytes, start, this.at) : undefined;
  }

  private wholeObject(node: Projection, depth: number): JsonObject | undefined | typeof NOT_PLAIN {
    const result: Record<string, JsonValue> = {};
    this.at++;
    if (this.peek() === CLOSE_OBJECT) return this.close(result);
    let last: WantedKey | undefined;
    for (;;) {
      let key = last ? last.next : node.first;
      if (!key || !this.take(key.quoted)) {
        if (this.peek() !== QUOTE) return undefined;
        const name = this.plainString();
        if (name === undefined || name === '__proto__') return NOT_PLAIN;
        if (this.peek() !== COLON) return undefined;
        this.at++;
        key = node.foundKey(name);
        if (last) last.next = key;
        else node.first = key;
      }
      const value = this.whole(key.below, depth + 1);
      if (value === undefined) return undefined;
      result[key.name] = value;
      last = key;
      const next = this.peek();
      if (next === CLOSE_OBJECT) return this.close(result);
      if (next !== COMMA) return undefined;
      this.at++;
    }
  }

  private wholeArray(node: Projection, depth: number): JsonValue[] | undefined {
    const result: JsonValue[] = [];
    this.at++;
    if (this.peek() === CLOSE_ARRAY) return this.close(result);
    for (;;) {
      const value = this.whole(node, depth + 1);
      if (value === undefined) return undefined;
      result.push(value);
      const next = this.peek();
      if (next === CLOSE_ARRAY) return this.close(result);
      if (next !== COMMA) return undefined;
      this.at++;
    }
  }

  private close<T>(result: T): T {
    this.at++;
    return result;
  }

  /** The next byte that is not white space. */
  private peek(): number | undefined {
    const { bytes } = this;
    let byte = bytes[this.at];
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = bytes[++this.at];
    return byte;
  }

  /** Passes these bytes if they come next. */
  private take(expected: Uint8Array): boolean {
    const { bytes, at } = this;
    for (let i = 0; i < expected.length; i++) if (bytes[at + i] !== expected[i]) return false;
    this.at = at + expected.length;
    return true;
  }

  /** A short string of printable ASCII without escapes; undefined, and nothing passed, for any other. */
  private plainString(): string | undefined {
    const { bytes } = this;
    const start = this.at + 1;
    const near = Math.min(start + NEAR, bytes.length);
    for (let at = start; at < near; at++) {
      const byte = bytes[at]!;
      if (IS_PLAIN[byte] === 1) continue;
      if (byte !== QUOTE) return undefined;
      this.at = at + 1;
      return knownText(bytes, start, at);
    }
    return undefined;
  }

  /** A number of digits alone; undefined, and nothing passed, for any other. */
  private wholeNumber(): number | undefined {
    const { bytes } = this;
    const start = this.at;
    let at = start;
    let number = 0;
    for (let digit = bytes[at]! - ZERO; digit >= 0 && digit <= 9; digit = bytes[++at]! - ZERO)
      number = number * 10 + digit;
    const length = at - start;
    const next = bytes[at];
    const ends = next === COMMA || next === CLOSE_OBJECT || next === CLOSE_ARRAY;
    if (!ends || length === 0 || length > MOST_DIGITS || (length > 1 && bytes[start] === ZERO)) return undefined;
    this.at = at;
    return number;
  }

  private skip(): boolean {
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

  private skipString(): boolean {
    // Most strings are short: looking at each byte is then cheaper than a search.
    const near = Math.min(this.at + NEAR, this.bytes.length);
    for (let at = this.at + 1; at < near; at++) {
      const byte = this.bytes[at];
      if (byte === BACKSLASH) break;
      if (byte !== QUOTE) continue;
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

function findKey(wanted: Projection, bytes: Uint8Array, start: number, end: number): WantedKey | undefined {
  for (let at = start; at < end; at++) if (bytes[at] === BACKSLASH) return findEscapedKey(wanted, bytes, start, end);
  const sameLength = wanted.byLength[end - start];
  if (sameLength) for (const key of sameLength) if (equals(key.bytes, bytes, start)) return key;
  return undefined;
}

function findEscapedKey(wanted: Projection, bytes: Uint8Array, start: number, end: number): WantedKey | undefined {
  const name = parse(bytes, start - 1, end + 1);
  return wanted.keys.find((key) => key.name === name);
}

function equals(name: Uint8Array, bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < name.length; i++) if (name[i] !== bytes[start + i]) return false;
  return true;
}

function parse(bytes: Uint8Array, start: number, end: number): JsonValue | undefined {
  try {
    return JSON.parse(decoder.decode(bytes.subarray(start, end)));
  } catch {
    return undefined;
  }
}
