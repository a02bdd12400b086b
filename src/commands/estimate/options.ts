import { UsageError } from '../../core/errors.ts';
import { TIERS, type Tier } from '../../core/pricing/book/file.ts';
import type { PricingContext } from '../../core/pricing/price.ts';
import { parseDay } from '../../core/time/day-range.ts';
import { meter } from '../../providers/index.ts';
import { overridesFile } from '../../store/files/paths.ts';
import { loadPriceBook } from '../../store/settings/price-book.ts';
import { type CommandIo, utcDay } from '../command-io.ts';

export interface EstimateOptions {
  model?: string[];
  inputTokens?: string;
  outputTokens?: string;
  images?: string;
  imageSize?: string;
  seconds?: string[];
  pages?: string[];
  count?: string;
  tier?: string;
  batch?: boolean;
  asOf?: string;
  plan?: string;
  compare?: string;
  json?: boolean;
  color?: boolean;
}

/** The prices of `--as-of`, today's by default. */
export function pricingOf(options: Pick<EstimateOptions, 'asOf'>, io: CommandIo): PricingContext {
  const today = options.asOf === undefined ? utcDay(io.now) : parseDay(options.asOf, '--as-of', io.now, 'UTC');
  return { book: loadPriceBook({ overridesFile: overridesFile(io.env) }), meter, today };
}

/** A whole number of an option; undefined where it is not given. */
export function wholeNumber(text: string | undefined, option: string, minimum = 0): number | undefined {
  if (text === undefined) return undefined;
  const number = /^\d[\d,_]*$/.test(text) ? Number(text.replace(/[,_]/g, '')) : Number.NaN;
  if (Number.isSafeInteger(number) && number >= minimum) return number;
  throw new UsageError(`${option} '${text}' is not a whole number of at least ${minimum}.`, {
    hint: `Write it as digits, such as ${option} 2000.`,
  });
}

/** Seconds of `--seconds`, which may be a fraction. */
export function lengthOf(text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  if (seconds > 0 && seconds < 1e9) return seconds;
  throw new UsageError(`--seconds '${text}' is not a length.`, { hint: 'Write seconds, such as --seconds 90.' });
}

export function tierOf({ tier, batch }: EstimateOptions): Tier {
  const name = tier ?? (batch ? 'batch' : 'standard');
  const known = TIERS.find((one) => one === name);
  if (!known) throw new UsageError(`Unknown tier '${name}'.`, { hint: `Use --tier with one of ${TIERS.join(', ')}.` });
  if (batch && known !== 'batch')
    throw new UsageError(`--batch and --tier ${known} contradict each other.`, { hint: 'Give one of them.' });
  return known;
}
