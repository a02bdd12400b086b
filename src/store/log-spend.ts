import type { UsageEvent } from '../core/event.ts';
import { at, isObject } from '../core/json.ts';
import { callId, weightOf } from '../core/same-call.ts';
import { SpendTally } from '../core/spend-tally.ts';
import { invalidEvent } from '../core/validate.ts';
import { type Shares, type SpendReading, sharesOf } from './spend-reading.ts';
import { readLines } from './tail.ts';

/** What the calls of one log of ours have spent: a session log, or the calls of no run, which grows. */
export class LogSpend {
  readonly tally = new SpendTally();
  private readonly path: string;
  private readonly session: string | undefined;
  private readonly reading: SpendReading;
  private offset = 0;
  /** Two events with one id are the same call; the heavier one counts. */
  private readonly known = new Map<string, { weight: number; shares: Shares }>();

  constructor(path: string, session: string | undefined, reading: SpendReading) {
    this.path = path;
    this.session = session;
    this.reading = reading;
  }

  /** Reads on. False where the file is not there. */
  refresh(): boolean {
    const offset = readLines(this.path, this.offset, (line) => this.take(line));
    this.offset = offset ?? this.offset;
    return offset !== undefined;
  }

  /** Reads a file that will not grow, and forgets its ids. False where it is not there. */
  readOnce(): boolean {
    const isThere = this.refresh();
    this.known.clear();
    return isThere;
  }

  private take(line: string): void {
    const event = eventOf(line);
    if (!event) return;
    const { shares, priced } = sharesOf(event, this.session, this.reading);
    if (!priced) return;
    const weight = weightOf(priced);
    const known = this.known.get(callId(priced));
    if (known && weight <= known.weight) return;
    for (const { bucket, spend } of known?.shares ?? []) this.tally.add(bucket, spend, -1);
    for (const { bucket, spend } of shares) this.tally.add(bucket, spend);
    this.known.set(callId(priced), { weight, shares });
  }
}

/** The call of a line; undefined for the log's own first and last line, and for what is no event. */
function eventOf(line: string): UsageEvent | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // Torn by a full disk or a power cut; `report` names the line.
    return undefined;
  }
  if (!isObject(value) || typeof at(value, 'id') !== 'string' || Object.hasOwn(value, 'costwatch')) return undefined;
  const event = value as unknown as UsageEvent;
  return invalidEvent(event) === undefined ? event : undefined;
}
