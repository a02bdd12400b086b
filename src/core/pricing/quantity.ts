/**
 * A disjoint billing line: how much of one meter a call used. The quantities of a call never overlap, so they
 * can be priced one by one.
 *
 * Meters are dotted names, general to special: `input.audio`, `input.cached.text`, `output.image`,
 * `output.text.reasoning`, `image.2K`, `video.1080p.audio`, `song`, `grounding.search.query`, `cache.storage`, `credits`.
 * A price for a general meter covers its special ones unless they have a price of their own.
 */
export interface Quantity {
  meter: string;
  count: number;
  /** What had to be assumed to count or charge this line; shown beside it. */
  assumption?: string;
}

/** How the price of a meter is quoted. `size` is the number of counted things one listed price covers. */
export interface PricingUnit {
  name: string;
  size: number;
}

const MILLION = 1_000_000;
const UNITS: Record<string, PricingUnit> = {
  input: { name: '1M tokens', size: MILLION },
  output: { name: '1M tokens', size: MILLION },
  cache: { name: '1M token-hours', size: MILLION },
  character: { name: '1M characters', size: MILLION },
  grounding: { name: '1,000 requests', size: 1000 },
  image: { name: 'image', size: 1 },
  video: { name: 'second', size: 1 },
  song: { name: 'song', size: 1 },
};

/** The unit of a meter, by its first part. Undefined for meters that are never priced in dollars. */
export function pricingUnit(meter: string): PricingUnit | undefined {
  const head = meter.split('.', 1)[0] ?? '';
  return Object.hasOwn(UNITS, head) ? UNITS[head] : undefined;
}
