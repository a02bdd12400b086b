import { findModel, findRate, type ModelPrices, type PriceBook, type Rates } from '../pricing/book/book.ts';
import { isShutDown } from '../pricing/book/list.ts';
import { resolveRates } from '../pricing/rates.ts';
import { GEMINI, type UsageEvent } from '../usage/event.ts';

/** Finds the next cheaper model of each, by the prices of one day; remembers what it found. */
export class CheaperModels {
  private readonly found = new Map<string, string | undefined>();
  private readonly book: PriceBook;
  private readonly day: string;

  constructor(book: PriceBook, day: string) {
    this.book = book;
    this.day = day;
  }

  /**
   * The dearest of the models that are cheaper: in general use, of the same kind, with a price for every meter of this
   * one, none of them higher, on that day and by all prices that are announced. One of the same family goes first.
   */
  below(model: string): string | undefined {
    if (!this.found.has(model)) this.found.set(model, this.search(model));
    return this.found.get(model);
  }

  private search(name: string): string | undefined {
    const model = findModel(this.book.models, GEMINI, name, undefined);
    const rates = model && this.ratesOf(model.id, this.day);
    if (!model || !rates) return undefined;
    const cheaper = this.book.models.flatMap((other) => {
      if (!isOnOffer(other, model, this.day) || !this.isAlwaysCheaper(other, model)) return [];
      return [{ model: other, price: mainPrice(this.ratesOf(other.id, this.day), rates) }];
    });
    const family = cheaper.filter((other) => other.model.family === model.family);
    const choices = family.length > 0 ? family : cheaper;
    choices.sort((a, b) => (a.price === b.price ? (a.model.id > b.model.id ? -1 : 1) : a.price > b.price ? -1 : 1));
    return choices[0]?.model.id;
  }

  private isAlwaysCheaper(other: ModelPrices, model: ModelPrices): boolean {
    const starts = [...other.periods, ...model.periods].flatMap(({ from }) => (from && from > this.day ? [from] : []));
    return [this.day, ...starts].every((day) => {
      const [others, rates] = [this.ratesOf(other.id, day), this.ratesOf(model.id, day)];
      // A model that is answered by another from some day on has no prices to compare then.
      return rates === undefined ? day !== this.day : others !== undefined && isCheaper(others, rates);
    });
  }

  private ratesOf(id: string, day: string): Rates | undefined {
    const event: UsageEvent = { id, service: GEMINI, operation: '', status: 'ok', responseModel: id };
    const resolved = resolveRates(id, day, { ...event, timestamp: `${day}T00:00:00Z` }, this.book);
    if ('reason' in resolved || resolved.model.id !== id || resolved.estimates.length > 0) return undefined;
    return new Map([...resolved.rates].filter(([meter]) => TOKENS_AND_PIECES.test(meter)));
  }
}

/** Not storage and tools, which are not what a model is chosen for. */
const TOKENS_AND_PIECES = /^(?:input|output|image|video|song|character)\b/;

/** Whether users of a model can have the other one instead. */
function isOnOffer(other: ModelPrices, model: ModelPrices, day: string): boolean {
  const isThere = other.platform === undefined || other.platform === model.platform;
  return other.kind === model.kind && other.status === 'ga' && isThere && !isShutDown(other, day);
}

/** No meter dearer and one cheaper. A model may have more meters; where it has fewer, calls would be without a price. */
function isCheaper(others: Rates, rates: Rates): boolean {
  let isLess = false;
  for (const [meter, price] of rates) {
    const other = findRate(others, meter);
    if (other === undefined && meter.startsWith('input.cached')) continue;
    if (other === undefined || other > price) return false;
    if (other < price) isLess = true;
  }
  return isLess;
}

/** What the other model charges for the meter that is this one's dearest. */
function mainPrice(others: Rates | undefined, rates: Rates): bigint {
  const [main] = [...rates].reduce((dearest, one) => (one[1] > dearest[1] ? one : dearest), ['', -1n] as [
    string,
    bigint,
  ]);
  return (others && findRate(others, main)) ?? 0n;
}
