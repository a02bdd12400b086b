import { describe, expect, it } from 'vitest';
import { type Budget, bucketsOf, idOfScope, isSameScope } from '../../../src/core/budget/budget.ts';
import { budgetRecord, parseBudgets } from '../../../src/core/budget/file.ts';
import { startOfDay } from '../../../src/core/budget/row.ts';
import { parseMoney } from '../../../src/core/pricing/money.ts';
import type { UsageEvent } from '../../../src/core/usage/event.ts';

const DAILY: Budget = {
  id: 'daily',
  period: 'daily',
  unit: 'usd',
  limit: parseMoney('5')!,
  onBudget: 'warn',
  onUnpriced: 'warn',
  thresholds: [50, 80, 90, 100],
};

const CALL: UsageEvent = {
  id: 'a',
  timestamp: '2026-11-22T23:30:00.000Z',
  service: 'gemini',
  operation: 'generate_content',
  status: 'ok',
  requestModel: 'gemini-3.8-flash',
};

function windows(budget: Partial<Budget>, call: Partial<UsageEvent> = {}, zone = 'UTC', session?: string): string[] {
  const buckets = bucketsOf({ ...CALL, ...call }, [{ ...DAILY, ...budget }], { zone, session });
  return buckets.map(({ window, value }) => (value === undefined ? window : `${window} ${value}`));
}

describe('the buckets of a call', () => {
  it.each([
    ['UTC', '2026-11-22T23:59:59.999Z', '2026-11-22', '2026-11'],
    ['UTC', '2026-11-23T00:00:00.000Z', '2026-11-23', '2026-11'],
    ['Asia/Seoul', '2026-11-30T14:59:59.999Z', '2026-11-30', '2026-11'],
    ['Asia/Seoul', '2026-11-30T15:00:00.000Z', '2026-12-01', '2026-12'],
    ['America/Los_Angeles', '2026-12-01T07:59:59.999Z', '2026-11-30', '2026-11'],
    ['America/Los_Angeles', '2026-12-01T08:00:00.000Z', '2026-12-01', '2026-12'],
    ['Asia/Kathmandu', '2026-11-22T18:14:59.999Z', '2026-11-22', '2026-11'],
    ['Asia/Kathmandu', '2026-11-22T18:15:00.000Z', '2026-11-23', '2026-11'],
  ])('are of the local day and month: %s %s', (zone, timestamp, day, month) => {
    expect(windows({}, { timestamp }, zone)).toEqual([day]);
    expect(windows({ period: 'monthly' }, { timestamp }, zone)).toEqual([month]);
  });

  it('are of its run, and of no run where it has none', () => {
    expect(windows({ period: 'run' }, {}, 'UTC', 'session-1')).toEqual(['session-1']);
    expect(windows({ period: 'run' })).toEqual([]);
  });

  it.each([
    ['gemini', 'usd', true],
    ['elevenlabs', 'usd', false],
    ['openai', 'usd', false],
    ['elevenlabs', 'characters', true],
    ['gemini', 'characters', false],
  ] as const)('of %s are in %s: %s', (service, unit, isIn) => {
    expect(windows({ unit }, { service })).toHaveLength(isIn ? 1 : 0);
  });

  it.each([
    ['gemini-3.8-flash', 'gemini-3.8-flash', undefined, true],
    ['gemini-3.8-flash', 'models/gemini-3.8-flash', undefined, true],
    ['gemini-3.8-flash', 'gemini-3.8-flash-tts', undefined, false],
    ['gemini-3.8*', 'gemini-3.8-flash-tts', undefined, true],
    ['gemini-3.8*', 'gemini-3.5-flash', undefined, false],
    ['gemini-3.8-flash', 'gemini-3.8-flash', 'gemini-3.8-flash-001', true],
    ['gemini-3.8-flash', 'gemini-flash-latest', 'gemini-3.8-flash', true],
  ])('for the model %s, asked %s, answered by %s: %s', (model, requestModel, responseModel, isIn) => {
    const answered = responseModel === undefined ? {} : { responseModel };
    expect(windows({ model }, { requestModel, ...answered })).toHaveLength(isIn ? 1 : 0);
  });

  it('are by label: one value, or a bucket of each', () => {
    const one = { label: { name: 'video', value: 'ep1' } };
    const each = { label: { name: 'video', value: '*' } };
    expect(windows(one, { labels: { video: 'ep1' } })).toEqual(['2026-11-22']);
    expect(windows(one, { labels: { video: 'ep2' } })).toEqual([]);
    expect(windows(one)).toEqual([]);
    expect(windows(each, { labels: { video: 'ep1' } })).toEqual(['2026-11-22 ep1']);
    expect(windows(each, { labels: { video: '*' } })).toEqual(['2026-11-22 *']);
    expect(windows(each, { labels: { scene: '1' } })).toEqual([]);
    expect(windows({ label: { name: 'toString', value: '*' } }, { labels: {} })).toEqual([]);
  });

  it('of a call without a time are of no day', () => {
    const { timestamp: _, ...timeless } = CALL;
    expect(bucketsOf(timeless, [DAILY], { zone: 'UTC', session: 's' })).toEqual([]);
  });
});

