import { UsageError } from '../../core/errors.ts';
import { type Money, parseMoney } from '../../core/pricing/money.ts';
import { plain } from '../../core/text.ts';

/** The price options of `pricing set`: what each one sets, and how its price is quoted. */
export const PRICE_OPTIONS = [
  { flag: 'input', meter: 'input', unit: 'per 1M tokens' },
  { flag: 'output', meter: 'output.text', unit: 'per 1M tokens' },
  { flag: 'cached', meter: 'input.cached', unit: 'per 1M cached tokens' },
  { flag: 'audio-input', meter: 'input.audio', unit: 'per 1M tokens' },
  { flag: 'image-input', meter: 'input.image', unit: 'per 1M tokens' },
  { flag: 'video-input', meter: 'input.video', unit: 'per 1M tokens' },
  { flag: 'audio-cached', meter: 'input.cached.audio', unit: 'per 1M cached tokens' },
  { flag: 'audio-output', meter: 'output.audio', unit: 'per 1M tokens' },
  { flag: 'image-output', meter: 'output.image', unit: 'per 1M tokens' },
  { flag: 'video-output', meter: 'output.video', unit: 'per 1M tokens' },
  { flag: 'cache-storage', meter: 'cache.storage', unit: 'per 1M tokens and hour' },
  { flag: 'image', meter: 'image', unit: 'per image' },
  { flag: 'per-second', meter: 'video', unit: 'per second of video' },
  { flag: 'per-song', meter: 'song', unit: 'per song' },
  { flag: 'per-character', meter: 'character', unit: 'per 1M characters' },
] as const;

export type PriceFlag = (typeof PRICE_OPTIONS)[number]['flag'];

/**
 * The meters that the given options price. `listed` are the meters the model has prices for: an option sets every
 * listed meter that it speaks of, such as each resolution of a video model, so that it never sets one that is not used.
 * @throws UsageError for a price that is not a plain decimal, and when no price is given.
 */
export function metersToSet(prices: Partial<Record<PriceFlag, string>>, listed: readonly string[]): Map<string, Money> {
  const rates = new Map<string, Money>();
  for (const { flag, meter, unit } of PRICE_OPTIONS) {
    const given = prices[flag];
    if (given === undefined) continue;
    const price = parseMoney(given);
    if (price === undefined) {
      throw new UsageError(`--${flag} ${plain(given, 40)} is not a price`, {
        hint: `Give dollars ${unit} as a plain decimal that is not negative, such as --${flag} 0.75`,
      });
    }
    for (const target of targets(meter, listed)) rates.set(target, price);
  }
  if (rates.size > 0) return rates;
  throw new UsageError('no price given', {
    hint: 'For example: costwatch pricing set gemini-2.5-flash --input 0.30 --output 2.50',
  });
}

function targets(meter: string, listed: readonly string[]): string[] {
  if (meter === 'output.text' && !listed.includes(meter) && listed.includes('output')) return ['output'];
  if (meter !== 'video') return [meter];
  const resolutions = listed.filter((name) => name.startsWith('video.'));
  return resolutions.length > 0 ? resolutions : [meter];
}
