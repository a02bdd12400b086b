import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { RecordReader } from '../../src/ingest/records.ts';
import { shapes } from '../../src/shapes/index.ts';
import { recordsIn } from '../../src/shapes/reading/containers.ts';
import { collect } from '../ingest/collect.ts';

const FOLDER = path.join('test', 'fixtures', 'logs');

function fixtureOf(id: string): string | undefined {
  return ['jsonl', 'json'].map((extension) => path.join(FOLDER, `${id}.${extension}`)).find((file) => existsSync(file));
}

function recordsOf(file: string): JsonObject[] {
  const records: JsonObject[] = [];
  const reader = new RecordReader({ record: (value) => records.push(value), skip: () => {} });
  reader.push(readFileSync(file));
  reader.end();
  return records.flatMap((record) =>
    shapes.some((shape) => shape.recognises(record)) ? [record] : (recordsIn(record) ?? [record]),
  );
}

describe.each(shapes.map((shape) => [shape.id, shape] as const))('log shape %s', (id, shape) => {
  const file = fixtureOf(id);

  test('has a fixture and its expected result', () => {
    expect(file, `test/fixtures/logs/${id}.jsonl or .json`).toBeDefined();
    expect(existsSync(path.join(FOLDER, `${id}.expected.json`)), `test/fixtures/logs/${id}.expected.json`).toBe(true);
  });

  test.runIf(file)('reads its fixture as expected', async () => {
    const expected = JSON.parse(readFileSync(path.join(FOLDER, `${id}.expected.json`), 'utf8'));
    const { events, skipped } = await collect([file!]);
    expect({ events, skipped }).toEqual(expected);
  });

  test.runIf(file)('is the first to recognise its fixture, and the only one that is not general', () => {
    for (const record of recordsOf(file!)) {
      const recognisedBy = shapes.filter((candidate) => candidate.recognises(record));
      expect(recognisedBy[0]?.id).toBe(id);
      if (shape.keys) expect(shape.keys.some((key) => Object.hasOwn(record, key))).toBe(true);
      expect(recognisedBy.slice(1).filter(({ general }) => !general)).toEqual([]);
    }
  });
});

test('every fixture belongs to a shape', () => {
  const ids = readdirSync(FOLDER).map((name) => name.replace(/(\.expected)?\.jsonl?$/, ''));
  expect([...new Set(ids)].filter((id) => !shapes.some((shape) => shape.id === id))).toEqual([]);
});
