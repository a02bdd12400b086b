import type { Trie } from '../trie.ts';
import { ELEVENLABS, GEMINI, type Service, type UsageEvent } from '../usage/event.ts';
import { bareModelId, type PriceBook } from './book/book.ts';
import { cachedRates } from './cached-rates.ts';
import { linesOf, MAX_COUNT } from './charge.ts';
import { moneyFromNumber, ZERO } from './money.ts';
import type { PricedEvent, PricedUsage, UnpricedUsage } from './priced.ts';
import type { Quantity } from './quantity.ts';
import type { ResolvedRates } from './rates.ts';
import { amountsOf, amountsOfDecimal, KnownTerms, type Line, PricedCall, type Terms, unpricedTerms } from './terms.ts';

export type { Charge, PricedEvent, PricedUsage, UnpricedUsage } from './priced.ts';

/** Which figure to show: from the counts, as the log recorded it, or counts where there are any. */
export type PriceMode = 'auto' | 'calculate' | 'display';

export interface PricingContext {
  book: PriceBook;
  /** Splits an event into disjoint quantities; every provider brings its own. */
  meter: (event: UsageEvent) => Quantity[];
  /** The day that stands in for a missing timestamp, `YYYY-MM-DD` in UTC. */
  today: string;
  mode?: PriceMode;
}

/** Prices one event. Never throws and never guesses silently: what it cannot price says why. */
export function price(event: UsageEvent, context: PricingContext): PricedEvent {
  if (event.status === 'failed') return free(event, context);
  const mode = context.mode ?? 'auto';
  if (mode === 'display')
    return event.recordedCost
      ? asRecorded(event, context.book)
      : unpriced(event, 'the log records no cost for it', context.book);
  const calculated = calculate(event, context);
  if (mode === 'calculate' || calculated.status === 'priced' || !event.recordedCost) return calculated;
  return asRecorded(event, context.book, calculated.reason);
}

/** A call that was refused. Which limit it hit is worth a word. */
function free(event: UsageEvent, { book }: PricingContext): PricedEvent {
  const notes = event.limitHit ? [event.limitHit] : [];
  return asPriced(event, book, { isInDollars: event.service !== ELEVENLABS, notes });
}

function calculate(event: UsageEvent, context: PricingContext): PricedEvent {
  if (event.service === ELEVENLABS) return inCredits(event, context.book);
  if (event.service !== GEMINI) return unpriced(event, `no prices for ${event.service}`, context.book);
  return inDollars(event, context);
}

const termsOfBooks = new WeakMap<PriceBook, KnownTerms>();

function termsOf(book: PriceBook): KnownTerms {
  let known = termsOfBooks.get(book);
  if (!known) {
    known = new KnownTerms();
    termsOfBooks.set(book, known);
  }
  return known;
}

interface Rest {
  isInDollars: boolean;
  credits?: number;
  estimates?: readonly string[];
  notes?: readonly string[];
}

/** A call without charges in dollars. */
function asPriced(event: UsageEvent, book: PriceBook, rest: Rest): PricedEvent {
  const { service } = event;
  const model = event.responseModel ?? event.requestModel;
  const { isInDollars, credits, estimates = [], notes = [] } = rest;
  const keys = ['priced', service, model, isInDollars, estimates.length, ...estimates, ...notes];
  const terms = termsOf(book).of(keys, () => ({
    service,
    status: 'priced',
    model,
    reason: '',
    isInDollars,
    lines: [],
    estimates,
    notes,
  }));
  return new PricedCall(event, terms, undefined, credits) as PricedUsage;
}

/** A call that has no price, with the reason why. */
export function unpriced(event: UsageEvent, reason: string, book: PriceBook): PricedEvent {
  const { service } = event;
  const model = event.responseModel ?? event.requestModel;
  const keys = ['unpriced', service, model, reason];
  const terms = termsOf(book).of(keys, () => unpricedTerms(service, model, reason));
  return new PricedCall(event, terms) as UnpricedUsage;
}

/** The same call with something more to be said of it. */
export function withNote(priced: PricedEvent, note: string, book: PriceBook): PricedEvent {
  if (!(priced instanceof PricedCall)) return priced;
  const { event, terms, amounts, credits } = priced as PricedCall;
  const noted = termsOf(book).of(['noted', terms, note], () => ({ ...terms, notes: [...terms.notes, note] }));
  return new PricedCall(event, noted, amounts, credits) as PricedUsage;
}

/** The same price for another event. */
export function forEvent(priced: PricedEvent, event: UsageEvent): PricedEvent {
  if (!(priced instanceof PricedCall)) return { ...priced, event };
  const { terms, amounts, credits } = priced as PricedCall;
  return new PricedCall(event, terms, amounts, credits) as PricedUsage;
}

/** The log's own figure: asked for, or the last resort for what cannot be calculated, with the reason why. */
function asRecorded(event: UsageEvent, book: PriceBook, notCalculated?: string): PricedEvent {
  const { amount, currency } = event.recordedCost!;
  if (event.service === ELEVENLABS) {
    const hasCharacters = event.usage?.characters !== undefined;
    return unpriced(event, (hasCharacters && notCalculated) || `the log records ${currency} only, no characters`, book);
  }
  if (currency !== 'USD') return unpriced(event, `the log records ${currency}, not USD`, book);
  const amounts = amountsOfDecimal(amount) ?? amountsOfNumber(Number(amount));
  if (amounts === undefined) return unpriced(event, 'the recorded cost is not an amount', book);
  const { service } = event;
  const model = event.responseModel ?? event.requestModel;
  const keys = ['recorded', service, model, notCalculated];
  const terms = termsOf(book).of(keys, () => recordedTerms(service, model, notCalculated));
  return new PricedCall(event, terms, amounts) as PricedUsage;
}

