import { describe, expect, it } from 'vitest';
import { bareModelId, findRate, matchesId, type PriceBook } from '../../../src/core/pricing/book/book.ts';
import { parsePriceFile } from '../../../src/core/pricing/book/file.ts';
import { toDecimal } from '../../../src/core/pricing/money.ts';
import { resolveRates } from '../../../src/core/pricing/rates.ts';
import type { UsageEvent } from '../../../src/core/usage/event.ts';

const head = { service: 'gemini', family: 'F', kind: 'text', confidence: 'high' };
const always = (tiers: object) => [{ from: null, to: null, tiers, sources: [] }];

const book = bookOf(
  [
    {
      ...head,
      id: 'pro',
      ids: ['pro', 'pro-*'],
      longContextThreshold: 200_000,
      regional: { factor: '1.1', from: '2026-07-01' },
      periods: [
        { from: '2026-01-01', to: '2026-06-01', tiers: { standard: { input: '1' } }, sources: [] },
        {
          from: '2026-06-01',
          to: '2026-12-01',
          tiers: { standard: { input: '2', 'input.audio': '3', longContext: { input: '4' } }, batch: { input: '1' } },
          sources: [],
        },
      ],
    },
    {
      ...head,
      id: 'old',
      ids: ['old'],
      reroute: { to: 'pro', from: '2026-10-08' },
      periods: always({ standard: { input: '9' } }),
    },
    {
      ...head,
      id: 'both',
      ids: ['both'],
      reroute: { to: 'pro', from: '2026-10-08', platform: 'gemini-api' },
      periods: always({ standard: { input: '0.10' } }),
    },
    { ...head, id: 'both', ids: ['both'], platform: 'vertex', periods: always({ standard: { input: '0.15' } }) },
    { ...head, id: '*', ids: ['*'], kind: 'tool', periods: always({ standard: { 'grounding.search.query': '14' } }) },
  ],
  [],
);

describe('matchesId', () => {
  it.each([
    ['m', 'm', true],
    ['m', 'm-001', false],
    ['m-*', 'm-001', true],
    ['m-*', 'm-09-2026', true],
    ['m-*', 'm', false],
    ['m-*', 'm-', false],
    ['m-*', 'm-tts', false],
    ['m-*', 'm-8b', false],
    ['*', '*', true],
    ['*', '001', false],
  ])('%s and %s: %s', (pattern, id, expected) => {
    expect(matchesId(pattern, id)).toBe(expected);
  });
});

it.each([
  ['models/m-1', 'm-1'],
  ['publishers/google/models/m-1', 'm-1'],
  ['projects/p/locations/global/publishers/google/models/m-1', 'm-1'],
  ['google/m-1', 'm-1'],
  ['agents/m-1', 'm-1'],
  ['m-1@default', 'm-1'],
])('bareModelId(%s)', (name, id) => {
  expect(bareModelId(name)).toBe(id);
});

describe('resolveRates', () => {
  it.each([
    ['2026-05-31', '1'],
    ['2026-06-01', '2'],
    ['2026-11-30', '2'],
  ])('on %s the input costs %s', (day, expected) => {
    expect(inputRate('pro', day)).toBe(expected);
  });

  it.each([
    ['2025-12-31', '1', 'first known price of pro, from 2026-01-01'],
    ['2026-12-01', '2', 'last known price of pro, which ended before 2026-12-01'],
  ])('on %s takes the nearest price and says so', (day, expected, estimate) => {
    const rates = resolve('pro', day);
    expect(toDecimal(rates.rates.get('input')!)).toBe(expected);
    expect(rates.estimates).toEqual([estimate]);
  });

  it.each([
    [200_000, '2', 'standard'],
    [200_001, '4', 'standard-long-context'],
  ])('a prompt of %d tokens', (inputTokens, expected, tier) => {
    const rates = resolve('pro', '2026-11-01', { usage: { inputTokens } });
    expect([toDecimal(rates.rates.get('input')!), rates.tier]).toEqual([expected, tier]);
  });

  it('leaves tool-use tokens out of the long-context test', () => {
    const usage = { inputTokens: 200_001, toolUseInputTokens: 1 };
    expect(resolve('pro', '2026-11-01', { usage }).tier).toBe('standard');
  });

  it('knows no price for an unknown id, an unknown tier, or an id that only starts like a known one', () => {
    expect(resolveRates('pro-tts', '2026-11-01', event({}), book)).toEqual({ reason: 'no price known for pro-tts' });
    expect(resolveRates('pro', '2026-11-01', event({ tier: 'flex' }), book)).toEqual({
      reason: 'no flex price known for pro',
    });
  });

  it('follows a reroute from its day on, on the platform it is for', () => {
    expect(inputRate('old', '2026-10-07')).toBe('9');
    expect(inputRate('old', '2026-10-08')).toBe('2');
    expect(resolve('old', '2026-10-08').notes).toEqual(['old is answered and billed as pro since 2026-10-08']);
    expect(inputRate('both', '2026-10-08')).toBe('2');
    expect(inputRate('both', '2026-10-08', { platform: 'vertex' })).toBe('0.15');
  });

  it('prices each platform by its own entry', () => {
    expect(inputRate('both', '2026-10-01')).toBe('0.1');
    expect(inputRate('both', '2026-10-01', { platform: 'vertex' })).toBe('0.15');
  });

  it('adds the surcharge of regional endpoints on Vertex only, to listed token prices only', () => {
    const at = (day: string, event: Partial<UsageEvent>, priced = book) => {
      const found = resolve('pro', day, event, priced);
      return ['input.text', 'cache.storage', 'grounding.search.query'].map((meter) =>
        toDecimal(findRate(found.rates, meter) ?? 0n),
      );
    };
    const list = at('2026-07-01', {});
    const regional = { platform: 'vertex' as const, location: 'europe-west1' };
    const [input, ...others] = list;
    expect(at('2026-07-01', regional)).toEqual([String(Number(input) * 1.1), ...others]);
    expect(at('2026-06-30', regional)).toEqual(list);
    expect(at('2026-07-01', { ...regional, location: 'global' })).toEqual(list);
    expect(at('2026-07-01', { location: 'europe-west1' })).toEqual(list);
    const periods = [{ from: null, to: null, tiers: { standard: { input: '7' } }, sources: [] }];
    const { overrides } = bookOf([], [{ ...head, id: 'pro', ids: ['pro'], periods }]);
    expect(at('2026-07-01', regional, { ...book, overrides })[0]).toBe('7');
  });

  it('knows the rates of tools for every model', () => {
    expect(findRate(resolve('old', '2026-01-01').rates, 'grounding.search.query')).toBe(14_000_000_000_000n);
  });

  it('bills nothing per token for provisioned throughput', () => {
    const { rates } = resolve('pro', '2026-11-01', { tier: 'provisioned' });
    expect([findRate(rates, 'input.audio'), findRate(rates, 'output.text')]).toEqual([0n, 0n]);
    expect(findRate(rates, 'grounding.search.query')).toBe(14_000_000_000_000n);
  });
});

