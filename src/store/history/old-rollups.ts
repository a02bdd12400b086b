import type { Diagnostic } from '../../core/errors.ts';
import type { PricingContext } from '../../core/pricing/price.ts';
import type { HistorySource } from './read.ts';

export async function rewriteOldRollups(
  _source: HistorySource,
  _context: PricingContext,
  _problem: (problem: Diagnostic) => void,
): Promise<void> {}
