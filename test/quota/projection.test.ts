import { describe, expect, it } from 'vitest';
import { projectQuota } from '../../src/core/quota/projection.ts';

const TODAY = '2026-11-22';
const RESET = '2026-12-01T00:00:00.000Z';

describe('projectQuota', () => {
  it('takes the mean from the first day of use on', () => {
    const credits = new Map([
      ['2026-11-13', 600],
      ['2026-11-22', 400],
    ]);
    expect(projectQuota(credits, 250, TODAY, RESET)).toEqual({
      day: '2026-11-25',
      perDay: 100,
      days: 10,
      beforeReset: true,
    });
  });

  it('looks back 30 days, today included', () => {
    const credits = new Map([
      ['2026-10-23', 1_000_000],
      ['2026-10-24', 300],
      ['2026-11-23', 1_000_000],
    ]);
    expect(projectQuota(credits, 90, TODAY, null)).toEqual({
      day: '2026-12-01',
      perDay: 10,
      days: 30,
      beforeReset: null,
    });
  });

  it.each([
    [800, '2026-11-30', true],
    [801, '2026-12-01', false],
  ])('%d left ends on %s', (left, day, beforeReset) => {
    expect(projectQuota(new Map([[TODAY, 100]]), left, TODAY, RESET)).toEqual({
      day,
      perDay: 100,
      days: 1,
      beforeReset,
    });
  });

  it('knows no day beyond ten years, and no reset in the past', () => {
    const credits = new Map([[TODAY, 1]]);
    expect(projectQuota(credits, 3653, TODAY, RESET)).toMatchObject({ day: null, beforeReset: false });
    expect(projectQuota(credits, 3652, TODAY, '2026-11-01T00:00:00Z')).toMatchObject({
      day: '2036-11-21',
      beforeReset: null,
    });
  });

  it('says nothing without use or without a limit', () => {
    expect(projectQuota(new Map(), 100, TODAY, RESET)).toBeUndefined();
    expect(projectQuota(new Map([[TODAY, 0]]), 100, TODAY, RESET)).toBeUndefined();
    expect(projectQuota(new Map([[TODAY, 5]]), null, TODAY, RESET)).toBeUndefined();
  });
});
