import { expect, test } from 'vitest';
import { compare } from './alike.fuzz.ts';

test('calls that are counted from their bytes add up to what they do when read in full', () => {
  let known = 0;
  for (let seed = 1; seed <= 40; seed++) known += compare(seed).known;
  expect(known).toBeGreaterThan(1000);
});
