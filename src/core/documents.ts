import type { JsonObject } from './json.ts';
import { isObject } from './json.ts';
import { type Projection, project } from './project.ts';

/**
 * The JSON objects in a body, projected: one document, a JSON array of them, several in a row, or server-sent
 * events with one in each `data:`. A body that was cut off gives what came before the cut.
 */
export function* documents(bytes: Uint8Array, wanted: Projection): Generator<JsonObject> {
  const at = skipSeparators(bytes, 0);
  if (startsEventStream(bytes, at)) yield* eventDocuments(bytes, wanted);
  else yield* rowOfDocuments(bytes, wanted, at);
}

function* rowOfDocuments(bytes: Uint8Array, wanted: Projection, start: number): Generator<JsonObject> {
  for (let at = start; at < bytes.length; ) {
    const found = project(bytes, wanted, at);
    if (!found) return;
    if (isObject(found.value)) yield found.value;
    at = skipSeparators(bytes, found.end);
  }
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
function* eventDocuments(bytes: Uint8Array, wanted: Projection): Generator<JsonObject> {
  for (let at = 0; at < bytes.length; ) {
    const newline = bytes.indexOf(0x0a, at);
    const end = newline === -1 ? bytes.length : newline;
    const data = dataStart(bytes, at);
    if (data !== undefined) {
      const found = project(bytes.subarray(data, end), wanted);
      if (found && isObject(found.value)) yield found.value;
    }
    at = end + 1;
  }
}

function dataStart(bytes: Uint8Array, at: number): number | undefined {
  return String.fromCharCode(...bytes.subarray(at, at + 5)) === 'data:' ? at + 5 : undefined;
}
