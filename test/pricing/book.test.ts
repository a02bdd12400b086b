import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { findModel, type ModelPrices, matchesId, type PricePeriod } from '../../src/core/pricing/book/book.ts';
import { cost, toDecimal } from '../../src/core/pricing/money.ts';
import { formatPriceFile, readOverrides } from '../../src/store/settings/overrides.ts';
import { loadPriceBook } from '../../src/store/settings/price-book.ts';

const folder = join(import.meta.dirname, '../../pricing');
const files = readdirSync(folder).filter((name) => name !== 'schema.json');
const read = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const validate = new Ajv2020({ allErrors: true }).compile(read('schema.json'));
const book = loadPriceBook({ overridesFile: '/nowhere/prices.json' });
const models = book.models.filter(({ kind }) => kind !== 'tool');
const named = models.map((model) => ({ name: `${model.id}${model.platform ? ` on ${model.platform}` : ''}`, model }));

describe('the files', () => {
  it.each(files)('%s follows the schema', (name) => {
    validate(read(name));
    expect(validate.errors).toBeNull();
    expect(read(name).$schema).toBe('./schema.json');
  });

  it('are all read: 78 entries, the tools, three moving names and two nicknames, eight credit rates', () => {
    expect([models.length, book.models.length, book.aliases.length, book.credits.size]).toEqual([78, 79, 5, 8]);
    expect(book.version).toBe('2026-11-21');
  });

  it.each([
    [{ models: [{ id: 'm' }] }],
    [{ sources: { page: { cite: 'c', date: 'October', kind: 'k' } } }],
    [{ credits: { perCharacter: { eleven_v3: 1 } } }],
    [{ prices: [] }],
  ])('the schema refuses %j', (json) => {
    expect(validate(json)).toBe(false);
  });

  it('written as own prices follow the schema and read back the same', () => {
    for (const name of files) {
      const parsed = readOverrides(join(folder, name));
      validate(JSON.parse(formatPriceFile(parsed)));
      expect(validate.errors).toBeNull();
    }
  });
});

describe.each(named)('$name', ({ model }) => {
  it('is found by its own id and by each of its exact ids', () => {
    for (const id of [model.id, ...model.ids.filter((known) => !known.endsWith('*'))]) {
      expect(findModel(book.models, 'gemini', id, model.platform)).toBe(model);
    }
  });

  it('cites a known source for every period', () => {
    for (const { from, sources } of model.periods) {
      expect(sources.length, `period from ${from}`).toBeGreaterThan(0);
      expect(sources.filter((id) => !Object.hasOwn(book.sources, id))).toEqual([]);
    }
  });

  it('says why it has no price, where it has none', () => {
    const isPriced = model.periods.length > 0 && model.periods.every((period) => period.tiers.has('standard'));
    expect(isPriced || model.unknown !== undefined).toBe(true);
  });

  it('has long-context rates exactly where it has a threshold, for every meter', () => {
    for (const { tiers } of model.periods) {
      for (const { base, longContext } of tiers.values()) {
        expect(longContext !== undefined).toBe(model.longContextThreshold !== undefined);
        if (longContext) expect([...longContext.keys()]).toEqual([...base.keys()]);
      }
    }
  });

  it('is rerouted to a model of the book', () => {
    if (model.reroute) expect(findModel(book.models, 'gemini', model.reroute.to, undefined)?.id).toBe(model.reroute.to);
  });
});

it('no id of one platform is named by two entries', () => {
  const clashes = models.flatMap((one, index) =>
    models
      .slice(index + 1)
      .flatMap((other) => (one.platform === other.platform && clash(one, other) ? [`${one.id}, ${other.id}`] : [])),
  );
  expect(clashes).toEqual([]);
});

it('every moving name points at models of the book', () => {
  const targets = book.aliases.flatMap((alias) => alias.targets.map((target) => target.model));
  expect(targets.filter((id) => findModel(book.models, 'gemini', id, undefined) === undefined)).toEqual([]);
  expect(book.aliases.filter(({ id }) => findModel(book.models, 'gemini', id, undefined))).toEqual([]);
});

