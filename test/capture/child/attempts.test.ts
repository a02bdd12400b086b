import { describe, expect, it } from 'vitest';
import { Attempts } from '../../../src/capture/child/call/attempts.ts';

const MINUTE = 60_000;

describe('an attempt', () => {
  it('is the first, unless an equal one failed before', () => {
    const attempts = new Attempts();
    expect(attempts.next('a', 0)).toBe(1);
    attempts.failed('a', 1, 0);
    expect(attempts.next('b', 1)).toBe(1);
    expect(attempts.next('a', 1)).toBe(2);
  });

  it('takes up one failure only', () => {
    const attempts = new Attempts();
    attempts.failed('a', 1, 0);
    attempts.failed('a', 1, 0);
    expect([1, 2, 3].map((now) => attempts.next('a', now))).toEqual([2, 2, 1]);
  });

  it('counts on', () => {
    const attempts = new Attempts();
    attempts.failed('a', 1, 0);
    attempts.failed('a', attempts.next('a', 1), 1);
    expect(attempts.next('a', 2)).toBe(3);
  });

  it.each([
    [10 * MINUTE - 1, 2],
    [10 * MINUTE, 1],
  ])('%i ms after a failure is number %i', (later, attempt) => {
    const attempts = new Attempts();
    attempts.failed('a', 1, 0);
    attempts.failed('b', 1, later);
    expect(attempts.next('a', later)).toBe(attempt);
  });
});
