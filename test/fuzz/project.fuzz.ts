import { isDeepStrictEqual } from 'node:util';
import { isObject, type JsonObject, type JsonValue } from '../../src/core/json.ts';
import { type Projection, project, projection } from '../../src/core/project.ts';
import { RecordReader } from '../../src/ingest/records.ts';
import { Mutations } from './documents.ts';

/** What the fuzzer went through. */
export interface FuzzCount {
  documents: number;
  /** How many of them were JSON. */
  valid: number;
}

/**
 * Compares the projection with `JSON.parse` and the record reader with itself on documents of one seed, until `isOver`.
 * Throws at the first difference, with the document in base64.
 */
export function fuzz(seed: number, isOver: (documents: number) => boolean): FuzzCount {
  const mutations = new Mutations(seed);
  const count = { documents: 0, valid: 0 };
  while (!isOver(count.documents)) {
    const bytes = mutations.next();
    try {
      if (checkWhole(bytes)) count.valid++;
      checkParts(bytes);
      checkPieces(bytes, 1 + mutations.below(bytes.length + 1));
    } catch (error) {
      throw new Error(`seed ${seed}, document ${count.documents}: ${bytes.toString('base64')}`, { cause: error });
    }
    count.documents++;
  }
  return count;
}

const WHOLE = projection(['*']);
const PARTS = ['a.a', 'a.usage.*', 'usage.*', 'list[].a', 'c?'];
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** A value of which all is wanted is the value that `JSON.parse` reads, or none. Returns whether the text is JSON. */
function checkWhole(bytes: Buffer): boolean {
  const expected = parse(bytes);
  const found = project(bytes, WHOLE);
  if (expected !== undefined) same(found?.value, expected, 'the whole value');
  const rest = found && decoder.decode(bytes.subarray(found.end));
  if (expected !== undefined && !/^[ \t\r\n]*$/.test(rest ?? '')) throw new Error('the value ends too early');
  // Where more follows, the value must be JSON up to there.
  if (expected === undefined && found) same(found.value, parse(bytes.subarray(0, found.end)), 'the first value');
  return expected !== undefined;
}

/** Parts of a value that is JSON are the parts of what `JSON.parse` reads. What is not JSON gives parts or nothing. */
function checkParts(bytes: Buffer): void {
  const found = project(bytes, projectionOfParts());
  const expected = parse(bytes);
  if (expected !== undefined) same(found?.value, partsOf(expected), 'the parts');
}

/** The projection learns the order of keys, so that an old one and a new one have to agree. */
function projectionOfParts(): Projection {
  turn++;
  return turn % 8 === 0 ? projection(PARTS) : LEARNED;
}

const LEARNED = projection(PARTS);
let turn = 0;

/** The records of a text do not depend on the pieces in which it comes. */
function checkPieces(bytes: Buffer, size: number): void {
  same(recordsIn(bytes, size), recordsIn(bytes, bytes.length + 1), `records in pieces of ${size}`);
}

function recordsIn(bytes: Buffer, size: number): unknown[] {
  const found: unknown[] = [];
  const reader = new RecordReader(LEARNED, {
    record: (value, at) => found.push([value, at]),
    skip: (line, reason) => found.push([line, reason]),
  });
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
  reader.end();
  return found;
}

function parse(bytes: Uint8Array): JsonValue | undefined {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    return undefined;
  }
}

function same(found: unknown, expected: unknown, what: string): void {
  if (isDeepStrictEqual(found, expected)) return;
  throw new Error(`${what}: found ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
}

function partsOf(value: JsonValue): JsonValue {
  if (!isObject(value)) return null;
  return entries(value, (key, item) => {
    if (key === 'c') return true;
    if (key === 'usage') return item;
    if (key === 'a') return isObject(item) ? entries(item, (name, part) => pick(name, part, ['a', 'usage'])) : null;
    if (key !== 'list') return undefined;
    return Array.isArray(item) ? item.map((each) => (isObject(each) ? onlyA(each) : null)) : null;
  });
}

function onlyA(value: JsonObject): JsonObject {
  return entries(value, (key, item) => pick(key, item, ['a']));
}

function pick(key: string, item: JsonValue, keys: string[]): JsonValue | undefined {
  return keys.includes(key) ? item : undefined;
}

function entries(value: JsonObject, read: (key: string, item: JsonValue) => JsonValue | undefined): JsonObject {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => {
      const wanted = read(key, item);
      return wanted === undefined ? [] : [[key, wanted] as const];
    }),
  );
}
