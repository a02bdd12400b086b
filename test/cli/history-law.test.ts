import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FilterOptions, filterOf } from '../../src/commands/filter.ts';
import { Ledger } from '../../src/core/ledger/ledger.ts';
import { type Summary, summarize } from '../../src/core/ledger/summary.ts';
import { dimension } from '../../src/core/usage/dimension.ts';
import type { UsageEvent } from '../../src/core/usage/event.ts';
import { meter } from '../../src/providers/index.ts';
import { compact, planCompaction } from '../../src/store/history/compact.ts';
import { countHistory } from '../../src/store/history/count.ts';
import type { HistorySource } from '../../src/store/history/source.ts';
import { appendRecorded } from '../../src/store/sessions/recorded-log.ts';
import { loadPriceBook } from '../../src/store/settings/price-book.ts';
import { temporaryFolder } from './costwatch.ts';
import { madeCall, writeSession } from './history-home.ts';

const NOW = new Date('2026-11-22T12:00:00.000Z');
const ZONES = ['UTC', 'Asia/Kathmandu', 'America/St_Johns'];

/** Numbers from 0 to 1 that are the same in every run (https://en.wikipedia.org/wiki/Linear_congruential_generator). */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function sourceOf(home: string, now = NOW): HistorySource {
  return { env: { COSTWATCH_HOME: home }, now, me: { pid: process.pid }, isGone: () => false, running: 0 };
}

/** No session of the history is of this month, so that all of it may be compacted. */
const NEXT_YEAR = new Date('2027-01-15T12:00:00Z');

const book = loadPriceBook({ overridesFile: '/nowhere/prices.json' });
const context = { book, meter, today: '2026-11-22', mode: 'auto' as const };

/** Sessions of ten weeks, with every kind of call; ids come again within sessions and in others. */
function fill(home: string, seed: number): void {
  const random = sequence(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  const below = (limit: number) => Math.floor(random() * limit);
  const call = (): Partial<UsageEvent> => {
    const common = {
      ...(random() < 0.35 ? { id: `shared-${below(12)}` } : {}),
      ...(random() < 0.7 ? { labels: { phase: pick(['script', 'panels']), video: `ep${below(3)}` } } : {}),
      ...(random() < 0.2 ? { attempt: 2 } : {}),
      ...(random() < 0.9 ? { durationMs: below(9000) + 0.5 } : {}),
      status: pick(['ok', 'ok', 'ok', 'ok', 'failed', 'incomplete'] as const),
    };
    const model = pick(['gemini-3.8-flash', 'gemini-2.5-pro', 'gemini-2.5-flash-lite', 'gemini-unheard-of']);
    const input = below(300_000);
    return pick<Partial<UsageEvent>>([
      {
        ...common,
        requestModel: model,
        responseModel: model,
        ...(random() < 0.3 ? { tier: 'batch' } : {}),
        usage: { inputTokens: input, cacheReadInputTokens: below(input + 1), outputTokens: below(9000) },
      },
      {
        ...common,
        service: 'elevenlabs',
        operation: 'text_to_speech',
        requestModel: 'eleven_v3',
        responseModel: 'eleven_v3',
        voice: pick(['Rachel', 'Adam']),
        usage: { characters: below(500), ...(random() < 0.7 ? { credits: below(500) } : {}) },
      },
      {
        ...common,
        requestModel: 'veo-3.0-generate-001',
        responseModel: 'veo-3.0-generate-001',
        usage: {
          video: [{ resolution: '720p', audio: true, seconds: 0.1 * below(80) }],
        },
      },
    ]);
  };
  const smaller = (count: unknown) => (Number.isInteger(count) ? below(count as number) : count);
  /** The same call once more, with other counts. */
  const again = ({ id: _, usage = {}, ...call }: Partial<UsageEvent>): Partial<UsageEvent> => {
    const { inputTokens = 0, ...counts } = usage;
    const less = Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, smaller(count)]));
    return { ...call, usage: { ...less, ...(usage.inputTokens === undefined ? {} : { inputTokens }) } };
  };
  const alike = () => {
    const first = call();
    return [first, ...Array.from({ length: below(4) }, () => again(first))];
  };
  for (let n = 0; n < 14; n++) {
    const startedAt = new Date(Date.parse('2026-08-30T20:40:00.000Z') + n * 6 * 86_400_000 + below(36e5)).toISOString();
    const id = `${startedAt.slice(0, 10).replaceAll('-', '')}-204000-${n.toString(16).padStart(6, '0')}`;
    writeSession(home, { id, startedAt, calls: Array.from({ length: 5 + below(15) }, alike).flat() });
  }
  for (let n = 0; n < 10; n++) {
    const timestamp = new Date(Date.parse('2026-09-02T10:00:00.000Z') + below(60) * 86_400_000).toISOString();
    appendRecorded({ COSTWATCH_HOME: home }, { ...madeCall(`recorded-${n}`, call()), timestamp } as UsageEvent & {
      timestamp: string;
    });
  }
}

