import { ELEVENLABS, GEMINI, type UsageEvent } from '../usage/event.ts';
import { bareModelId, type PriceBook } from './book.ts';
import { knownRates, priceEra } from './cached-rates.ts';
import { chargeQuantities } from './charge.ts';
import { type Money, moneyFromNumber, parseMoney, ZERO } from './money.ts';
import type { Quantity } from './quantity.ts';

/** A quantity with its price. Names follow FOCUS (https://focus.finops.org/focus-specification/). */
export interface Charge extends Quantity {
  /** `gemini/gemini-2.5-pro/standard/input.text` */
  skuPriceId: string;
  pricingUnit: string;
  /** US dollars per pricing unit. */
  listUnitPrice: Money;
  listCost: Money;
}

/** An event with its charges, or with the reason why it has none. Unpriced is not free. */
export type PricedEvent = PricedUsage | UnpricedUsage;

export interface PricedUsage {
  status: 'priced';
  event: UsageEvent;
  /** The model whose price applied. */
  model: string | undefined;
  charges: Charge[];
  /** US dollars; undefined for a service that is not billed in dollars. */
  cost: Money | undefined;
  /** ElevenLabs credits, billed or estimated. */
  credits?: number;
  /** Why the figure may differ from the bill; empty when it is the bill. */
  estimates: string[];
  /** What else a reader should know, such as a free allotment that was not deducted. */
  notes: string[];
}

export interface UnpricedUsage {
  status: 'unpriced';
  event: UsageEvent;
  model: string | undefined;
  reason: string;
}

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
  if (event.status === 'failed') return free(event);
  const mode = context.mode ?? 'auto';
  if (mode === 'display')
    return event.recordedCost ? asRecorded(event) : unpriced(event, 'the log records no cost for it');
  const calculated = calculate(event, context);
  if (mode === 'calculate' || calculated.status === 'priced' || !event.recordedCost) return calculated;
  return asRecorded(event, calculated.reason);
}

/** A call that was refused. Which limit it hit is worth a word. */
function free(event: UsageEvent): PricedUsage {
  const cost = event.service === ELEVENLABS ? undefined : ZERO;
  return priced(event, { cost, notes: event.limitHit ? [event.limitHit] : [] });
}

/** The same text for events that differ in their times alone and are priced alike. */
export function eraOf(event: UsageEvent, { book, today }: PricingContext): string {
  const named = event.responseModel ?? event.requestModel;
  return named === undefined ? '' : `${priceEra(named, event.timestamp?.slice(0, 10) ?? today, book)}`;
}

function calculate(event: UsageEvent, context: PricingContext): PricedEvent {
  if (event.service === ELEVENLABS) return inCredits(event, context.book);
  if (event.service !== GEMINI) return unpriced(event, `no prices for ${event.service}`);
  return inDollars(event, context);
}

function priced(event: UsageEvent, rest: Partial<PricedUsage>): PricedUsage {
  const model = event.responseModel ?? event.requestModel;
  return { status: 'priced', event, model, charges: [], cost: undefined, estimates: [], notes: [], ...rest };
}

function unpriced(event: UsageEvent, reason: string): UnpricedUsage {
  return { status: 'unpriced', event, model: event.responseModel ?? event.requestModel, reason };
}

/** The log's own figure: asked for, or the last resort for what cannot be calculated, with the reason why. */
function asRecorded(event: UsageEvent, notCalculated?: string): PricedEvent {
  const { amount, currency } = event.recordedCost!;
  if (event.service === ELEVENLABS) {
    const hasCharacters = event.usage?.characters !== undefined;
    return unpriced(event, (hasCharacters && notCalculated) || `the log records ${currency} only, no characters`);
  }
  if (currency !== 'USD') return unpriced(event, `the log records ${currency}, not USD`);
  const money = parseMoney(amount) ?? moneyFromNumber(Number(amount));
  if (money === undefined) return unpriced(event, 'the recorded cost is not an amount');
  const charge: Charge = {
    meter: 'recorded',
    count: 1,
    skuPriceId: `${event.service}/${event.responseModel ?? event.requestModel ?? 'unknown'}/recorded`,
    pricingUnit: 'call',
    listUnitPrice: money,
    listCost: money,
  };
  const estimates = notCalculated ? [`cost as the log recorded it: ${notCalculated}`] : [];
  return priced(event, { charges: [charge], cost: money, estimates });
}

function inCredits(event: UsageEvent, book: PriceBook): PricedEvent {
  const { credits, characters } = event.usage ?? {};
  const model = event.responseModel ?? event.requestModel;
  if (credits !== undefined) return priced(event, { credits, estimates: event.estimated ? [event.estimated] : [] });
  if (characters === undefined) {
    return unpriced(event, event.estimated ?? 'no character-cost header and no text to count');
  }
  const rate = model === undefined ? undefined : book.credits.get(model);
  if (rate === undefined) return unpriced(event, `no credit rate known for ${model ?? 'a call without a model'}`);
  return priced(event, {
    credits: roundHalfEven(characters * Number(rate)),
    estimates: [
      ...(event.estimated ? [event.estimated] : []),
      `credits estimated as characters x ${rate}, no character-cost header`,
    ],
  });
}

/** ElevenLabs bills whole credits; 17 x 0.5 was seen as 8 and 5 x 0.5 as 2. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

function inDollars(event: UsageEvent, context: PricingContext): PricedEvent {
  const named = event.responseModel ?? event.requestModel;
  if (named === undefined) return unpriced(event, event.estimated ?? 'no model name');
  if (!event.usage)
    return unpriced(
      event,
      event.estimated ?? `no usage in the response${event.errorCode ? ` (${event.errorCode})` : ''}`,
    );
  const quantities = context.meter(event);
  if (quantities.length === 0) return priced(event, { cost: ZERO });
  const estimates: string[] = [];
  if (event.estimated) estimates.push(event.estimated);
  if (event.timestamp === undefined) estimates.push(`no time in the record: price of ${context.today}`);
  if (event.responseModel === undefined) estimates.push('priced by the model asked for, not the one that answered');

  const day = event.timestamp?.slice(0, 10) ?? context.today;
  const rates = knownRates(named, day, event, context.book);
  if ('reason' in rates) return unpriced(event, rates.reason);
  // Another model answers under this name, and its own rules say what is counted.
  const isRenamed = rates.model.id !== named && rates.model.id !== bareModelId(named);
  const billed = isRenamed ? context.meter({ ...event, responseModel: rates.model.id }) : quantities;
  const charged = chargeQuantities(billed, rates);
  if ('reason' in charged) return unpriced(event, charged.reason);
  const { charges, cost, notes } = charged;
  return {
    status: 'priced',
    event,
    model: rates.model.id,
    charges,
    cost,
    estimates: joined(estimates, rates.estimates, charged.estimates),
    notes: joined([], rates.notes, notes),
  };
}

function joined(first: string[], ...others: string[][]): string[] {
  for (const other of others) for (const text of other) first.push(text);
  return first;
}
