import { describe, expect, it } from 'vitest';
import { type Budget, bucketOf } from '../../../src/core/budget/budget.ts';
import { budgetRow } from '../../../src/core/budget/row.ts';
import {
  addSpend,
  type BucketState,
  crossed,
  noSpend,
  percentSpent,
  refusal,
  spendOf,
  spendUnderWay,
} from '../../../src/core/budget/state.ts';
import { parseMoney } from '../../../src/core/pricing/money.ts';
import type { PricedEvent } from '../../../src/core/pricing/price.ts';
import type { UsageEvent } from '../../../src/core/usage/event.ts';

const BUDGET: Budget = {
  id: 'daily',
  period: 'daily',
  unit: 'usd',
  limit: parseMoney('5')!,
  onBudget: 'stop',
  onUnpriced: 'warn',
  thresholds: [50, 80, 90, 100],
};
const BUCKET = bucketOf(BUDGET, '2026-11-22');
const usd = (text: string) => parseMoney(text)!;
const state = (changes: Partial<BucketState>): BucketState => ({ bucket: BUCKET, ...noSpend(), ...changes });

describe('thresholds', () => {
  it.each([
    ['0', '2.499999999999', []],
    ['0', '2.5', [50]],
    ['2.499999999999', '2.5', [50]],
    ['2.5', '2.500000000001', []],
    ['2.5', '3.999999999999', []],
    ['2.5', '4', [80]],
    ['4', '4.5', [90]],
    ['4.499999999999', '4.5', [90]],
    ['4.5', '4.999999999999', []],
    ['4.5', '5', [100]],
    ['5', '50', []],
    ['0', '5', [50, 80, 90, 100]],
    ['4', '4', []],
    ['5', '2', []],
  ])('from %s to %s dollars of 5 are %j', (before, after, expected) => {
    expect(crossed(BUCKET, usd(before), usd(after))).toEqual(expected);
  });

  it('may be fractions and beyond the limit', () => {
    const bucket = bucketOf({ ...BUDGET, thresholds: [0.1, 150] }, 'x');
    expect(crossed(bucket, 0n, usd('0.004999999999'))).toEqual([]);
    expect(crossed(bucket, 0n, usd('0.005'))).toEqual([0.1]);
    expect(crossed(bucket, usd('5'), usd('7.5'))).toEqual([150]);
  });
});

describe('shares', () => {
  it.each([
    ['0', 0, 'ok'],
    ['2.499999999999', 49, 'ok'],
    ['2.5', 50, 'warned'],
    ['4.999999999999', 99, 'warned'],
    ['5', 100, 'exceeded'],
    ['12.5', 250, 'exceeded'],
  ])('%s dollars of 5 are %d %%, %s', (spent, percent, status) => {
    expect(percentSpent(state({ spent: usd(spent) }))).toBe(percent);
    expect(budgetRow(state({ spent: usd(spent) }))).toMatchObject({ percent, status, spent: Number(spent) });
  });

  it('are marked where the figures are not the bill', () => {
    expect(budgetRow(state({})).accuracy).toBe('exact');
    expect(budgetRow(state({ estimated: 1 })).accuracy).toBe('estimated');
    expect(budgetRow(state({ estimated: 1, incomplete: 1 })).accuracy).toBe('lower-bound');
    expect(budgetRow(state({ unpriced: 1 })).accuracy).toBe('lower-bound');
    expect(budgetRow(state({}), 2)).toMatchObject({ status: 'stopped', refused: 2 });
  });
});

describe('a refusal', () => {
  it.each([
    ['4.999999999999', '0', undefined],
    ['5', '0', 'limit'],
    ['4', '0.999999999999', undefined],
    ['4', '1', 'limit'],
    ['0', '5', 'limit'],
  ])('with %s spent and %s reserved by others is for %s', (spent, reserved, why) => {
    expect(refusal(state({ spent: usd(spent), reserved: usd(reserved) }))).toBe(why);
  });

  it('comes from budgets that stop alone, and from calls without a price where they are to stop', () => {
    const warns = bucketOf({ ...BUDGET, onBudget: 'warn' }, 'x');
    expect(refusal(state({ bucket: warns, spent: usd('9') }))).toBeUndefined();
    expect(refusal(state({ unpriced: 1 }))).toBeUndefined();
    const strict = bucketOf({ ...BUDGET, onBudget: 'warn', onUnpriced: 'stop' }, 'x');
    expect(refusal(state({ bucket: strict, unpriced: 1 }))).toBe('unpriced');
    expect(refusal(state({ bucket: strict }))).toBeUndefined();
  });
});

describe('the spend of a call', () => {
  const event: UsageEvent = { id: 'a', service: 'gemini', operation: 'x', status: 'ok' };
  const priced = (changes: object, of: Partial<UsageEvent> = {}): PricedEvent => ({
    status: 'priced',
    event: { ...event, ...of },
    model: 'm',
    charges: [],
    cost: usd('0.25'),
    estimates: [],
    notes: [],
    ...changes,
  });
  const unpriced: PricedEvent = { status: 'unpriced', event, model: 'm', reason: 'no price' };

  it('is its dollars or its credits, with what is not known', () => {
    expect(spendOf(priced({}), 'usd')).toEqual({ ...noSpend(), spent: usd('0.25'), calls: 1 });
    expect(spendOf(priced({ estimates: ['~'] }), 'usd')).toMatchObject({ estimated: 1 });
    expect(spendOf(priced({}, { status: 'incomplete' }), 'usd')).toMatchObject({ spent: usd('0.25'), incomplete: 1 });
    expect(spendOf(unpriced, 'usd')).toEqual({ ...noSpend(), calls: 1, unpriced: 1, pendingOutcome: 1 });
    const counted = { ...unpriced, event: { ...event, usage: { inputTokens: 1 } } };
    expect(spendOf(counted, 'usd')).toEqual({ ...noSpend(), calls: 1, unpriced: 1 });
    const cutOff: PricedEvent = { ...unpriced, event: { ...event, status: 'incomplete' } };
    expect(spendOf(cutOff, 'usd')).toEqual({ ...noSpend(), calls: 1, incomplete: 1 });
    expect(spendOf(priced({ cost: undefined, credits: 12 }), 'characters')).toMatchObject({ spent: usd('12') });
  });

  it('under way is what it has cost, and the rest of its bound', () => {
    expect(spendUnderWay(priced({}), 'usd', usd('1'))).toMatchObject({ spent: usd('0.25'), reserved: usd('0.75') });
    expect(spendUnderWay(priced({}), 'usd', usd('0.1'))).toMatchObject({ spent: usd('0.25'), reserved: 0n });
    expect(spendUnderWay(unpriced, 'usd', usd('1'))).toMatchObject({ spent: 0n, reserved: usd('1'), unpriced: 0 });
    expect(spendUnderWay(unpriced, 'usd', 0n)).toMatchObject({ calls: 1, underWay: 0 });
  });

  it('adds up, and is taken out again without a trace', () => {
    const sum = noSpend();
    const one = spendOf(priced({ estimates: ['~'] }), 'usd');
    const two = spendUnderWay(unpriced, 'usd', usd('1'));
    addSpend(sum, one);
    addSpend(sum, two);
    expect(sum).toEqual({ ...noSpend(), spent: usd('0.25'), reserved: usd('1'), calls: 2, underWay: 1, estimated: 1 });
    addSpend(sum, one, -1);
    addSpend(sum, two, -1);
    expect(sum).toEqual(noSpend());
  });
});
