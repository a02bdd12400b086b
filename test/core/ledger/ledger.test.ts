import { describe, expect, it } from 'vitest';
import { Ledger } from '../../../src/core/ledger/ledger.ts';
import { type Summary, summarize } from '../../../src/core/ledger/summary.ts';
import type { PriceBook } from '../../../src/core/pricing/book/book.ts';
import type { PricedEvent } from '../../../src/core/pricing/price.ts';
import { dimension } from '../../../src/core/usage/dimension.ts';
import type { UsageEvent } from '../../../src/core/usage/event.ts';
import { chargesOf } from '../made-charge.ts';

const book: PriceBook = {
  version: '2026-11-21',
  models: [],
  overrides: [],
  aliases: [],
  credits: new Map(),
  sources: {},
};
const MICRO = 1_000_000n;

let made = 0;
function event(fields: Partial<UsageEvent>): UsageEvent {
  return {
    id: `e${++made}`,
    service: 'gemini',
    operation: 'generate_content',
    status: 'ok',
    responseModel: 'gemini-3.8-flash',
    timestamp: '2026-11-22T10:00:00.000Z',
    ...fields,
  };
}

function priced(fields: Partial<UsageEvent>, microUsd = 0): PricedEvent {
  const e = event(fields);
  const cost = e.service === 'elevenlabs' ? undefined : BigInt(microUsd) * MICRO;
  const credits = e.usage?.credits;
  return {
    status: 'priced',
    event: e,
    model: e.responseModel,
    charges: chargesOf(cost),
    cost,
    estimates: [],
    notes: [],
    ...(credits === undefined ? {} : { credits }),
  };
}

function unpriced(fields: Partial<UsageEvent>): PricedEvent {
  return { status: 'unpriced', event: event(fields), model: 'mystery', reason: 'no price known for mystery' };
}

function summary(events: PricedEvent[], by: string[] = []): Summary {
  const ledger = new Ledger(by.map((name) => dimension(name, 'UTC')));
  for (const one of events) ledger.add(one);
  return summarize(ledger, { book, timezone: 'UTC' });
}

describe('counts', () => {
  it('every call is priced, unpriced, failed or incomplete', () => {
    const { totals, incomplete, diagnostics } = summary([
      priced({ usage: { inputTokens: 10, outputTokens: 5 } }, 100),
      priced({ attempt: 2, usage: { inputTokens: 1 } }, 50),
      unpriced({}),
      priced({ status: 'failed', httpStatus: 429 }),
      priced({ status: 'incomplete', usage: { inputTokens: 7 } }, 30),
    ]);
    expect(totals).toMatchObject({
      calls: 5,
      succeeded: 3,
      failed: 1,
      retries: 1,
      priced: 2,
      unpriced: 1,
      incomplete: 1,
      estimated: 0,
    });
    expect(totals.costUsd).toBe(0.00018);
    expect(totals.averageCostUsd).toBe(0.00006);
    expect(totals.costAccuracy).toBe('lower-bound');
    expect(totals.totalTokens).toBe(23);
    expect(incomplete).toBe(true);
    expect(diagnostics.records).toBe(5);
  });

  it('ElevenLabs has credits and never dollars', () => {
    const { totals, byService, byVoice } = summary([
      priced({
        service: 'elevenlabs',
        responseModel: 'eleven_v3',
        voice: 'Rachel',
        usage: { characters: 120, credits: 60 },
      }),
      priced({}, 200),
    ]);
    expect(
      byService.map(({ service, costUsd, averageCostUsd, credits, characters }) => ({
        service,
        costUsd,
        averageCostUsd,
        credits,
        characters,
      })),
    ).toEqual([
      { service: 'elevenlabs', costUsd: null, averageCostUsd: null, credits: 60, characters: 120 },
      { service: 'gemini', costUsd: 0.0002, averageCostUsd: 0.0002, credits: 0, characters: 0 },
    ]);
    expect(byVoice).toMatchObject([{ voice: 'Rachel', characters: 120 }]);
    expect(totals.costUsd).toBe(0.0002);
  });

  it("keeps another vendor's dollars out of Gemini's", () => {
    const { totals, byService } = summary([priced({ service: 'openai', responseModel: 'gpt-x' }, 999), priced({}, 1)]);
    expect(totals.costUsd).toBe(0.000001);
    expect(byService.find(({ service }) => service === 'openai')?.costUsd).toBe(0.000999);
  });

  it('counts every call of an aggregate record', () => {
    expect(summary([priced({ calls: 5 }, 10)]).totals).toMatchObject({ calls: 5, priced: 5 });
  });
});

