import { readFileSync, statSync } from 'node:fs';
import { at, isObject, type JsonObject, objectOf } from '../../core/json.ts';
import type { PricingContext } from '../../core/pricing/price.ts';
import { Pricer } from '../../core/pricing/pricer.ts';
import type { UsageEvent } from '../../core/usage/event.ts';
import { readLogs } from '../../ingest/read.ts';
import { pricesLine } from '../sessions/session-log.ts';
import { Aggregates } from './aggregate.ts';
import { openingLine } from './own-logs.ts';

/** A log as a section of a compacted log. */
export interface CompactedLog {
  file: string;
  /** Its name in the compacted log. */
  log: string;
  /** How large it was when it was read. */
  size: number;
  text: string;
  isSession: boolean;
  skipped: number;
}

/**
 * Writes a log as a section of a compacted log: calls that no report can tell apart as one event, all others as they are.
 * `isApart` names calls of which there are several records: each stays one.
 */
export async function compactLog(
  file: string,
  log: string,
  context: PricingContext,
  isApart: (event: UsageEvent) => boolean,
): Promise<CompactedLog> {
  const { size } = statSync(file);
  const pricer = new Pricer(context);
  const parts = new Map<string, Part>();
  const apart: { event: UsageEvent; prices: string }[] = [];
  let part = partOf(parts, undefined);
  let skipped = 0;
  await readLogs([file], {
    prices: (from, record) => {
      pricer.pin(from, record);
      part = partOf(parts, record);
    },
    event: (event) => {
      if (isApart(event) || !part.aggregates.add(pricer.price(event))) apart.push({ event, prices: part.key });
    },
    skip: () => {
      skipped++;
    },
  });

  const { session, closed } = endsOf(file);
  const lines: object[] = [];
  let current = UNPRICED;
  const write = (key: string, events: Iterable<UsageEvent>) => {
    if (key !== current) lines.push(...pricesLine(parts.get(key)!.prices));
    current = key;
    for (const { source: _, ...event } of events) lines.push(event);
  };
  const first = parts.get(UNPRICED)!;
  pricer.pin(file, undefined);
  write(
    UNPRICED,
    first.aggregates.all((event) => pricer.price(event)),
  );
  // In their order, in which the first of several alike is the call; those without prices can only be the first of all.
  write(UNPRICED, eventsOf(apart, UNPRICED));
  for (const [key, { prices, aggregates }] of parts) {
    if (key === UNPRICED) continue;
    pricer.pin(file, prices);
    write(
      key,
      aggregates.all((event) => pricer.price(event)),
    );
  }
  for (const { event, prices } of apart) if (prices !== UNPRICED) write(prices, [event]);
  if (closed) lines.push({ costwatch: 1, closed });
  const text = openingLine(log, size, session) + lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  return { file, log, size, text, isSession: session !== undefined, skipped };
}

/** The calls of a log at the same prices. */
interface Part {
  key: string;
  prices: JsonObject | undefined;
  aggregates: Aggregates;
}

/** The key of calls of which the log says no prices. */
const UNPRICED = '';

function partOf(parts: Map<string, Part>, prices: JsonObject | undefined): Part {
  const key = prices ? JSON.stringify(prices) : UNPRICED;
  const part = parts.get(key) ?? { key, prices, aggregates: new Aggregates() };
  parts.set(key, part);
  return part;
}

function eventsOf(apart: readonly { event: UsageEvent; prices: string }[], key: string): UsageEvent[] {
  return apart.flatMap(({ event, prices }) => (prices === key ? [event] : []));
}

/** The session of the first line, and the end of it in the last. */
function endsOf(file: string): { session?: JsonObject; closed?: JsonObject } {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  const session = at(objectOf(lines[0] ?? ''), 'session');
  const closed = at(objectOf(lines.at(-1) ?? ''), 'closed');
  return { ...(isObject(session) ? { session } : {}), ...(isObject(closed) ? { closed } : {}) };
}