/** A report as data, in an order of its own: rows of equal figures have none. */
async function report(home: string, by: string[], zone: string, filter: FilterOptions) {
  const ledger = new Ledger(by.map((name) => dimension(name, zone)));
  await countHistory(ledger, sourceOf(home), context, { wanted: filterOf(filter, zone, NOW) });
  const summary = summarize(ledger, { book, timezone: zone, arrangement: { by } });
  const sorted = (rows: object[]) => rows.map((row) => JSON.stringify(row)).sort();
  const { byService, byModel, byVoice, charges, reasons, ...rest } = summary;
  return {
    ...rest,
    ...Object.fromEntries(
      Object.entries({ byService, byModel, byVoice, charges, ...reasons }).map(([k, rows]) => [k, sorted(rows)]),
    ),
  } as unknown as Summary;
}

const QUESTIONS: { by: string[]; filter: FilterOptions }[] = [
  { by: [], filter: {} },
  { by: ['day', 'model'], filter: {} },
  { by: ['week', 'label:phase'], filter: { since: '2026-09-10', until: '2026-10-20' } },
  { by: ['month', 'session'], filter: { label: { video: 'ep1' } } },
  { by: ['hour', 'voice'], filter: { service: ['elevenlabs'] } },
  { by: ['tier', 'status', 'operation'], filter: { model: ['gemini-2.5*'], status: ['ok', 'incomplete'] } },
];

async function answers(home: string) {
  const all: Summary[] = [];
  // Two zones each.
  for (const [index, { by, filter }] of QUESTIONS.entries())
    for (const zone of [ZONES[index % 3]!, ZONES[(index + 1) % 3]!]) all.push(await report(home, by, zone, filter));
  return all;
}

