import { describe, expect, it } from 'vitest';
import { type BudgetAlert, BudgetWatch } from '../../../src/commands/run/watch-budgets.ts';
import { type Bucket, type Budget, bucketOf } from '../../../src/core/budget/budget.ts';
import { type BucketState, noSpend, type Spend } from '../../../src/core/budget/state.ts';
import { parseMoney } from '../../../src/core/pricing/money.ts';
import type { UsageEvent } from '../../../src/core/usage/event.ts';
import { refusalText } from '../../../src/gate/refusal-text.ts';

const DAILY: Budget = {
  id: 'daily',
  period: 'daily',
  unit: 'usd',
  limit: parseMoney('5')!,
  onBudget: 'stop',
  onUnpriced: 'warn',
  thresholds: [50, 80, 90, 100],
};
const TODAY = bucketOf(DAILY, '2026-11-22');
const usd = (text: string) => parseMoney(text)!;
const CALL: UsageEvent = {
  id: 'a',
  timestamp: '2026-11-22T10:00:00.000Z',
  service: 'gemini',
  operation: 'generate_content',
  status: 'ok',
};

/** A watch over figures that the test sets, and what it says. */
function watched(budget: Budget = DAILY, labels: Record<string, string> = {}) {
  const touched = new Set<string>();
  const said: string[] = [];
  const alerts: BudgetAlert[] = [];
  const usedUp: string[] = [];
  const held = new Map<Bucket, Partial<Spend>>();
  let failure: Error | undefined;
  const state = (bucket: Bucket): BucketState => ({ bucket, ...noSpend(), ...held.get(bucket) });
  const watch = new BudgetWatch({
    spend: {
      refresh: () => {
        if (failure) throw failure;
      },
      all: () => [...held.keys()].map(state),
      isTouched: ({ value }) => value !== undefined && touched.has(value),
      state: (bucket) => state([...held.keys()].find(({ key }) => key === bucket.key) ?? bucket),
    },
    budgets: [budget],
    zone: 'UTC',
    session: { id: 'run-1', command: ['node', 'gen.js'] },
    labels,
    say: (text) => said.push(text),
    alert: (alert) => alerts.push(alert),
    onUsedUp: (_, message) => usedUp.push(message),
  });
  /** Sets figures and has them looked at, as `stop` does. */
  const set = (spend: Partial<Spend>, bucket = TODAY) => {
    held.set(bucket, spend);
    watch.stop();
    return said.splice(0);
  };
  const start = (spend: Partial<Spend>, bucket = TODAY) => {
    held.set(bucket, spend);
    watch.start();
    return said.splice(0);
  };
  return { watch, said, alerts, usedUp, touched, set, start, fail: (error?: Error) => (failure = error) };
}

