import { expect, it } from 'vitest';
import { fuzzJson } from './json.fuzz.ts';
import { fuzzLog } from './log.fuzz.ts';

it.each([1, 2, 3])('JSON without its media is what JSON.parse reads, seed %d', (seed) => {
  expect(fuzzJson(seed, 3000)).toBe(3000);
});

it.each([1, 2, 3, 4, 5, 6])('the fold of a log is the sum of the prices of its calls, seed %d', (seed) => {
  expect(fuzzLog(seed)).toBe(200);
});
