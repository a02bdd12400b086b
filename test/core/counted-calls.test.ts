import { describe, expect, it } from 'vitest';
import { IdTable } from '../../src/core/id-table.ts';
import { Ledger } from '../../src/core/ledger/ledger.ts';
import { summarize } from '../../src/core/ledger/summary.ts';
import type { PriceBook } from '../../src/core/pricing/book.ts';
import { parsePriceFile } from '../../src/core/pricing/file.ts';
import { price } from '../../src/core/pricing/price.ts';
import { Tape } from '../../src/core/tape.ts';
import { dimension } from '../../src/core/usage/dimension.ts';
import type { Usage, UsageEvent } from '../../src/core/usage/event.ts';
import { meter } from '../../src/providers/index.ts';

const always = (tiers: object) => [{ from: null, to: null, tiers, sources: [] }];
const head = { service: 'gemini', family: 'F', kind: 'text', confidence: 'high' };
const book: PriceBook = {
  version: '2026-11-21',
  models: parsePriceFile(
    {
      models: [
        { ...head, id: 'm', ids: ['m'], periods: always({ standard: { input: '0.3', output: '2.5', image: '0.04' } }) },
        {
          ...head,
          id: 'odd',
          ids: ['odd'],
          periods: always({ standard: { input: '0.0000015', output: '0.0000005' } }),
        },
      ],
    },
    'test.json',
  ).models,
  overrides: [],
  aliases: [],
  credits: new Map([['eleven_v3', '0.5']]),
  sources: {},
};

function counted(events: UsageEvent[]) {
  const ledger = new Ledger([dimension('day', 'UTC'), dimension('label:phase', 'UTC')]);
  for (const event of events) ledger.add(price(event, { book, meter, today: '2026-11-22' }));
  const { diagnostics: _, period: __, ...sums } = summarize(ledger, { book, timezone: 'UTC' });
  return sums;
}

const usages: Record<string, Usage> = {
  'tokens of all kinds': {
    inputTokens: 1000,
    outputTokens: 700,
    cacheReadInputTokens: 300,
    reasoningOutputTokens: 200,
    toolUseInputTokens: 10,
    searchQueries: 2,
    inputTokensByModality: { text: 900, audio: 100 },
  },
  images: { images: [{ size: '1K', count: 3 }, { count: 1 }] },
  'video and songs': { video: [{ resolution: '720p', audio: true, seconds: 7.5 }], songs: 1, audioSeconds: 0.25 },
  'characters and credits': { characters: 120, credits: 61 },
  characters: { characters: 121 },
  nothing: {},
  'more than a number holds exactly': { inputTokens: 4e14, outputTokens: 4e14 },
};

const variants: Record<string, Partial<UsageEvent>> = {
  plain: {},
  'failed retry': { status: 'failed', attempt: 3, durationMs: 12.5, errorCode: 'RESOURCE_EXHAUSTED' },
  incomplete: { status: 'incomplete', durationMs: 900 },
  'an estimate of many calls': { estimated: 'guessed', calls: 4, labels: { phase: 'panels' } },
  'fractions of a pico-dollar': { responseModel: 'odd' },
  'no price': { responseModel: 'mystery' },
  'no time': { timestamp: undefined },
  'recorded cost': { responseModel: 'mystery', recordedCost: { amount: '1.5', currency: 'USD' } },
  'a voice': { service: 'elevenlabs', responseModel: 'eleven_v3', voice: 'Rachel' },
};

function event(variant: Partial<UsageEvent>, usage: Usage): UsageEvent {
  const merged = {
    id: 'one',
    timestamp: '2026-11-22T10:00:00.000Z',
    service: 'gemini',
    operation: 'generate_content',
    status: 'ok' as const,
    responseModel: 'm',
    usage,
    ...variant,
  };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined)) as unknown as UsageEvent;
}

describe('a fuller record leaves nothing of the one whose place it takes', () => {
  const full = event({}, { inputTokens: 9e14, outputTokens: 1 });
  const cases = Object.entries(variants).flatMap(([variant, fields]) =>
    Object.entries(usages).map(([usage, counts]) => [variant, usage, event(fields, counts)] as const),
  );
  it.each(cases)('%s: %s', (_variant, _usage, small) => {
    const other = { ...small, id: 'two' };
    const fuller = { ...full, service: small.service };
    expect(counted([small, other, fuller])).toEqual(counted([other, fuller]));
    // The one that counts is remembered whole: what is less than it changes nothing.
    expect(counted([small, { ...small }])).toEqual(counted([small]));
  });
});

describe('IdTable', () => {
  it.each([
    ['', 0, undefined],
    [', also where hashes are alike', 0, 1],
    [', also where some were expected', 3000, undefined],
  ])('finds what was set, through any growth, for each service apart%s', (_, count, deepest) => {
    const table = new IdTable(count, deepest);
    for (let i = 0; i < 5000; i++) {
      expect(table.find('gemini', `id ${i}`)).toBeUndefined();
      table.set(i);
    }
    expect(table.find('elevenlabs', 'id 7')).toBeUndefined();
    for (let i = 0; i < 5000; i++) expect(table.find('gemini', `id ${i}`)).toBe(i);
  });

  it('hashes ids as it always did, since rollups keep the hashes', () => {
    const table = new IdTable();
    expect(table.hashOf('gemini', 'call-1')).toEqual([695703385, 1766627463]);
    expect(table.hashOf('elevenlabs', 'ключ 😀')).toEqual([1858532852, 3984310820]);
  });

  it('gives an id to who claims it first, by its hash, and tells ids of one hash apart by their check', () => {
    const table = new IdTable();
    const [hash, check] = table.hashOf('s', 'a');
    expect([table.claim(hash, check, 5), table.claim(hash, check, 6), table.find('s', 'a')]).toEqual([5, 5, 5]);
    expect(table.claim(hash, check ^ 1, 7)).toBe(7);
    expect([table.findByHash(hash, check ^ 1), table.findByHash(hash, check ^ 2)]).toEqual([7, undefined]);
  });

  it('forgets a position, and finds what was placed behind it', () => {
    const table = new IdTable(0, 0);
    for (let i = 0; i < 200; i++) {
      table.find('s', `${i}`);
      table.set(i);
    }
    for (let i = 0; i < 200; i += 2) {
      table.find('s', `${i}`);
      table.unset();
    }
    for (let i = 0; i < 200; i++) expect(table.find('s', `${i}`)).toBe(i % 2 === 0 ? undefined : i);
    table.find('s', '4');
    table.set(7);
    expect(table.find('s', '4')).toBe(7);
  });

  it('replaces a position', () => {
    const table = new IdTable();
    table.find('s', 'ключ 😀');
    table.set(1);
    table.find('s', 'ключ 😀');
    table.set(2);
    expect(table.find('s', 'ключ 😀')).toBe(2);
  });
});

describe('Tape', () => {
  it('reads back every number', () => {
    const tape = new Tape();
    const numbers = [0, 1, 63, 64, 127, 128, 8191, 8192, 2 ** 31, 2 ** 52 - 1, 2 ** 52, 2 ** 53, 0.1, -1, -0, 1e300];
    const positions = Array.from({ length: 20_000 }, () => tape.append(numbers));
    for (const position of [positions[0]!, positions[9_999]!, positions.at(-1)!]) {
      const next = tape.read(position);
      expect(numbers.map(() => next())).toStrictEqual(numbers.map((number) => (Object.is(number, -0) ? 0 : number)));
    }
  });
});
