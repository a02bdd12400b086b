import { findRate } from './book/book.ts';
import { type Money, wholeUnitCost, ZERO } from './money.ts';
import { pricingUnit, type Quantity } from './quantity.ts';
import type { ResolvedRates } from './rates.ts';
import type { Line } from './terms.ts';

/** Beyond any bill, and within what the arithmetic of fractions takes. */
export const MAX_COUNT = 1e15;

/** The lines that charge some quantities at these rates, or which one has no price: a call is priced whole or not at all. */
export function linesOf(quantities: readonly Quantity[], rates: ResolvedRates): Line[] | { reason: string } {
  const lines: Line[] = [];
  for (const { meter, assumption } of quantities) {
    const line = makeLine(meter, assumption, rates);
    if ('reason' in line) return line;
    lines.push(line);
  }
  return lines;
}

function makeLine(counted: string, assumption: string | undefined, rates: ResolvedRates): Line | { reason: string } {
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
    isByAmount: false,
    estimates,
    assumption,
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
