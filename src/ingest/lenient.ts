import { type JsonObject, objectOf } from '../core/json.ts';

const LARGEST = 64 * 1024 * 1024;
const STRING_OR_NUMBER_WORD = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"|-?\bInfinity\b|\bNaN\b/g;

/**
 * What the projection refuses but a parser takes: any JSON object, and Python's `NaN` and `Infinity`, which become text,
 * so that a shape refuses them by name where it needs a number. Undefined for what is no JSON at all.
 */
export function parseLeniently(bytes: Buffer): JsonObject | undefined {
  if (bytes.length > LARGEST) return undefined;
  const text = bytes.toString('utf8').trim();
  return objectOf(text) ?? (/NaN|Infinity/.test(text) ? objectOf(quoteNumberWords(text)) : undefined);
}

function quoteNumberWords(text: string): string {
  return text.replace(STRING_OR_NUMBER_WORD, (match) => (match.startsWith('"') ? match : `"${match}"`));
}