describe('a report of the own history', () => {
  it.each([1, 2])('says the same before and after each compaction (history %i)', async (seed) => {
    const home = temporaryFolder();
    fill(home, seed);
    const before = await answers(home);
    expect(before[0]!.totals.calls).toBeGreaterThan(200);
    expect(before[0]!.diagnostics.duplicates).toBeGreaterThan(10);
    for (const day of ['2026-09-20', '2026-10-15', '2026-11-22']) {
      const plan = await planCompaction(day, sourceOf(home, NEXT_YEAR), context);
      expect(plan.months.length).toBeGreaterThan(0);
      expect(plan.kept).toEqual([]);
      await compact(plan, sourceOf(home), context);
      expect(await answers(home)).toEqual(before);
    }
    const september = readFileSync(join(home, 'sessions/2026-09/compacted.jsonl'), 'utf8');
    expect(september.match(/"calls":\d+,"ids"/g)?.length).toBeGreaterThan(5);
    expect(readdirSync(join(home, 'sessions'))).toEqual(['2026-08', '2026-09', '2026-10', '2026-11']);
  });

  it('says the same wherever a compaction is ended, and the next one finishes it', async () => {
    const home = temporaryFolder();
    fill(home, 4);
    const before = await answers(home);
    const copy = join(temporaryFolder(), 'sessions');
    cpSync(join(home, 'sessions'), copy, { recursive: true });
    await compact(await planCompaction('2026-10-15', sourceOf(home), context), sourceOf(home), context);
    // Killed after a rollup was written and before its logs were removed. Recorded calls had been set aside.
    for (const day of readdirSync(copy))
      for (const name of readdirSync(join(copy, day)))
        if (name !== 'recorded.jsonl') cpSync(join(copy, day, name), join(home, 'sessions', day, name));
    expect(await answers(home)).toEqual(before);
    const plan = await planCompaction('2026-10-15', sourceOf(home), context);
    expect([plan.months, plan.leftovers.length > 0]).toEqual([[], true]);
    await compact(plan, sourceOf(home), context);
    expect(plan.leftovers.filter((file) => existsSync(file))).toEqual([]);
    expect(await answers(home)).toEqual(before);
  });

  it('counts a call once that is recorded again after it was compacted', async () => {
    const home = temporaryFolder();
    const first = { id: '20260901-100000-aaaaaa', startedAt: '2026-09-01T10:00:00.000Z', calls: [{ id: 'one' }] };
    writeSession(home, first);
    await compact(await planCompaction('2026-10-01', sourceOf(home), context), sourceOf(home), context);
    writeSession(home, {
      id: '20261101-100000-bbbbbb',
      startedAt: '2026-11-01T10:00:00.000Z',
      calls: [{ id: 'one', usage: { inputTokens: 9_000_000 } }, { id: 'two' }],
    });
    const { totals, diagnostics } = await report(home, [], 'UTC', {});
    expect([totals.calls, totals.inputTokens, diagnostics.duplicates]).toEqual([2, 2000, 1]);
    const later = sourceOf(home, NEXT_YEAR);
    await compact(await planCompaction('2026-11-22', later, context), later, context);
    const after = await report(home, [], 'UTC', {});
    expect([after.totals, after.diagnostics]).toEqual([totals, diagnostics]);
  });

  it('keeps what budgets of this month count', async () => {
    const home = temporaryFolder();
    const kept = ['2026-10-31', '2026-11-01'].map((day) =>
      writeSession(home, {
        id: `${day.replaceAll('-', '')}-100000-aaaaaa`,
        startedAt: `${day}T10:00:00.000Z`,
        calls: [{}],
      }),
    );
    writeSession(home, { id: '20261030-100000-aaaaaa', startedAt: '2026-10-30T10:00:00.000Z', calls: [{}] });
    const plan = await planCompaction('2026-11-22', sourceOf(home), context);
    expect(plan.kept).toEqual(kept.map((file) => ({ file, reason: 'budgets of this month still count its calls' })));
    expect(plan.months.map(({ logs }) => logs.length)).toEqual([1]);
  });

  it('keeps a log whose lines cannot all be read, and calls that are recorded for a compacted day', async () => {
    const home = temporaryFolder();
    const env = { COSTWATCH_HOME: home };
    const timestamp = '2026-09-01T10:00:00.000Z';
    const log = writeSession(home, { id: '20260901-100000-aaaaaa', startedAt: timestamp, calls: [{}] });
    writeFileSync(log, `${readFileSync(log, 'utf8')}{"half": \n`);
    appendRecorded(env, { ...madeCall('r1'), timestamp });
    const plan = await planCompaction('2026-10-01', sourceOf(home), context);
    expect(plan.kept).toEqual([{ file: log, reason: '1 of its lines cannot be read, and would be lost' }]);
    await compact(plan, sourceOf(home), context);
    expect(readdirSync(join(home, 'sessions/2026-09-01'))).toEqual(['20260901-100000-aaaaaa.jsonl']);
    appendRecorded(env, { ...madeCall('r2'), timestamp });
    const { totals, diagnostics } = await report(home, [], 'UTC', {});
    expect([totals.calls, diagnostics.skipped]).toEqual([3, 1]);
  });
});