it.each([
  [
    'gemini-3.8-flash',
    ['gemini-3.8-flash-tts', 'gemini-3.8-flash-lite', 'gemini-3.8-flash-image', 'gemini-3.8-flash-cyber'],
  ],
  [
    'gemini-3.7-flash',
    ['gemini-3.7-flash-tts', 'gemini-3.7-flash-lite', 'gemini-3.7-flash-image', 'gemini-3.7-flash-cyber'],
  ],
  [
    'gemini-3.6-flash',
    ['gemini-3.6-flash-tts', 'gemini-3.6-flash-lite', 'gemini-3.6-flash-image', 'gemini-3.6-flash-cyber'],
  ],
  ['gemini-3.5-flash', ['gemini-3.5-flash-lite']],
  ['gemini-3.1-flash-lite', ['gemini-3.1-flash-lite-image']],
  ['gemini-3.1-flash-lite-preview', ['gemini-3.1-flash-lite-image']],
  ['gemini-2.5-pro', ['gemini-2.5-pro-preview-tts', 'gemini-2.5-pro-tts', 'gemini-2.5-pro-exp-03-25']],
  ['gemini-2.5-flash', ['gemini-2.5-flash-lite', 'gemini-2.5-flash-image', 'gemini-2.5-flash-preview-tts']],
  ['gemini-2.5-flash', ['gemini-2.5-flash-native-audio-preview-12-2025', 'gemini-2.5-flash-preview-05-20']],
  ['gemini-2.0-flash', ['gemini-2.0-flash-lite', 'gemini-2.0-flash-live-001']],
  ['gemini-1.5-flash', ['gemini-1.5-flash-8b']],
])('%s does not answer for %j', (id, others) => {
  for (const other of others) expect(findModel(book.models, 'gemini', other, undefined)?.id).not.toBe(id);
});

it.each([
  ['gemini-3.8-flash-preview-09-2026', 'gemini-3.8-flash'],
  ['gemini-3.1-pro-preview-customtools', 'gemini-3.1-pro-preview'],
  ['gemini-2.5-flash-preview-09-2025', 'gemini-2.5-flash'],
  ['gemini-2.5-flash-preview-04-17', 'gemini-2.5-flash-preview-05-20'],
  ['gemini-2.5-flash-preview-04-17-thinking', 'gemini-2.5-flash-preview-05-20'],
  ['gemini-2.5-flash-preview-05-20:thinking', 'gemini-2.5-flash-preview-05-20'],
  ['gemini-2.5-flash-lite-preview-06-17', 'gemini-2.5-flash-lite'],
  ['gemini-2.5-pro-preview-05-06', 'gemini-2.5-pro'],
  ['gemini-live-2.5-flash-preview-native-audio-09-2025', 'gemini-2.5-flash-native-audio-preview-12-2025'],
  ['gemini-2.0-flash-thinking-exp-01-21', 'gemini-exp'],
  ['gemini-1.5-flash-8b-exp-0924', 'gemini-1.5-flash-8b'],
  ['deep-research-max-preview-04-2026', 'deep-research-preview-04-2026'],
  ['imagen-4.0-generate-preview-06-06', 'imagen-4.0-generate-001'],
  ['gemma-3n-e4b-it', 'gemma-4-31b-it'],
])('%s is priced as %s', (id, expected) => {
  expect(findModel(book.models, 'gemini', id, undefined)?.id).toBe(expected);
});

it.each([
  ['gemini-3-pro-image', { '1K': '0.1344', '2K': '0.1344', '4K': '0.24' }],
  ['gemini-nano-banana-2.1', { '1K': '0.0336', '2K': '0.0504', '4K': '0.1134' }],
  ['gemini-3.1-flash-image', { '512': '0.04482', '1K': '0.0672', '2K': '0.1008', '4K': '0.1512' }],
  ['gemini-3.1-flash-lite-image', { '1K': '0.0336' }],
  ['gemini-2.5-flash-image', { '1K': '0.0387' }],
  ['gemini-2.0-flash-preview-image-generation', { '1K': '0.0387' }],
])('an image of %s costs what the vendor says: %j', (id, prices) => {
  const model = models.find((entry) => entry.id === id)!;
  const rate = lastPeriod(model).tiers.get('standard')!.base.get('output.image')!;
  const bySize = Object.entries(model.imageTokens!).map(([size, tokens]) => [
    size,
    toDecimal(cost(tokens, rate, 1_000_000)),
  ]);
  expect(Object.fromEntries(bySize)).toEqual(prices);
});

it('batch and flex cost half of standard and priority 1.8 times, storage and cached input apart', () => {
  const factors = { batch: [1n, 2n], flex: [1n, 2n], priority: [9n, 5n] } as const;
  for (const model of models) {
    for (const { tiers } of model.periods) {
      for (const [tier, [times, over]] of Object.entries(factors)) {
        for (const [meter, price] of tiers.get(tier)?.base ?? []) {
          if (/cached|storage|character/.test(meter)) continue;
          expect(price * over, `${model.id} ${tier} ${meter}`).toBe(tiers.get('standard')!.base.get(meter)! * times);
        }
      }
    }
  }
});

function lastPeriod(model: ModelPrices): PricePeriod {
  return model.periods.at(-1)!;
}

/** Whether two entries share an exact id, or one names an id or a version of the other. */
function clash(one: ModelPrices, other: ModelPrices): boolean {
  const examples = (model: ModelPrices) => model.ids.map((id) => id.replace(/\*$/, '001'));
  const names = (model: ModelPrices, id: string) => model.ids.some((pattern) => matchesId(pattern, id));
  return examples(one).some((id) => names(other, id)) || examples(other).some((id) => names(one, id));
}
