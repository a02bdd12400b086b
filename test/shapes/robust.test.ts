import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { isObject, type JsonObject, type JsonValue } from '../../src/core/json.ts';
import type { UsageEvent } from '../../src/core/usage/event.ts';
import { invalidEvent } from '../../src/core/usage/validate.ts';
import { FileEvents } from '../../src/ingest/recognise.ts';
import { RecordReader } from '../../src/ingest/records.ts';
import { shapes } from '../../src/shapes/index.ts';

const FOLDER = path.join('test', 'fixtures', 'logs');
const ODD: JsonValue[] = [null, -1, 1e308, 'NaN', 'x', true, [], [{}], {}];

function recordsOf(file: string): JsonObject[] {
  const records: JsonObject[] = [];
  const reader = new RecordReader({ record: (value) => records.push(value), skip: () => {} });
  reader.push(readFileSync(file));
  reader.end();
  return records;
}

/** The record with one of its values replaced, for every value and every replacement. */
function* mutations(value: JsonValue): Generator<JsonValue> {
  yield* ODD;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) for (const odd of mutations(item)) yield value.with(index, odd);
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) for (const odd of mutations(item)) yield { ...value, [key]: odd };
  }
}

/** What is wrong with how a record is read; undefined when all is well. */
function problem(record: JsonValue): string | undefined {
  if (!isObject(record)) return undefined;
  const problems: string[] = [];
  const check = (event: UsageEvent) => {
    const invalid = invalidEvent(event);
    if (invalid) problems.push(invalid);
  };
  try {
    const events = new FileEvents('x', shapes, { event: check, skip: () => {} });
    for (const line of [1, 2]) events.record(record, { line, within: 'events' }, () => ['key']);
    events.end();
  } catch (error) {
    problems.push(String(error));
  }
  return problems.length > 0 ? `${problems[0]} in ${JSON.stringify(record).slice(0, 300)}` : undefined;
}

describe('a record with any one value replaced by another is read, or refused with its reason', () => {
  const files = readdirSync(FOLDER).filter((name) => !name.includes('.expected.'));
  test.each(files)('%s', (name) => {
    const problems = new Set<string>();
    for (const record of recordsOf(path.join(FOLDER, name))) {
      for (const mutated of mutations(record)) {
        const found = problem(mutated);
        if (found) problems.add(found);
      }
    }
    expect([...problems].slice(0, 5)).toStrictEqual([]);
  });
});
