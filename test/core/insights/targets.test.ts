import { describe, expect, it } from 'vitest';
import { parseTargets, type RateName, rateVerdict, unitVerdict } from '../../../src/core/insights/targets.ts';
import type { UnitInsight } from '../../../src/core/insights/units.ts';
import type { CostAccuracy } from '../../../src/core/ledger/metrics.ts';

describe('a target', () => {
  it.each<[RateName, string, number, number, boolean | undefined]>([
    ['retryRate', '0.05', 5, 100, true],
    ['retryRate', '0.05', 6, 100, false],
    ['retryRate', '5%', 1, 20, true],
    ['retryRate', '2.5 %', 1, 40, true],
    ['retryRate', '2.5%', 1, 39, false],
    ['cacheHitRate', '0.3', 3, 10, true],
    ['cacheHitRate', '30%', 29_999, 100_000, false],
    ['cacheHitRate', '30%', 0, 0, undefined],
    ['cheapShare', '80%', 4, 5, true],
    ['failureRate', '0', 0, 7, true],
    ['failureRate', '0', 1, 7, false],
    ['thinkingShare', '1', 7, 7, true],
  ])('%s=%s of %d in %d', (name, value, part, whole, met) => {
    const targets = parseTargets([`${name}=${value}`], []);
    expect(rateVerdict(name, { part, whole }, targets)?.met).toBe(met);
  });

  it('that is not set gives no verdict', () => {
    expect(rateVerdict('retryRate', { part: 1, whole: 2 }, parseTargets([], []))).toBe(undefined);
  });

  const insight = (mean: bigint | undefined, accuracy: CostAccuracy | null): UnitInsight => ({
    by: 'label:panel',
    units: 1,
    calls: 1,
    cost: mean === undefined ? undefined : { units: 1, total: mean, mean, median: mean, least: mean, most: mean },
    accuracy,
    characters: undefined,
    credits: undefined,
    dearest: [],
    without: { calls: 0, cost: 0n, accuracy: null },
  });

  it.each<[string, bigint | undefined, CostAccuracy | null, boolean | undefined]>([
    ['label:panel=0.05', 50_000_000_000n, 'exact', true],
    ['label:panel=0.05', 50_000_000_000n, 'estimated', true],
    ['label:panel=$0.05', 50_000_000_001n, 'exact', false],
    // Calls are missing: it may be more than this, but not less.
    ['label:panel=0.05', 50_000_000_000n, 'lower-bound', undefined],
    ['label:panel=0.05', 50_000_000_001n, 'lower-bound', false],
    ['label:panel=0.05', undefined, null, undefined],
  ])('%s for a mean of %s, %s', (text, mean, accuracy, met) => {
    const targets = parseTargets([text], ['label:panel']);
    expect(unitVerdict(insight(mean, accuracy), targets)?.met).toBe(met);
  });

  it.each([
    ['retryRate', 'sets nothing that is known'],
    ['retryRate=often', 'is no share'],
    ['retryRate=5', 'is no share'],
    ['retryRate=101%', 'is no share'],
    ['retryRate=-1', 'is no share'],
    ['label:scene=1', 'sets nothing that is known'],
    ['label:panel=cheap', 'is no amount in dollars'],
    ['toString=1', 'sets nothing that is known'],
  ])('%s is refused', (text, message) => {
    expect(() => parseTargets([text], ['label:panel'])).toThrow(message);
  });
});
