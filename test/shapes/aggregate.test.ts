import { describe, expect, it } from 'vitest';
import { Ledger } from '../../src/core/ledger/ledger.ts';
import { summarize } from '../../src/core/ledger/summary.ts';
import { price } from '../../src/core/pricing/price.ts';
import type { UsageEvent } from '../../src/core/usage/event.ts';
import { meter } from '../../src/providers/index.ts';
import { loadPriceBook } from '../../src/store/settings/price-book.ts';
import { madeCall } from '../cli/history-home.ts';
import { collectText } from '../ingest/collect.ts';

const book = loadPriceBook({ overridesFile: '/nowhere/prices.json' });
const EVENT = madeCall('a', {
  timestamp: '2026-11-01T10:00:00.000Z',
  lastTimestamp: '2026-11-01T10:10:00.000Z',
  calls: 3,
  ids: ['a', 'b', 'c'],
});

async function read(...events: object[]) {
  return collectText(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
}

function count(events: readonly UsageEvent[]) {
  const ledger = new Ledger();
  for (const event of events) ledger.add(price(event, { book, meter, today: '2026-11-22' }));
  return summarize(ledger, { book, timezone: 'UTC' });
}

describe('an event that stands for several calls', () => {
  it('is read with the ids of its calls and the time of the last', async () => {
    const { events, skipped } = await read(EVENT);
    expect(skipped).toEqual([]);
    expect(events).toMatchObject([{ calls: 3, ids: ['a', 'b', 'c'], lastTimestamp: '2026-11-01T10:10:00.000Z' }]);
  });

  it.each([
    [{ ids: 'a' }, 'ids is not a list of ids'],
    [{ ids: ['a', 7] }, 'ids is not a list of ids'],
    [{ lastTimestamp: 'soon' }, 'lastTimestamp is no time: "soon"'],
  ])('is refused with %j', async (wrong, reason) => {
    const { events, skipped } = await read({ ...EVENT, ...wrong });
    expect([events, skipped.map((problem) => problem.reason)]).toEqual([[], [reason]]);
  });

  it('is the record of each of its calls, whatever comes later', async () => {
    const { events } = await read(EVENT, madeCall('b', { usage: { inputTokens: 9_000_000 } }), madeCall('d'));
    const { totals, diagnostics, period, reasons } = count(events);
    expect([totals.calls, totals.inputTokens, diagnostics.duplicates]).toEqual([4, 2000, 1]);
    expect(period).toMatchObject({ from: '2026-11-01T10:00:00.000Z', to: '2026-11-01T10:10:00.000Z' });
    expect(reasons.notes).toEqual([]);
  });
});
