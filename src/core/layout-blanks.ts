import { type JsonObject, type JsonValue, jsonOf } from './json.ts';
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

/** A value in the text of a record: a text without its quotes, or a number. */
export interface Blank {
  /** Such as `usageMetadata.promptTokensDetails[0].tokenCount`. */
  path: string;
  isText: boolean;
  /** How much of the text without blanks stands before it. */
  offset: number;
  /** Whether the record, as it was projected, has the value. */
  isRead: boolean;
}

export interface BlankedText {
  /** The text without its values: what is left has to be there in a record of the same layout. */
  literal: Uint8Array;
  blanks: Blank[];
}

/**
 * Blanks the values of a record: of its text in `bytes[start, end)`, and as it was projected from that text. Undefined
 * for a text that is too unusual to be met again: escapes or points in keys, a key twice, great depth or length.
 */
export function blanked(bytes: Uint8Array, start: number, end: number, record: JsonObject): BlankedText | undefined {
  const text = bytes.subarray(start, end);
  const blanker = new Blanker(text, 0);
  return blanker.value('', record, 0) && blanker.at === text.length ? blanker.done() : undefined;
}

const DEEPEST = 12;
const MOST_BLANKS = 64;
const LONGEST_LITERAL = 4000;
const KEY = /^[^.[\\"]{1,80}$/;
const NUMBER = /^-?\d[\d.eE+-]*$/;

class Blanker extends Scanner {
  private readonly blanks: Blank[] = [];
  private readonly parts: Uint8Array[] = [];
  private length = 0;
  private literalStart = 0;

  value(path: string, read: JsonValue | undefined, depth: number): boolean {
    if (depth > DEEPEST || this.blanks.length > MOST_BLANKS) return false;
    const first = this.peek();
    if (first === OPEN_OBJECT) return this.members(path, read, depth);
    if (first === OPEN_ARRAY) return this.elements(path, read, depth);
    const start = this.at;
    if (!this.skip()) return false;
    const isText = first === QUOTE;
    const text = new TextDecoder().decode(this.bytes.subarray(start, this.at));
    if (text === 'true' || text === 'false' || text === 'null') return true;
    if (!isText && !NUMBER.test(text)) return false;
    const isRead = (typeof read === 'string' || typeof read === 'number') && read === jsonOf(text);
    const quote = isText ? 1 : 0;
    this.cut(start + quote, this.at - quote);
    this.blanks.push({ path, isText, offset: this.length, isRead });
    return true;
  }

  done(): BlankedText | undefined {
    this.cut(this.at, this.at);
    if (this.length > LONGEST_LITERAL) return undefined;
    const literal = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.parts) {
      literal.set(part, at);
      at += part.length;
    }
    return { literal, blanks: this.blanks };
  }

  private members(path: string, read: JsonValue | undefined, depth: number): boolean {
    const names = new Set<string>();
    this.at++;
    if (this.peek() === CLOSE_OBJECT) return this.pass();
    for (;;) {
      if (this.peek() !== QUOTE) return false;
      const start = this.at + 1;
      if (!this.skipString()) return false;
      const name = new TextDecoder().decode(this.bytes.subarray(start, this.at - 1));
      if (!KEY.test(name) || name === '__proto__' || names.has(name)) return false;
      if (this.bytes.subarray(start, this.at).includes(BACKSLASH)) return false;
      names.add(name);
      if (this.peek() !== COLON) return false;
      this.at++;
      const below = memberOf(read, name);
      if (!this.value(path === '' ? name : `${path}.${name}`, below, depth + 1)) return false;
      if (this.peek() === CLOSE_OBJECT) return this.pass();
      if (this.peek() !== COMMA) return false;
      this.at++;
    }
  }

  private elements(path: string, read: JsonValue | undefined, depth: number): boolean {
    this.at++;
    if (this.peek() === CLOSE_ARRAY) return this.pass();
    for (let index = 0; ; index++) {
      const below = Array.isArray(read) ? read[index] : undefined;
      if (!this.value(`${path}[${index}]`, below, depth + 1)) return false;
      if (this.peek() === CLOSE_ARRAY) return this.pass();
      if (this.peek() !== COMMA) return false;
      this.at++;
    }
  }

  private pass(): true {
    this.at++;
    return true;
  }

  /** Leaves out `[start, end)` of the text. */
  private cut(start: number, end: number): void {
    this.parts.push(this.bytes.slice(this.literalStart, start));
    this.length += start - this.literalStart;
    this.literalStart = end;
  }
}

function memberOf(value: JsonValue | undefined, name: string): JsonValue | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name))
    return undefined;
  return (value as JsonObject)[name];
}
