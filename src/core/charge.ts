import { cost, type Money, scale, ZERO } from './money.ts';
import type { Charge } from './price.ts';
import { findRate } from './price-book.ts';
import { pricingUnit, type Quantity } from './quantity.ts';
import type { ResolvedRates } from './rates.ts';

interface Charges {
  charges: Charge[];
  estimates: string[];
  notes: string[];
}

/** Beyond any bill, and within what the arithmetic of fractions takes. */
const MAX_COUNT = 1e15;

/** Charges every quantity, or says which one has no price: a call is priced whole or not at all. */
export function chargeQuantities(quantities: Quantity[], rates: ResolvedRates): Charges | { reason: string } {
  const result: Charges = { charges: [], estimates: [], notes: [] };
  for (const counted of quantities) {
    if (counted.count === 0) continue;
    if (!(counted.count > 0 && counted.count <= MAX_COUNT))
      return { reason: `${counted.count} is not a count of ${counted.meter}` };
    const quantity = imagesAsTokens(counted, rates, result);
    const unit = pricingUnit(quantity.meter);
    const found = rates.prepaid ? ZERO : rateOf(quantity, rates, result);
    if (!unit || found === undefined)
      return { reason: `no ${rates.tier} price known for ${quantity.meter} of ${rates.model.id}` };
    const unitPrice = rates.factor ? scale(found, rates.factor) : found;
    if (quantity.assumption) result.notes.push(quantity.assumption);
    result.charges.push({
      ...quantity,
      skuPriceId: `${rates.model.service}/${rates.model.id}/${rates.tier}/${quantity.meter}`,
      pricingUnit: unit.name,
      listUnitPrice: unitPrice,
      listCost: cost(quantity.count, unitPrice, unit.size),
    });
  }
  return result;
}

/** A count of images without tokens is priced by the tokens that one image of that size is known to have. */
function imagesAsTokens(quantity: Quantity, rates: ResolvedRates, result: Charges): Quantity {
  const [head, size = '1K'] = quantity.meter.split('.');
  const tokens = rates.model.imageTokens?.[size];
  if (head !== 'image' || tokens === undefined || findRate(rates.rates, quantity.meter) !== undefined) return quantity;
  result.estimates.push(`${tokens.toLocaleString('en-US')} tokens assumed for each ${size} image`);
  return { meter: 'output.image', count: quantity.count * tokens };
}

function rateOf(quantity: Quantity, rates: ResolvedRates, result: Charges): Money | undefined {
  if (quantity.meter === NOT_CHARGED) return ZERO;
  const rate = findRate(rates.rates, quantity.meter);
  if (rate !== undefined) return rate;
  if (!quantity.meter.startsWith('input.cached.')) return undefined;
  result.estimates.push(`no cached-input price known for ${rates.model.id}: cached tokens charged in full`);
  return rateOf({ ...quantity, meter: quantity.meter.replace('.cached', '') }, rates, result);
}

/** Tokens that are reported but, by the vendor's own word, not billed. They stay visible as a line of zero. */
export const NOT_CHARGED = 'input.not_charged';
