import { GEMINI, type UsageEvent } from './event.ts';
import { findModel, findRate, type ModelPrices, type PriceBook, type Rates } from './price-book.ts';
import { isShutDown } from './price-list.ts';
import { resolveRates } from './rates.ts';

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
   * one, none of them higher. One of the same family goes before all others.
   */
  below(model: string): string | undefined {
    if (!this.found.has(model)) this.found.set(model, this.search(model));
    return this.found.get(model);
  }

  private search(name: string): string | undefined {
    const model = findModel(this.book.models, GEMINI, name, undefined);
    const rates = model && this.ratesOf(model.id);
    if (!model || !rates) return undefined;
    const cheaper = this.book.models.flatMap((other) => {
      if (!isOnOffer(other, this.day) || other.kind !== model.kind) return [];
      const others = this.ratesOf(other.id);
      return others && isCheaper(others, rates) ? [{ model: other, price: mainPrice(others, rates) }] : [];
    });
    const family = cheaper.filter((other) => other.model.family === model.family);
    const choices = family.length > 0 ? family : cheaper;
    choices.sort((a, b) => (a.price === b.price ? (a.model.id > b.model.id ? -1 : 1) : a.price > b.price ? -1 : 1));
    return choices[0]?.model.id;
  }

  private ratesOf(id: string): Rates | undefined {
    const event: UsageEvent = { id, service: GEMINI, operation: '', status: 'ok', responseModel: id };
    const resolved = resolveRates(id, this.day, { ...event, timestamp: `${this.day}T00:00:00Z` }, this.book);
    if ('reason' in resolved || resolved.model.id !== id || resolved.estimates.length > 0) return undefined;
    return new Map([...resolved.rates].filter(([meter]) => TOKENS_AND_PIECES.test(meter)));
  }
}

/** Not storage and tools, which are not what a model is chosen for. */
const TOKENS_AND_PIECES = /^(?:input|output|image|video|song|character)\b/;

function isOnOffer(model: ModelPrices, day: string): boolean {
  return model.status === 'ga' && model.platform === undefined && !isShutDown(model, day);
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
function mainPrice(others: Rates, rates: Rates): bigint {
  const [main] = [...rates].reduce((dearest, one) => (one[1] > dearest[1] ? one : dearest), ['', -1n] as [
    string,
    bigint,
  ]);
  return findRate(others, main) ?? 0n;
}