describe('duplicates', () => {
  const small = () => priced({ id: 'same', usage: { inputTokens: 10, outputTokens: 1 } }, 10);
  const large = () => priced({ id: 'same', usage: { inputTokens: 10, outputTokens: 9 } }, 90);

  it.each([
    ['smaller first', [small(), large()]],
    ['larger first', [large(), small()]],
  ])('the one with more tokens counts: %s', (_name, events) => {
    const { totals, diagnostics } = summary(events);
    expect(totals).toMatchObject({ calls: 1, outputTokens: 9, costUsd: 0.00009 });
    expect(diagnostics).toMatchObject({ records: 2, duplicates: 1 });
  });

  it('one id in two services is two calls', () => {
    expect(summary([small(), priced({ id: 'same', service: 'elevenlabs' })]).totals.calls).toBe(2);
  });
});

describe('groups', () => {
  const events = [
    priced({ labels: { phase: 'panels' }, usage: { inputTokens: 1 } }, 10),
    priced({ labels: { phase: 'cover' }, usage: { inputTokens: 2 } }, 20),
    priced({ usage: { inputTokens: 4 } }, 40),
    priced({ labels: { phase: 'panels' }, timestamp: '2026-11-23T01:00:00.000Z' }, 80),
  ];

  it('calls without the label are a group of their own, last', () => {
    expect(summary(events, ['label:phase']).groups.map(({ key, calls }) => [key['label:phase'], calls])).toEqual([
      ['cover', 1],
      ['panels', 2],
      [null, 1],
    ]);
  });

  it.each([
    [['day']],
    [['label:phase']],
    [['day', 'label:phase']],
    [['model', 'operation', 'status']],
    [['month']],
    [['week', 'tier']],
  ])('any grouping adds up to the total: %j', (by) => {
    const { groups, totals } = summary(events, by);
    expect(groups.reduce((sum, row) => sum + row.calls, 0)).toBe(totals.calls);
    expect(groups.reduce((sum, row) => sum + Math.round(row.costUsd! * 1e6), 0)).toBe(
      Math.round(totals.costUsd! * 1e6),
    );
    expect(groups.reduce((sum, row) => sum + row.inputTokens, 0)).toBe(totals.inputTokens);
  });

  it('the order of events does not matter', () => {
    const { period: _, ...forward } = summary(events, ['day', 'label:phase']);
    const { period: __, ...backward } = summary([...events].reverse(), ['day', 'label:phase']);
    const sorted = (s: typeof forward) => ({ ...s, byModel: s.byModel, groups: s.groups });
    expect(sorted(backward)).toEqual(sorted(forward));
  });

  it('days follow the zone of the report', () => {
    const late = priced({ timestamp: '2026-11-22T23:30:00.000Z' });
    const day = (zone: string) => dimension('day', zone).valueOf(late);
    expect([day('UTC'), day('Asia/Seoul'), day('America/New_York')]).toEqual([
      '2026-11-22',
      '2026-11-23',
      '2026-11-22',
    ]);
    expect(dimension('week', 'Asia/Seoul').valueOf(late)).toBe('2026-11-23');
    expect(dimension('hour', 'Asia/Seoul').valueOf(late)).toBe('2026-11-23 08:00');
  });

  it('refuses an unknown group and says what there is', () => {
    expect(() => dimension('colour', 'UTC')).toThrow("Unknown group 'colour'.");
  });
});

describe('a running ledger', () => {
  it('replaces what it knew of a call', () => {
    const ledger = new Ledger();
    ledger.update('call 1', priced({ status: 'incomplete', usage: { inputTokens: 5 } }, 5));
    ledger.update('call 1', priced({ id: 'from-the-answer', usage: { inputTokens: 5, outputTokens: 7 } }, 12));
    expect(summarize(ledger, { book, timezone: 'UTC' }).totals).toMatchObject({
      calls: 1,
      incomplete: 0,
      priced: 1,
      totalTokens: 12,
      costUsd: 0.000012,
    });
  });
});
