import { UsageError } from '../../core/errors.ts';
import { TIERS, type Tier } from '../../core/pricing/book/file.ts';
import type { PricingContext } from '../../core/pricing/price.ts';
import { parseDay } from '../../core/time/day-range.ts';
import { WhatIfComparison } from '../../core/what-if/compare.ts';
import type { ModelSwap, WhatIf } from '../../core/what-if/what-if.ts';
import { findEntries, unknownModel } from '../pricing/lookup.ts';

/** Other prices for the same calls, as they were typed. */
export interface WhatIfOptions {
  /** `NEW` for all of Gemini's calls, `OLD=NEW` for those of one model. */
  as?: string[];
  asTier?: string;
  asOf?: string;
}

type Others = { calls?: boolean; format?: string; json?: boolean };

/** The what-if of the options; undefined without any. Throws a `UsageError` for what cannot be answered. */
export function whatIfOf(
  { as, asTier, asOf, ...others }: WhatIfOptions & Others,
  context: PricingContext,
  now: Date,
): WhatIfComparison | undefined {
  if (as === undefined && asTier === undefined && asOf === undefined) return undefined;
  if (context.mode === 'display') {
    throw new UsageError('A recorded cost says nothing about other prices.', {
      hint: 'Leave out --mode display: a what-if is calculated from the counts.',
    });
  }
  if (others.calls || (others.format === 'focus' && !others.json)) {
    throw new UsageError('A what-if has no billing rows: none of it was charged.', {
      hint: 'Use --format table, json, csv, md or html.',
    });
  }
  const day = asOf === undefined ? undefined : parseDay(asOf, '--as-of', now, 'UTC');
  const whatIf: WhatIf = {
    models: (as ?? []).map((text) => swapOf(text, day ?? context.today, context)),
    ...(asTier === undefined ? {} : { tier: tierOf(asTier) }),
    ...(day === undefined ? {} : { asOf: day }),
  };
  return new WhatIfComparison(whatIf, context);
}

function swapOf(text: string, day: string, { book }: PricingContext): ModelSwap {
  const equals = text.indexOf('=');
  const [from, to] = equals === -1 ? [undefined, text] : [text.slice(0, equals), text.slice(equals + 1)];
  if (to === '' || from === '') {
    throw new UsageError(`--as '${text}' names no model.`, {
      hint: 'Write --as gemini-3.5-flash-lite, or --as gemini-2.5-pro=gemini-2.5-flash for the calls of one model.',
    });
  }
  const entries = findEntries(to, day, book);
  if (entries.length === 0) throw unknownModel(to, book);
  return from === undefined ? { to } : { from, to };
}

function tierOf(name: string): Tier {
  const tier = TIERS.find((known) => known === name);
  if (tier) return tier;
  throw new UsageError(`Unknown tier '${name}'.`, { hint: `Use --as-tier with one of ${TIERS.join(', ')}.` });
}