describe('a scope', () => {
  it.each([
    [{ period: 'daily', unit: 'usd' }, 'daily'],
    [{ period: 'run', unit: 'usd' }, 'per-run'],
    [{ period: 'monthly', unit: 'characters' }, 'monthly-characters'],
    [{ period: 'daily', unit: 'usd', model: 'gemini-3.8*' }, 'daily-gemini-3.8-all'],
    [{ period: 'daily', unit: 'usd', label: { name: 'video', value: '*' } }, 'daily-video-each'],
    [{ period: 'daily', unit: 'usd', label: { name: 'my video', value: 'Folge 1/ä' } }, 'daily-my_video-Folge_1_'],
  ] as const)('%o is named %s', (scope, id) => {
    expect(idOfScope(scope, [])).toBe(id);
    expect(idOfScope(scope, [id])).toBe(`${id}-2`);
  });

  it('is the same by period, unit, model and label, whatever the limit', () => {
    expect(isSameScope(DAILY, { ...DAILY, limit: 1n, id: 'x' } as Budget)).toBe(true);
    expect(isSameScope(DAILY, { ...DAILY, unit: 'characters' })).toBe(false);
    expect(isSameScope(DAILY, { ...DAILY, model: 'a' })).toBe(false);
    expect(isSameScope(DAILY, { ...DAILY, label: { name: 'a', value: 'b' } })).toBe(false);
  });
});

describe('the file of budgets', () => {
  it('comes back as it was written', () => {
    const budgets: Budget[] = [
      { ...DAILY, limit: parseMoney('0.000000000001')!, onBudget: 'stop', onUnpriced: 'stop' },
      { ...DAILY, id: 'c', unit: 'characters', limit: parseMoney('20000')!, model: 'eleven_v3', thresholds: [] },
      { ...DAILY, id: 'l', period: 'run', label: { name: 'video', value: '*' } },
    ];
    expect(parseBudgets(JSON.parse(JSON.stringify(budgets.map(budgetRecord))), 'file')).toEqual(budgets);
  });

  it('fills in what is left out, and sorts thresholds', () => {
    const [budget] = parseBudgets([{ id: 'daily', period: 'daily', limit: { usd: '5' } }], 'file');
    expect(budget).toEqual(DAILY);
    const [sorted] = parseBudgets([{ id: 'd', period: 'daily', limit: { usd: '5' }, thresholds: [90, 10, 90] }], 'f');
    expect(sorted?.thresholds).toEqual([10, 90]);
  });

  const GOOD = { id: 'daily', period: 'daily', limit: { usd: '5' } };
  it.each([
    [{}, 'file: budgets is not a list'],
    [[5], 'file: budgets[0] is not an object'],
    [[GOOD, GOOD], "file: budgets has two with the id 'daily'"],
    [[{ ...GOOD, id: 'a b' }], 'file: budgets[0].id is not an id'],
    [[{ ...GOOD, limit: { usd: '0' } }], 'file: budgets[0].limit is neither'],
    [[{ ...GOOD, limit: { usd: '-1' } }], 'file: budgets[0].limit is neither'],
    [[{ ...GOOD, limit: { usd: '5', characters: 5 } }], 'file: budgets[0].limit is neither'],
    [[{ ...GOOD, limit: { characters: 1.5 } }], 'file: budgets[0].limit is neither'],
    [[{ ...GOOD, limit: { characters: 1e300 } }], 'file: budgets[0].limit is neither'],
    [[{ ...GOOD, model: '*a' }], 'file: budgets[0].model is not a model id'],
    [[{ ...GOOD, label: { name: 'a' } }], 'file: budgets[0].label is not'],
    [[{ ...GOOD, label: { name: 'a', value: 'b', x: 1 } }], 'file: budgets[0].label.x is no field'],
    [[{ ...GOOD, onBudget: 'halt' }], 'file: budgets[0].onBudget is none of warn, stop'],
    [[{ ...GOOD, thresholds: [0] }], 'file: budgets[0].thresholds is not a list of percents'],
    [[{ ...GOOD, thresholds: ['50'] }], 'file: budgets[0].thresholds is not a list of percents'],
    [[{ ...GOOD, max: 5 }], 'file: budgets[0].max is no field'],
  ])('refuses %j', (value, message) => {
    expect(() => parseBudgets(value, 'file')).toThrow(message);
  });
});

describe('the start of a local day', () => {
  it.each([
    ['2026-11-23', 'UTC', '2026-11-23T00:00:00.000Z'],
    ['2026-11-23', 'Asia/Seoul', '2026-11-22T15:00:00.000Z'],
    ['2026-11-23', 'America/Los_Angeles', '2026-11-23T08:00:00.000Z'],
    ['2026-11-23', 'Asia/Kathmandu', '2026-11-22T18:15:00.000Z'],
    ['2026-11-23', 'Pacific/Kiritimati', '2026-11-22T10:00:00.000Z'],
    ['2026-11-23', 'Pacific/Niue', '2026-11-23T11:00:00.000Z'],
    // Clocks go forward at midnight: the day begins at 01:00.
    ['2026-09-06', 'America/Santiago', '2026-09-06T04:00:00.000Z'],
  ])('%s in %s is %s', (day, zone, start) => {
    expect(startOfDay(day, zone)).toBe(start);
  });
});
