import { CallIds } from '../../core/ledger/call-ids.ts';
import { Ledger, MIXED } from '../../core/ledger/ledger.ts';
import { findModel } from '../../core/pricing/book/book.ts';
import { formatUsd, ZERO } from '../../core/pricing/money.ts';
import type { PricedEvent, PricingContext } from '../../core/pricing/price.ts';
import type { UsageEvent } from '../../core/usage/event.ts';
import { type HistoryOptions, type ReadLog, readHistory } from './read.ts';
import type { HistorySource } from './source.ts';

/** True for calls to count, false for calls that were not asked for, a reason for calls that cannot be placed. */
type Filter = (event: UsageEvent) => boolean | string;

export interface CountOptions extends HistoryOptions {
  wanted: Filter;
  /** Takes each call besides the ledger; none that is known from an aggregate. */
  each?: (priced: PricedEvent) => void;
  /** Puts another price in the place of the real one. */
  instead?: (real: PricedEvent) => PricedEvent;
  /** Takes the versions of the price books that counted calls were priced by. */
  versions?: Set<string>;
  /** Counts other calls in another ledger. */
  also?: { ledger: Ledger; wanted: (event: UsageEvent) => boolean };
  /** Takes each log before all calls. */
  log?: (log: ReadLog) => void;
}

/** Counts the own history in a ledger. Returns how many calls the filters left out. */
export async function countHistory(
  ledger: Ledger,
  source: HistorySource,
  context: PricingContext,
  options: CountOptions,
): Promise<number> {
  const { wanted, each, instead, also, versions, log, reprice = false } = options;
  const aggregated = new CallIds();
  let leftOut = 0;
  let averaged = 0;
  const count = (priced: PricedEvent) => {
    const { event } = priced;
    if ((reprice || instead) && mayCrossThreshold(priced, context)) averaged += event.calls ?? 1;
    ledger.add(priced);
    if (!each) return;
    if (aggregated.find(event.service, event.id) === -1) each(priced);
    for (const id of event.ids ?? []) aggregated.claim(event.service, id, 0);
  };
  await readHistory(
    source,
    context,
    {
      call: (priced, version) => {
        const { event } = priced;
        if (also?.wanted(event)) also.ledger.add(priced);
        const verdict = wanted(event);
        if (verdict === false) leftOut += event.calls ?? 1;
        else if (verdict !== true) ledger.skip({ file: event.source ?? '', reason: verdict });
        else {
          if (version !== undefined) versions?.add(version);
          count(instead?.(priced) ?? priced);
        }
      },
      skip: (problem) => ledger.skip(problem),
      note: (problem) => ledger.note(problem),
      ...(log ? { log } : {}),
    },
    options,
  );
  if (averaged > 0) ledger.addRemark(AVERAGED, averaged);
  if (reprice && !instead) await noteDifference(ledger, source, context, wanted);
  return leftOut;
}

const AVERAGED = 'compacted calls stand together, and are priced by their average prompt';

/** Whether some calls of an aggregate may be long prompts for a model, and others short ones. */
function mayCrossThreshold({ event, model }: PricedEvent, { book }: PricingContext): boolean {
  const { usage, ids = [], service, platform } = event;
  if (ids.length < 2 || model === undefined || usage?.inputTokens === undefined) return false;
  const threshold = findModel(book.models, service, model, platform)?.longContextThreshold;
  return threshold !== undefined && usage.inputTokens > threshold;
}

/** Says what a report without `--reprice` says. */
async function noteDifference(
  ledger: Ledger,
  source: HistorySource,
  context: PricingContext,
  wanted: Filter,
): Promise<void> {
  const recorded = new Ledger();
  await countHistory(recorded, source, context, { wanted });
  const [now, then] = [ledger, recorded].map(({ totals }) => formatUsd(totals.cost(MIXED) ?? ZERO));
  const { calls } = ledger.totals.counts;
  ledger.addRemark(
    now === then
      ? `repriced with the prices of today, which come to the same ${now}`
      : `repriced with the prices of today: ${now}, where it was ${then} at the prices it was recorded at`,
    calls,
  );
}
