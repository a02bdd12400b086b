import { UsageError } from './core/errors.ts';
import { Ledger } from './core/ledger/ledger.ts';
import { type Summary, summarize } from './core/ledger/summary.ts';
import type { PriceBook } from './core/pricing/book/book.ts';
import { type PricedEvent, type PriceMode, price as priceIn } from './core/pricing/price.ts';
import type { UsageEvent } from './core/usage/event.ts';
import { invalidEvent } from './core/usage/validate.ts';
import { meter } from './providers/index.ts';
import { loadPriceBook } from './store/settings/price-book.ts';

/** An event to record. Without an id every event is a call of its own; without a time it happened now. */
export type UsageInput = Omit<UsageEvent, 'id'> & { id?: string };

export interface MonitorOptions {
  /** Default: the bundled prices with the user's own over them. */
  priceBook?: PriceBook;
  mode?: PriceMode;
  /** IANA zone named in `summary().period`; default UTC. */
  timezone?: string;
  /** The clock, for tests. */
  now?: () => Date;
}

/**
 * Adds up usage in code, in the same figures as `costwatch run` and `costwatch report`.
 *
 * ```ts
 * const monitor = new UsageMonitor();
 * monitor.record({ service: 'gemini', operation: 'generate_content', status: 'ok', responseModel: 'gemini-3.8-flash',
 *   usage: { inputTokens: 1000, outputTokens: 500 } });
 * monitor.summary().totals.costUsd; // 0.002625
 * ```
 */
export class UsageMonitor {
  private readonly options: Required<MonitorOptions>;
  private ledger = new Ledger();

  constructor(options: MonitorOptions = {}) {
    this.options = {
      priceBook: options.priceBook ?? loadPriceBook(),
      mode: options.mode ?? 'auto',
      timezone: options.timezone ?? 'UTC',
      now: options.now ?? (() => new Date()),
    };
  }

  /**
   * Counts a call and returns it with its charges, or with the reason why it has no price.
   * An event with the id of an earlier one is a duplicate; the one with more tokens counts.
   * @throws UsageError for an event without service, operation or status, and for counts that are negative or no numbers.
   */
  record(event: UsageInput): PricedEvent {
    const now = this.options.now().toISOString();
    const complete = { ...event, id: event.id ?? crypto.randomUUID(), timestamp: event.timestamp ?? now };
    const priced = price(complete, { ...this.options, today: now.slice(0, 10) });
    this.ledger.add(priced);
    return priced;
  }

  /** Everything recorded since the start or the last `reset`, in the contract of `--json`. */
  summary(): Summary {
    return summarize(this.ledger, { book: this.options.priceBook, timezone: this.options.timezone });
  }

  /** Forgets everything recorded. */
  reset(): void {
    this.ledger = new Ledger();
  }
}

export interface PriceOptions {
  /** Default: the bundled prices with the user's own over them. */
  priceBook?: PriceBook;
  /** The day that stands in for a missing timestamp, `YYYY-MM-DD` in UTC; default today. */
  today?: string;
  mode?: PriceMode;
}

/**
 * Prices one event. Money is in pico-dollars (1e-12 USD) as `bigint`; see `toDecimal`.
 * @throws UsageError for an event without service, operation or status, and for counts that are negative or no numbers.
 */
export function price(event: UsageEvent, options: PriceOptions = {}): PricedEvent {
  const problem = invalidEvent(event);
  if (problem) throw new UsageError(`This is not a usage event: ${problem}.`);
  const book = options.priceBook ?? loadPriceBook();
  const today = options.today ?? new Date().toISOString().slice(0, 10);
  const { timestamp } = event;
  const inUtc = timestamp === undefined ? event : { ...event, timestamp: new Date(timestamp).toISOString() };
  return priceIn(inUtc, { book, meter, today, mode: options.mode ?? 'auto' });
}
