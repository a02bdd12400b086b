import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findModel, findRate, type PricePeriod, type Rates } from '../../src/core/pricing/book/book.ts';
import { toNumber } from '../../src/core/pricing/money.ts';
import { addDays } from '../../src/core/time/day.ts';
import { loadPriceBook } from '../../src/store/settings/price-book.ts';

const file = join(import.meta.dirname, '../../../shared/facts/gemini-prices.json');
const book = loadPriceBook({ overridesFile: '/nowhere/prices.json' });

interface FactTier {
  input?: Record<string, number>;
  output?: Record<string, number>;
  cached_input?: Record<string, number>;
  cache_storage_per_mtok_hour?: number;
}
interface FactPeriod extends Record<string, unknown> {
  from: string | null;
  to: string | null;
}
interface FactModel {
  id: string;
  channel: string;
  aliases: { exact: string[]; must_not_match?: string[] };
  context_tier: { threshold_tokens: number } | null;
  periods: FactPeriod[];
}
type Numbers = Record<string, number | undefined>;

/** A second opinion: the table of prices that the book was first taken from, where it is at hand. */
describe.skipIf(!existsSync(file))('the price table', () => {
  const facts: FactModel[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).models : [];

  it('has an entry for each entry of the book', () => {
    expect(facts).toHaveLength(78);
  });

  it.each(facts.map((fact) => ({ name: `${fact.id} ${fact.channel}`, fact })))(
    '$name has the same numbers',
    ({ fact }) => {
      const platform = fact.channel === 'vertex' ? 'vertex' : undefined;
      const model = book.models.find((entry) => entry.id === fact.id && entry.platform === platform)!;
      const days = ({ from, to }: PricePeriod | FactPeriod) => [from, to];
      expect(model.periods.map(days)).toEqual(fact.periods.map(({ from, to }) => [from, to && addDays(to, 1)]));
      expect(model.longContextThreshold).toBe(fact.context_tier?.threshold_tokens);
      fact.periods.forEach((period, index) => {
        const expected = expectedNumbers(period);
        const found = Object.fromEntries(
          Object.keys(expected).map((path) => [path, numberAt(model.periods[index]!, path)]),
        );
        expect(found).toEqual(expected);
      });
      for (const id of fact.aliases.exact) expect(findModel(book.models, 'gemini', id, platform)).toBe(model);
      for (const id of fact.aliases.must_not_match ?? [])
        expect(findModel(book.models, 'gemini', id, platform)).not.toBe(model);
    },
  );
});

/** Every number of a period, by `tier/variant/meter`. */
function expectedNumbers(period: FactPeriod): Numbers {
  const numbers: Numbers = {};
  for (const tier of ['standard', 'batch', 'flex', 'priority']) {
    for (const [suffix, variant] of [
      ['', 'base'],
      ['_over_threshold', 'longContext'],
    ]) {
      const rates = period[tier + suffix] as FactTier | undefined;
      const put = (prefix: string, prices: Record<string, number> = {}) => {
        for (const [modality, price] of Object.entries(prices))
          numbers[`${tier}/${variant}/${prefix}.${modality}`] = price;
      };
      put('input', rates?.input);
      put('input.cached', rates?.cached_input);
      put('output', rates?.output);
      if (rates?.cache_storage_per_mtok_hour !== undefined) {
        numbers[`${tier}/${variant}/cache.storage`] = rates.cache_storage_per_mtok_hour;
      }
    }
  }
  const units: [string, unknown][] = [
    ['standard/base/image.1K', period.per_image_usd],
    ['standard/base/song', period.per_song_usd ?? period.per_clip_usd],
    ['standard/base/character', period.per_1m_characters_usd],
    ['batch/base/character', period.batch_per_1m_characters_usd],
    ['standard/thinking/output.text', period.thinking_output],
  ];
  for (const [path, price] of units) if (typeof price === 'number') numbers[path] = price;
  const seconds = (period.per_second_usd ?? {}) as Record<string, Record<string, number> | null>;
  for (const [sound, byResolution] of Object.entries(seconds)) {
    const kind = sound === 'with_audio' ? 'audio' : 'silent';
    for (const [resolution, price] of Object.entries(byResolution ?? {}))
      numbers[`standard/base/video.${resolution}.${kind}`] = price;
  }
  return numbers;
}

function numberAt(period: PricePeriod, path: string): number | undefined {
  const [tier = '', variant, meter = ''] = path.split('/');
  const rates: Rates | undefined = period.tiers.get(tier)?.[variant as 'base' | 'longContext' | 'thinking'];
  const price = rates && findRate(rates, meter);
  return price === undefined ? undefined : toNumber(price);
}