describe('the watch over budgets', () => {
  it('says each threshold once, with the highest of those reached at once', () => {
    const { start, set, alerts } = watched();
    expect(start({ spent: usd('2.49') })).toEqual([]);
    expect(set({ spent: usd('2.5') })).toEqual([
      'costwatch: 50 % of the daily budget: $2.50 of $5.00 (all sessions today)',
    ]);
    expect(set({ spent: usd('3.99') })).toEqual([]);
    expect(set({ spent: usd('4.6') })).toEqual([
      'costwatch: 90 % of the daily budget: $4.60 of $5.00 (all sessions today)',
    ]);
    expect(set({ spent: usd('4.1') })).toEqual([]);
    expect(set({ spent: usd('4.7') })).toEqual([]);
    expect(set({ spent: usd('5') })).toEqual([
      'costwatch: 100 % of the daily budget: $5.00 of $5.00 (all sessions today)',
    ]);
    expect(set({ spent: usd('50') })).toEqual([]);
    expect(alerts.map(({ type, threshold, atStart }) => [type, threshold, atStart])).toEqual([
      ['threshold', 50, false],
      ['threshold', 90, false],
      ['threshold', 100, false],
    ]);
    expect(alerts[0]).toMatchObject({
      schemaVersion: 1,
      message: '50 % of the daily budget: $2.50 of $5.00 (all sessions today)',
      session: { id: 'run-1', command: ['node', 'gen.js'] },
      budget: { id: 'daily', spent: 2.5, percent: 50, remaining: 2.5, status: 'warned' },
    });
  });

  it('says at the start what was reached before, and not again', () => {
    const { start, set, alerts } = watched();
    expect(start({ spent: usd('4.2') })).toEqual([
      'costwatch: 80 % of the daily budget was spent before this run: $4.20 of $5.00 (all sessions today)',
    ]);
    expect(set({ spent: usd('4.3') })).toEqual([]);
    expect(alerts.map(({ atStart }) => atStart)).toEqual([true]);
  });

  it('begins again with a new day, and for each value of a label', () => {
    const { start, set } = watched();
    start({ spent: usd('2.5') });
    const tomorrow = bucketOf(DAILY, '2026-11-23');
    expect(set({ spent: usd('2.5') }, tomorrow)).toHaveLength(1);
    const each = { ...DAILY, label: { name: 'video', value: '*' } };
    const labelled = watched(each, { video: 'ep1' });
    labelled.touched.add('ep2\u001b[31m');
    expect(labelled.start({ spent: usd('2.5') }, bucketOf(each, '2026-11-22', 'ep1'))).toHaveLength(1);
    expect(labelled.set({ spent: usd('3') }, bucketOf(each, '2026-11-22', 'ep2\u001b[31m'))).toEqual([
      'costwatch: 50 % of the daily budget for video=ep2[31m: $3.00 of $5.00 (all sessions today)',
    ]);
  });

  it('speaks of credits where a budget is one of ElevenLabs', () => {
    const credits: Budget = { ...DAILY, id: 'daily-characters', unit: 'characters', limit: usd('20000') };
    const bucket = bucketOf(credits, '2026-11-22');
    const { start, usedUp } = watched(credits);
    expect(start({ spent: usd('20000') }, bucket)).toEqual([
      'costwatch: 100 % of the daily budget of ElevenLabs credits was spent before this run: 20,000 of 20,000 credits (all sessions today)',
    ]);
    expect(usedUp).toEqual([
      'the daily budget of ElevenLabs credits is used up: 20,000 of 20,000 credits (all sessions today). To continue: --on-budget warn',
    ]);
    const refused = { state: { bucket, ...noSpend(), spent: usd('19999'), reserved: usd('1'), underWay: 1 } };
    expect(refusalText({ ...refused, why: 'limit' })).toBe(
      'the daily budget of ElevenLabs credits (20,000 credits) is used up: 19,999 spent, 1 credit reserved by 1 call under way. Raise it (costwatch budget set AMOUNT --daily --characters), or run with --on-budget warn.',
    );
  });

  it('leaves out labels that neither the run nor one of its calls has', () => {
    const each = { ...DAILY, label: { name: 'video', value: '*' } };
    const bucket = (value: string) => bucketOf(each, '2026-11-22', value);
    const { watch, start, set, touched } = watched(each, { video: 'a' });
    expect(start({ spent: usd('2.5') }, bucket('b'))).toEqual([]);
    expect(set({ spent: usd('2.5') }, bucket('a'))).toEqual([
      'costwatch: 50 % of the daily budget for video=a: $2.50 of $5.00 (all sessions today)',
    ]);
    expect(watch.stop().map(({ label }) => label?.value)).toEqual(['a']);
    touched.add('b');
    expect(set({ spent: usd('4') }, bucket('c'))).toEqual([
      'costwatch: 50 % of the daily budget for video=b: $2.50 of $5.00 (all sessions today)',
    ]);
    expect(watch.stop().map(({ label }) => label?.value)).toEqual(['b', 'a']);

    const fixed = { ...DAILY, label: { name: 'video', value: 'x' } };
    const shown = (labels: Record<string, string>) => {
      const { start: begin, watch: other } = watched(fixed, labels);
      begin({ spent: usd('1') }, bucketOf(fixed, '2026-11-22'));
      return other.stop().length;
    };
    expect([shown({}), shown({ video: 'y' }), shown({ video: 'x', take: '2' })]).toEqual([0, 0, 1]);
  });

  it('marks what it does not know, and says once that calls have no price', () => {
    const { start, set, alerts } = watched();
    start({});
    expect(set({ spent: usd('2.5'), unpriced: 2, calls: 3 })).toEqual([
      'costwatch: 50 % of the daily budget: ≥ $2.50 of $5.00 (all sessions today)',
      'costwatch: 2 calls without a price are not in the daily budget',
    ]);
    expect(set({ spent: usd('2.5'), unpriced: 3, calls: 4 })).toEqual([]);
    expect(alerts.map(({ type }) => type)).toEqual(['threshold', 'unpriced']);
  });

  it('waits until the end with calls whose outcome may come later', () => {
    const { start, set } = watched();
    expect(start({ unpriced: 1, pendingOutcome: 1 })).toEqual([]);
    expect(set({ unpriced: 1, pendingOutcome: 1 })).toEqual([
      'costwatch: 1 call without a price is not in the daily budget',
    ]);
  });

  it('counts refusals, and says the first of each budget', () => {
    const { watch, start, said, alerts } = watched();
    start({ spent: usd('4.99') });
    said.length = 0;
    for (let call = 0; call < 3; call++) watch.refused('daily', CALL);
    watch.refused('of nobody', CALL);
    expect(said).toEqual(['costwatch: the daily budget allows no further calls: $4.99 of $5.00 (all sessions today)']);
    expect(alerts.at(-1)).toMatchObject({ type: 'refused', budget: { status: 'stopped', refused: 1 } });
    expect(watch.stop()).toMatchObject([{ id: 'daily', status: 'stopped', refused: 3 }]);
    expect(watch.stop()[0]).not.toHaveProperty('refusedUnpriced');
    watch.refused('daily', CALL, 'no price', true);
    expect(watch.stop()).toMatchObject([{ refused: 4, refusedUnpriced: 1 }]);
  });

  it('says once that a budget that stops is used up, by what is spent and not by what is reserved', () => {
    const { start, set, usedUp } = watched();
    start({ spent: usd('4'), reserved: usd('3') });
    expect(usedUp).toEqual([]);
    set({ spent: usd('5') });
    set({ spent: usd('6') });
    expect(usedUp).toHaveLength(1);
    const warns = watched({ ...DAILY, onBudget: 'warn' });
    warns.start({ spent: usd('9') }, bucketOf({ ...DAILY, onBudget: 'warn' }, '2026-11-22'));
    expect(warns.usedUp).toEqual([]);
  });

  it('says once that it cannot read, and goes on when it can', () => {
    const { start, set, fail, watch } = watched();
    fail(new Error('EACCES: permission denied'));
    expect(start({ spent: usd('1') })).toEqual([
      'costwatch: what has been spent of the budgets cannot be read: EACCES: permission denied',
    ]);
    expect(set({ spent: usd('2.5') })).toEqual([]);
    fail();
    expect(set({ spent: usd('2.5') })).toHaveLength(1);
    expect(watch.tightest()).toBe('budget 50 %');
  });

  it('names the share of the budget that is nearest to its limit', () => {
    const { watch, start, set } = watched();
    expect(watch.tightest()).toBeUndefined();
    start({ spent: usd('1') });
    set({ spent: usd('4.199') }, bucketOf(DAILY, 'other'));
    expect(watch.tightest()).toBe('budget 83 %');
  });
});
