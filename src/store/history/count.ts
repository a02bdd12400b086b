import type { CommandIo } from '../../commands/command-io.ts';
import type { Filter } from '../../commands/filter.ts';
import { Ledger, MIXED } from '../../core/ledger/ledger.ts';
import { formatUsd, ZERO } from '../../core/pricing/money.ts';
import type { PricedEvent, PricingContext } from '../../core/pricing/price.ts';
import type { UsageEvent } from '../../core/usage/event.ts';
import { PricedBy } from './priced-by.ts';
import { type HistoryOptions, type ReadLog, readHistory } from './read.ts';

export interface CountOptions extends HistoryOptions {
  wanted: Filter;
  /** Takes each call besides the ledger; calls of compacted logs are not among them. */
  each?: (priced: PricedEvent) => void;
  /** Puts another price in the place of the real one. Compacted calls, which are sums, cannot have it, and are left out. */
  instead?: (real: PricedEvent) => PricedEvent;
  /** Takes the versions of the price books that counted calls were priced by. */
  versions?: Set<string>;
  /** Counts other calls in another ledger. */
  also?: { ledger: Ledger; wanted: (event: UsageEvent) => boolean };
  /** Takes each log before its calls. */
  log?: (log: ReadLog) => void;
}

/** Counts the own history in a ledger. Returns how many calls the filters left out. */
export async function countHistory(
  ledger: Ledger,
  io: CommandIo,
  context: PricingContext,
  options: CountOptions,
): Promise<number> {
  const { wanted, each, instead, also } = options;
  const pricedBy = new PricedBy(options.versions ?? new Set());
  let leftOut = 0;
  let compacted = 0;
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  await readHistory(
    io,
    context,
    {
      sum: (sum) => {
        if (also?.wanted(sum.stands.event)) also.ledger.addSum(sum);
        if (wanted(sum.stands.event) !== true) leftOut += sum.calls;
        else {
          pricedBy.counts(sum.stands.event.source);
          compacted += sum.calls;
          if (instead) return;
          first = Math.min(first, sum.first);
          last = Math.max(last, sum.last);
          ledger.addSum(sum);
        }
      },
      call: (priced) => {
        if (also?.wanted(priced.event)) also.ledger.add(priced);
        const verdict = wanted(priced.event);
        if (verdict === false) leftOut++;
        else if (verdict !== true) ledger.skip({ file: priced.event.source ?? '', reason: verdict });
        else {
          pricedBy.counts(priced.event.source);
          const counted = instead?.(priced) ?? priced;
          ledger.add(counted);
          each?.(counted);
        }
      },
      duplicate: (event) => {
        if (wanted(event) === true) ledger.duplicates++;
      },
      skip: (problem) => ledger.skip(problem),
      note: (problem) => ledger.note(problem),
      log: (log) => options.log?.(log),
      book: (file, version) => pricedBy.book(file, version),
    },
    options,
  );
  if (compacted > 0 && !instead) for (const time of [first, last]) ledger.widenPeriod(new Date(time).toISOString());
  if (options.fromLogs && compacted > 0) ledger.notes.set(compactedNote(options), compacted);
  if (options.reprice && !instead) await noteDifference(ledger, io, context, wanted);
  return leftOut;
}

function compactedNote({ reprice, each, instead }: CountOptions): string {
  if (instead) return 'calls of compacted sessions are sums, and in no what-if';
  if (reprice) return 'calls of compacted sessions keep the prices that they were recorded at';
  return each
    ? 'calls of compacted sessions are sums, and are not listed one by one'
    : 'calls of compacted sessions are shown at their calculated cost';
}

/** Says what a report without `--reprice` says. */
async function noteDifference(ledger: Ledger, io: CommandIo, context: PricingContext, wanted: Filter): Promise<void> {
  const recorded = new Ledger();
  await countHistory(recorded, io, context, { wanted });
  const [now, then] = [ledger, recorded].map(({ totals }) => formatUsd(totals.cost(MIXED) ?? ZERO));
  const { calls } = ledger.totals.counts;
  ledger.notes.set(
    now === then
      ? `repriced with the prices of today, which come to the same ${now}`
      : `repriced with the prices of today: ${now}, where it was ${then} at the prices it was recorded at`,
    calls,
  );
}
