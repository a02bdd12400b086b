import { CallSums, canBeSummed } from '../../core/call-sum.ts';
import { IdTable } from '../../core/id-table.ts';
import type { JsonObject } from '../../core/json.ts';
import { PRICED_LATER } from '../../core/pricing/pinned.ts';
import type { PricingContext } from '../../core/pricing/price.ts';
import { Pricer } from '../../core/pricing/pricer.ts';
import { writeSums } from '../../core/sum-record.ts';
import type { UsageEvent } from '../../core/usage/event.ts';
import { readLogs } from '../../ingest/read.ts';
import { readSessionInfo } from '../sessions/log-ends.ts';
import { type LogSums, type SummedLog, summedLog } from './log-sums.ts';

/** Whether a call is to be kept whole, because another record of it is somewhere else. */
export type IsApart = (service: string, id: string) => boolean;

/**
 * Sums up a log of ours. What no sum can hold is kept whole: calls without a price, calls of which the log has several
 * records, and those that `isApart` names. `log` is its name in the sums.
 * @throws InputError where the log cannot be read.
 */
export async function sumLog(
  file: string,
  log: string,
  context: PricingContext,
  isApart: IsApart = () => false,
): Promise<SummedLog> {
  const repeated = new Set<string>();
  for (;;) {
    const before = repeated.size;
    const sums = await sumOnce(file, log, context, repeated, isApart);
    // A second record of a call was found when the first was in a sum.
    if (repeated.size === before) return sums;
  }
}

async function sumOnce(
  file: string,
  log: string,
  context: PricingContext,
  repeated: Set<string>,
  isApart: IsApart,
): Promise<SummedLog> {
  const sums = new CallSums();
  const table = new IdTable();
  const ids: number[] = [];
  const pricer = new Pricer(context);
  const prices = new Map<string, number>();
  const versions = new Set<string>();
  let current: string | undefined;
  const whole: LogSums['whole'] = [];
  const problems: LogSums['problems'] = [];
  const notes: LogSums['problems'] = [];
  let skipped = 0;
  let isPinned = true;
  const keepWhole = (event: UsageEvent) => {
    const { source: _, ...rest } = event;
    const at = current === undefined ? undefined : priceIndex(current, prices);
    whole.push(at === undefined ? { event: rest } : { event: rest, at });
  };
  await readLogs([file], {
    prices: (from, record) => {
      const problem = pricer.pin(from, record);
      if (problem) notes.push({ reason: problem });
      current = JSON.stringify(record);
      if (typeof record.version === 'string') versions.add(record.version);
    },
    event: (event) => {
      const { service, id } = event;
      const key = `${service} ${id}`;
      if (repeated.has(key) || isApart(service, id)) return keepWhole(event);
      if (table.find(service, id) !== undefined) {
        repeated.add(key);
        return;
      }
      table.set(0);
      const priced = pricer.price(event);
      isPinned &&= pricer.isPinned(event.source);
      if (!canBeSummed(priced) || priced.notes.includes(PRICED_LATER)) return keepWhole(event);
      ids.push(...table.hashOf(service, id));
      sums.add(priced);
    },
    skip: ({ line, reason }) => {
      skipped++;
      if (problems.length < KEPT_PROBLEMS) problems.push(line === undefined ? { reason } : { line, reason });
    },
  });
  const session = readSessionInfo(file);
  const made: LogSums = {
    log,
    ...(session ? { session } : {}),
    skipped,
    isPinned,
    versions: [...versions],
    sums: writeSums(sums.all()),
    whole,
    prices: [...prices.keys()].map((text) => JSON.parse(text) as JsonObject),
    problems: [...problems, ...notes],
  };
  return summedLog(JSON.stringify(made), Uint32Array.from(ids));
}

/** The index of some prices among those that are needed. */
function priceIndex(text: string, prices: Map<string, number>): number {
  const index = prices.get(text) ?? prices.size;
  prices.set(text, index);
  return index;
}

/** How many of the problems of a log are kept. */
export const KEPT_PROBLEMS = 100;
