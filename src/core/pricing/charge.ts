import { findRate } from './book.ts';
import { cost, type Money, wholeUnitCost, ZERO } from './money.ts';
import type { Charge } from './price.ts';
import { type PricingUnit, pricingUnit, type Quantity } from './quantity.ts';
import type { ResolvedRates } from './rates.ts';

interface Charges {
  charges: Charge[];
  cost: Money;
  estimates: string[];
  notes: string[];
}

/** Beyond any bill, and within what the arithmetic of fractions takes. */
export const MAX_COUNT = 1e15;

/** How the counts of one meter are charged. */
interface Line {
  /** The meter that is charged, and how many of it one of the counted meter is. */
  meter: string;
  each: number;
  skuPriceId: string;
  unit: PricingUnit;
  listUnitPrice: Money;
  wholeUnitCost: number;
  estimates: readonly string[];
}

const linesOfRates = new WeakMap<ResolvedRates, Map<string, Line | { reason: string }>>();

/** Charges every quantity, or says which one has no price: a call is priced whole or not at all. */
export function chargeQuantities(quantities: Quantity[], rates: ResolvedRates): Charges | { reason: string } {
  const result: Charges = { charges: [], cost: ZERO, estimates: [], notes: [] };
  for (const quantity of quantities) {
    if (quantity.count === 0) continue;
    if (!(quantity.count > 0 && quantity.count <= MAX_COUNT))
      return { reason: `${quantity.count} is not a count of ${quantity.meter}` };
    const line = lineOf(quantity.meter, rates);
    if ('reason' in line) return line;
    for (const estimate of line.estimates) result.estimates.push(estimate);
    if (quantity.assumption !== undefined) result.notes.push(quantity.assumption);
    const charged = charge(quantity, line);
    result.charges.push(charged);
    result.cost += charged.listCost;
  }
  return result;
}

function charge({ count: counted, assumption }: Quantity, line: Line): Charge {
  const count = counted * line.each;
  const exact = count * line.wholeUnitCost;
  const made: Charge = {
    meter: line.meter,
    count,
    skuPriceId: line.skuPriceId,
    pricingUnit: line.unit.name,
    listUnitPrice: line.listUnitPrice,
    listCost: Number.isSafeInteger(exact) ? BigInt(exact) : cost(count, line.listUnitPrice, line.unit.size),
  };
  if (assumption !== undefined) made.assumption = assumption;
  return made;
}

/** The line of a meter, made once for each set of rates. */
function lineOf(meter: string, rates: ResolvedRates): Line | { reason: string } {
  let lines = linesOfRates.get(rates);
  if (!lines) {
    lines = new Map();
    linesOfRates.set(rates, lines);
  }
  let line = lines.get(meter);
  if (!line) {
    line = makeLine(meter, rates);
    lines.set(meter, line);
  }
  return line;
}

function makeLine(counted: string, rates: ResolvedRates): Line | { reason: string } {
  const estimates: string[] = [];
  const { meter, each } = imagesAsTokens(counted, rates, estimates);
  const unit = pricingUnit(meter);
  const listUnitPrice = rateOf(meter, rates, estimates);
  if (!unit || listUnitPrice === undefined) {
    return { reason: `no ${rates.tier} price known for ${meter} of ${rates.model.id}` };
  }
  const skuPriceId = `${rates.model.service}/${rates.model.id}/${rates.tier}/${meter}`;
  return {
    meter,
    each,
    skuPriceId,
    unit,
    listUnitPrice,
    wholeUnitCost: wholeUnitCost(listUnitPrice, unit.size),
    estimates,
  };
}

/** A count of images without tokens is priced by the tokens that one image of that size is known to have. */
function imagesAsTokens(meter: string, rates: ResolvedRates, estimates: string[]): { meter: string; each: number } {
  const [head, size = '1K'] = meter.split('.');
  const tokens = rates.model.imageTokens?.[size];
  if (head !== 'image' || tokens === undefined || findRate(rates.rates, meter) !== undefined) return { meter, each: 1 };
  estimates.push(`${tokens.toLocaleString('en-US')} tokens assumed for each ${size} image`);
  return { meter: 'output.image', each: tokens };
}

function rateOf(meter: string, rates: ResolvedRates, estimates: string[]): Money | undefined {
  if (meter === NOT_CHARGED) return ZERO;
  const rate = findRate(rates.rates, meter);
  if (rate !== undefined || !meter.startsWith('input.cached.')) return rate;
  estimates.push(`no cached-input price known for ${rates.model.id}: cached tokens charged in full`);
  return rateOf(meter.replace('.cached', ''), rates, estimates);
}

/** Tokens that are reported but, by the vendor's own word, not billed. They stay visible as a line of zero. */
export const NOT_CHARGED = 'input.not_charged';