describe('own prices', () => {
  const own = (tiers: object, from: string | null = null) =>
    bookOf([], [{ ...head, id: 'pro', ids: ['pro'], periods: [{ from, to: null, tiers, sources: [] }] }]);
  const withOwn = (tiers: object, from?: string) => ({ ...book, overrides: own(tiers, from).overrides });

  it('come first, meter by meter', () => {
    const rates = resolve('pro-001', '2026-11-01', {}, withOwn({ standard: { input: '7' } })).rates;
    expect(toDecimal(findRate(rates, 'input.text')!)).toBe('7');
    expect(toDecimal(findRate(rates, 'input.audio')!)).toBe('3');
  });

  it('hold from their day on', () => {
    const changed = withOwn({ standard: { input: '7' } }, '2026-11-15');
    expect(inputRate('pro', '2026-11-14', {}, changed)).toBe('2');
    expect(inputRate('pro', '2026-11-15', {}, changed)).toBe('7');
  });

  it('of short prompts leave the listed long-context price alone, and the other way round', () => {
    const long = { usage: { inputTokens: 200_001 } };
    expect(inputRate('pro', '2026-11-01', long, withOwn({ standard: { input: '7' } }))).toBe('4');
    const onlyLong = withOwn({ standard: { longContext: { input: '8' } } });
    expect(inputRate('pro', '2026-11-01', long, onlyLong)).toBe('8');
    expect(inputRate('pro', '2026-11-01', {}, onlyLong)).toBe('2');
  });

  it('make a tier known that the book does not list', () => {
    expect(inputRate('pro', '2026-11-01', { tier: 'flex' }, withOwn({ flex: { input: '5' } }))).toBe('5');
  });

  it('keep a rerouted model at the price the user gave it', () => {
    const changed = bookOf([], [{ ...head, id: 'old', ids: ['old'], periods: always({ standard: { input: '7' } }) }]);
    expect(inputRate('old', '2026-11-01', {}, { ...book, overrides: changed.overrides })).toBe('7');
  });

  it('price a model that the book does not know', () => {
    const changed = bookOf([], [{ ...head, id: 'mine', ids: ['mine'], periods: always({ standard: { input: '7' } }) }]);
    expect(inputRate('mine', '2026-11-01', {}, { ...book, overrides: changed.overrides })).toBe('7');
  });
});

function bookOf(models: object[], overrides: object[]): PriceBook {
  const parse = (list: object[]) => parsePriceFile({ models: list }, 'test.json').models;
  return {
    version: '2026-11-21',
    models: parse(models),
    overrides: parse(overrides),
    aliases: [],
    credits: new Map(),
    sources: {},
  };
}

function event(change: Partial<UsageEvent>): UsageEvent {
  return { id: 'e', service: 'gemini', operation: 'generate_content', status: 'ok', ...change };
}

function resolve(name: string, day: string, change: Partial<UsageEvent> = {}, from = book) {
  const rates = resolveRates(name, day, event(change), from);
  if ('reason' in rates) throw new Error(rates.reason);
  return rates;
}

function inputRate(name: string, day: string, change: Partial<UsageEvent> = {}, from = book): string {
  return toDecimal(resolve(name, day, change, from).rates.get('input')!);
}
