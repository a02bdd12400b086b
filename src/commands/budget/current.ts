import type { Budget } from '../../core/budget/budget.ts';
import type { BucketState } from '../../core/budget/state.ts';
import type { PriceBook } from '../../core/pricing/book/book.ts';
import { meter } from '../../providers/index.ts';
import { overridesFile } from '../../store/files/paths.ts';
import { loadPriceBook } from '../../store/settings/price-book.ts';
import { type CommandIo, utcDay } from '../command-io.ts';
import { openSpend } from '../open-spend.ts';

/** The price book of the user. */
export function bookOf({ env }: CommandIo): PriceBook {
  return loadPriceBook({ overridesFile: overridesFile(env) });
}

/** What budgets hold at this moment, and how many sessions run. */
export function currentStates(
  budgets: readonly Budget[],
  zone: string,
  io: CommandIo,
): { states: BucketState[]; sessionsRunning: number } {
  const pricing = { book: bookOf(io), meter, today: utcDay(io.now) };
  const spend = openSpend({ env: io.env, budgets, pricing, zone, now: () => io.now });
  spend.refresh();
  return { states: spend.all(), sessionsRunning: spend.sessions().length };
}
