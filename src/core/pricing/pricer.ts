import { PriceBookError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { UsageEvent } from '../usage/event.ts';
import { type PinnedPrices, parsePinned, pinnedContext, priceAsThen } from './pinned.ts';
import { type PricedEvent, type PricingContext, price } from './price.ts';

/** Prices the calls of logs in the order of the logs: at the prices that their log says, else at those of the context. */
export class Pricer {
  private readonly context: PricingContext;
  /** Logs mostly say the same prices; null where they are not valid. */
  private readonly known = new Map<string, PinnedPrices | null>();
  private file: string | undefined;
  private record: JsonObject | undefined;
  /** Undefined where the calls of the file are at the prices of the context. */
  private asRecorded: PricingContext | undefined;

  constructor(context: PricingContext) {
    this.context = context;
  }

  /**
   * The calls of this file are at these prices from here on, or at those of the context. Returns why they cannot be,
   * where the prices are not valid.
   */
  pin(file: string, record: JsonObject | undefined): string | undefined {
    if (file === this.file && record === this.record) return undefined;
    const { pinned, problem } = record ? this.parse(file, record) : {};
    this.file = file;
    this.record = record;
    this.asRecorded = pinned && pinnedContext(pinned, this.context);
    return problem;
  }

  price(event: UsageEvent): PricedEvent {
    return this.asRecorded && event.source === this.file
      ? priceAsThen(event, this.asRecorded, this.context)
      : price(event, this.context);
  }

  private parse(file: string, record: JsonObject): { pinned?: PinnedPrices; problem?: string | undefined } {
    const text = JSON.stringify(record);
    const known = this.known.get(text);
    if (known) return { pinned: known };
    if (known === null) return { problem: NOT_VALID };
    try {
      const pinned = parsePinned(record, file);
      this.known.set(text, pinned);
      return { pinned };
    } catch (error) {
      if (!(error instanceof PriceBookError)) throw error;
      this.known.set(text, null);
      return { problem: NOT_VALID };
    }
  }
}

const NOT_VALID = 'the prices that its calls were priced at cannot be read: priced at those of today';