function amountsOfNumber(dollars: number): number[] | undefined {
  const money = moneyFromNumber(dollars);
  return money === undefined ? undefined : amountsOf(1, money);
}

function recordedTerms(service: Service, model: string | undefined, notCalculated: string | undefined): Terms {
  const line: Line = {
    meter: 'recorded',
    each: 1,
    skuPriceId: `${service}/${model ?? 'unknown'}/recorded`,
    unit: { name: 'call', size: 1 },
    listUnitPrice: ZERO,
    wholeUnitCost: Number.NaN,
    isByAmount: true,
    estimates: [],
    assumption: undefined,
  };
  const estimates = notCalculated === undefined ? [] : [`cost as the log recorded it: ${notCalculated}`];
  return { service, status: 'priced', model, reason: '', isInDollars: true, lines: [line], estimates, notes: [] };
}

function inCredits(event: UsageEvent, book: PriceBook): PricedEvent {
  const { credits, characters } = event.usage ?? {};
  const estimates = event.estimated ? [event.estimated] : [];
  if (credits !== undefined) return asPriced(event, book, { isInDollars: false, credits, estimates });
  if (characters === undefined)
    return unpriced(event, event.estimated ?? 'no character-cost header and no text to count', book);
  const model = event.responseModel ?? event.requestModel;
  const rate = model === undefined ? undefined : book.credits.get(model);
  if (rate === undefined) return unpriced(event, `no credit rate known for ${model ?? 'a call without a model'}`, book);
  return asPriced(event, book, {
    isInDollars: false,
    credits: roundHalfEven(characters * Number(rate)),
    estimates: [...estimates, `credits estimated as characters x ${rate}, no character-cost header`],
  });
}

/** ElevenLabs bills whole credits; 17 x 0.5 was seen as 8 and 5 x 0.5 as 2. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

function inDollars(event: UsageEvent, context: PricingContext): PricedEvent {
  const { book, today, meter } = context;
  const named = event.responseModel ?? event.requestModel;
  if (named === undefined) return unpriced(event, event.estimated ?? 'no model name', book);
  if (!event.usage) {
    const why = `no usage in the response${event.errorCode ? ` (${event.errorCode})` : ''}`;
    return unpriced(event, event.estimated ?? why, book);
  }
  const quantities = meter(event);
  if (quantities.length === 0) return asPriced(event, book, { isInDollars: true });
  const { rates, terms: known } = cachedRates(named, event.timestamp ?? today, event, book);
  if ('reason' in rates) return unpriced(event, rates.reason, book);
  // Another model answers under this name, and its own rules say what is counted.
  const isRenamed = rates.model.id !== named && rates.model.id !== bareModelId(named);
  const billed = isRenamed ? meter({ ...event, responseModel: rates.model.id }) : quantities;
  let place = doubts(event, today, known);
  for (const { meter: name, count, assumption } of billed) {
    if (!(count > 0 && count <= MAX_COUNT)) return unpriced(event, `${count} is not a count of ${name}`, book);
    place = place.step(name);
    if (assumption !== undefined) place = place.step(assumption);
  }
  place.value ??= termsAt(rates, billed, event, today);
  const terms = place.value;
  if (terms.status === 'unpriced') return unpriced(event, terms.reason, book);
  const amounts = new Array<number>(billed.length);
  for (let index = 0; index < amounts.length; index++) amounts[index] = billed[index]!.count * terms.lines[index]!.each;
  return new PricedCall(event, terms, amounts) as PricedUsage;
}

/** Calls of which something else is in doubt are on other terms. */
function doubts({ estimated, timestamp, responseModel }: UsageEvent, today: string, known: Trie<Terms>): Trie<Terms> {
  const isUndated = timestamp === undefined;
  const bits = (estimated === undefined ? 0 : 1) | (isUndated ? 2 : 0) | (responseModel === undefined ? 4 : 0);
  let place = bits === 0 ? known : known.step(bits);
  if (estimated !== undefined) place = place.step(estimated);
  return isUndated ? place.step(today) : place;
}

function termsAt(rates: ResolvedRates, billed: readonly Quantity[], event: UsageEvent, today: string): Terms {
  const lines = linesOf(billed, rates);
  if ('reason' in lines) return unpricedTerms(event.service, undefined, lines.reason);
  const estimates: string[] = [];
  if (event.estimated) estimates.push(event.estimated);
  if (event.timestamp === undefined) estimates.push(`no time in the record: price of ${today}`);
  if (event.responseModel === undefined) estimates.push('priced by the model asked for, not the one that answered');
  const notes = lines.flatMap(({ assumption }) => assumption ?? []);
  return {
    service: event.service,
    status: 'priced',
    model: rates.model.id,
    reason: '',
    isInDollars: true,
    lines,
    estimates: [...estimates, ...rates.estimates, ...lines.flatMap((line) => line.estimates)],
    notes: [...rates.notes, ...notes],
  };
}
