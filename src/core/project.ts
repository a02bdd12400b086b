import type { JsonObject, JsonValue } from './json.ts';
import {
  BACKSLASH,
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
  Scanner,
} from './json-scanner.ts';
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

/** Deeper values are up to `JSON.parse`, which needs no stack. */
const DEEPEST_IN_PLACE = 50;
/** A value with a key that has to be parsed. */
const NOT_PLAIN = Symbol('not plain');

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

class Reader extends Scanner {
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
