import { expect, test } from 'vitest';
import { fuzz } from './project.fuzz.ts';

test.each([1, 2, 3])('the projection agrees with JSON.parse on what is, was or nearly is JSON, seed %i', (seed) => {
  const { documents, valid } = fuzz(seed, (made) => made === 3000);
  expect(documents).toBe(3000);
  expect(valid).toBeGreaterThan(300);
});
