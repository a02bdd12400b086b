import { readNewLines, START_OF_FILE } from '../../capture/wire/lines.ts';
import { SpendTally } from '../../core/budget/spend-tally.ts';
import { at, isObject, type JsonObject, objectOf } from '../../core/json.ts';
import type { Pricer } from '../../core/pricing/pricer.ts';
import type { UsageEvent } from '../../core/usage/event.ts';
import { callId, weightOf } from '../../core/usage/same-call.ts';
import { invalidEvent } from '../../core/usage/validate.ts';
import { type Shares, type SpendOptions, sharesOf } from './shares.ts';

/**
 * What the calls of one log of ours have spent, at the prices that the log says: a session log, or the calls of no run,
 * which grows.
 */
export class LogSpend {
  readonly tally = new SpendTally();
  private readonly path: string;
  private readonly session: string | undefined;
  private readonly options: SpendOptions;
  private readonly pricer: Pricer;
  private position = START_OF_FILE;
  /** What the calls behind it are priced at; absent before the first. */
  private prices: JsonObject | undefined;
  /** Two events with one id are the same call; the heavier one counts. */
  private readonly known = new Map<string, { weight: number; shares: Shares }>();

  /** `pricer` may be that of all logs, which mostly say the same prices. */
  constructor(path: string, session: string | undefined, options: SpendOptions, pricer: Pricer) {
    this.path = path;
    this.session = session;
    this.options = options;
    this.pricer = pricer;
  }

  /** Reads on. False where the file is not there. */
  refresh(): boolean {
    const position = readNewLines(this.path, this.position, (line) => this.take(line));
    this.position = position ?? this.position;
    return position !== undefined;
  }

  /** Reads a file that will not grow, and forgets its ids. False where it is not there. */
  readOnce(): boolean {
    const isThere = this.refresh();
    this.known.clear();
    return isThere;
  }

  private take(line: string): void {
    // A line may be torn by a full disk or a power cut; `report` names it.
    const value = objectOf(line);
    if (value && Object.hasOwn(value, 'costwatch')) {
      const { prices } = value;
      if (isObject(prices)) this.prices = prices;
      return;
    }
    const event = eventOf(value);
    if (!event) return;
    // Prices that cannot be read are those of today; `report` names the log.
    this.pricer.pin(this.path, this.prices);
    const priceOf = (call: UsageEvent) => this.pricer.price({ ...call, source: this.path });
    const { shares, priced } = sharesOf(event, this.session, this.options, priceOf);
    if (!priced) return;
    const weight = weightOf(priced);
    const known = this.known.get(callId(priced));
    if (known && weight <= known.weight) return;
    for (const { bucket, spend } of known?.shares ?? []) this.tally.add(bucket, spend, -1);
    for (const { bucket, spend } of shares) this.tally.add(bucket, spend);
    this.known.set(callId(priced), { weight, shares });
  }
}

/** The call of a line; undefined for what is no event. */
function eventOf(value: JsonObject | undefined): UsageEvent | undefined {
  if (!value || typeof at(value, 'id') !== 'string') return undefined;
  const event = value as unknown as UsageEvent;
  return invalidEvent(event) === undefined ? event : undefined;
}
