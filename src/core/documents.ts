import { Extent } from './extent.ts';
import { isObject, type JsonObject, type JsonValue } from './json.ts';
import { parseJson } from './parse-json.ts';

/**
 * The JSON objects in a body: one document, a JSON array of them, several in a row, or server-sent events with one in
 * each `data:`. A body that was cut off gives what came before the cut. Media is cut out as `parseJson` does.
 */
export function* documents(bytes: Uint8Array): Generator<JsonObject> {
  const start = skipSeparators(bytes, 0);
  if (startsEventStream(bytes, start)) return yield* eventDocuments(bytes);
  const whole = parseJson(bytes, hasByteOrderMark(bytes) ? 3 : 0);
  if (whole === undefined) yield* rowOfDocuments(bytes, start);
  else yield* objectsIn(whole);
}

/** In order. Without recursion: arrays may be nested deeper than the stack. */
function* objectsIn(whole: JsonValue): Generator<JsonObject> {
  const left = [whole];
  for (let value = left.pop(); value !== undefined; value = left.pop()) {
    if (isObject(value)) yield value;
    else if (Array.isArray(value)) for (let index = value.length - 1; index >= 0; index--) left.push(value[index]);
  }
}

function* rowOfDocuments(bytes: Uint8Array, start: number): Generator<JsonObject> {
  for (let at = start; at < bytes.length; ) {
    const extent = new Extent();
    if (extent.advance(bytes.subarray(at), true) !== 'complete') return;
    const value = parseJson(bytes, at, at + extent.offset);
    if (isObject(value)) yield value;
    at = skipSeparators(bytes, at + extent.offset);
  }
}

function hasByteOrderMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

/** Passes white space, commas and the brackets of an outer array. */
function skipSeparators(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && SEPARATORS.has(bytes[at]!)) at++;
  return at;
}

const SEPARATORS = new Set(
  [...' \t\r\n,[]', '\ufeff'].flatMap((character) => [...new TextEncoder().encode(character)]),
);
const EVENT_FIELD = /^(?:data|event|id|retry)?:/;

function startsEventStream(bytes: Uint8Array, at: number): boolean {
  return EVENT_FIELD.test(String.fromCharCode(...bytes.subarray(at, at + 6)));
}

/** Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html); one data line an event, as both vendors send. */
function* eventDocuments(bytes: Uint8Array): Generator<JsonObject> {
  for (let at = 0; at < bytes.length; ) {
    const newline = bytes.indexOf(0x0a, at);
    const end = newline === -1 ? bytes.length : newline;
    const data = dataStart(bytes, at);
    const value = data === undefined ? undefined : parseJson(bytes, data, end);
    if (isObject(value)) yield value;
    at = end + 1;
  }
}

function dataStart(bytes: Uint8Array, at: number): number | undefined {
  return String.fromCharCode(...bytes.subarray(at, at + 5)) === 'data:' ? at + 5 : undefined;
}
