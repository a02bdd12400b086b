import { type JsonObject, objectOf } from '../core/json.ts';

const LARGEST = 64 * 1024 * 1024;
const STRING_OR_NUMBER_WORD = /"(?:[^"\\]|\\[\s\S])*"|-?\b(?:NaN|Infinity)\b/g;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})|\\/g;
const CONTROL = /[\0-\x1f]/g;

/**
 * What writers put into logs that is nearly JSON: control characters and unknown escapes in strings, and Python's `NaN` and
 * `Infinity`, which become text, so that a shape refuses them by name where it needs a number. Undefined for anything else.
 */
export function parseLeniently(bytes: Buffer): JsonObject | undefined {
  if (bytes.length > LARGEST) return undefined;
  const text = bytes.toString('utf8');
  return objectOf(
    text.replace(STRING_OR_NUMBER_WORD, (match) => (match.startsWith('"') ? mended(match) : `"${match}"`)),
  );
}

function mended(string: string): string {
  return string.replace(CONTROL, ' ').replace(ESCAPE, (match) => (match === '\\' ? '\\\\' : match));
}
