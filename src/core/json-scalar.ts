import type { JsonValue } from './json.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const SPACE = 0x20;
const MOST_DIGITS = 15;
const LONGEST_SHORT = 64;

/**
 * The short string or whole number in `bytes[start, end)`, read in place: `JSON.parse` costs more than all the rest of a
 * record. Undefined for anything but the plainest, which is then up to `JSON.parse`.
 */
export function readPlainScalar(bytes: Uint8Array, start: number, end: number): JsonValue | undefined {
  return bytes[start] === QUOTE ? readString(bytes, start + 1, end - 1) : readWholeNumber(bytes, start, end);
}

function readWholeNumber(bytes: Uint8Array, start: number, end: number): number | undefined {
  if (end - start > MOST_DIGITS || (bytes[start] === 0x30 && end - start > 1) || bytes[start] === MINUS)
    return undefined;
  let number = 0;
  for (let at = start; at < end; at++) {
    const digit = bytes[at]! - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    number = number * 10 + digit;
  }
  return number;
}

/** Models, modalities and the like come again in every record: the same text is the same string, made once. */
const known: (string | undefined)[] = new Array(4096).fill(undefined);

function readString(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (end - start > LONGEST_SHORT) return undefined;
  let hash = end - start;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte < SPACE || byte > 0x7e || byte === BACKSLASH) return undefined;
    hash = (hash * 31 + byte) | 0;
  }
  const slot = hash & (known.length - 1);
  const candidate = known[slot];
  if (candidate !== undefined && isSame(candidate, bytes, start, end)) return candidate;
  const text = String.fromCharCode.apply(null, bytes.subarray(start, end) as unknown as number[]);
  known[slot] = text;
  return text;
}

function isSame(text: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[start + i]) return false;
  return true;
}
