import { divide, type Money, toDecimal } from '../pricing/money.ts';
import { addDays } from '../time/day.ts';
import { ELEVENLABS, GEMINI } from '../usage/event.ts';
import type { CallRow } from './call-row.ts';

/**
 * A row of FOCUS 1.2, the FinOps Open Cost and Usage Specification (https://focus.finops.org/focus-specification/v1-2/):
 * one for each UTC day, SKU, unit price and set of labels. Decimals are exact. `x_` columns are our own.
 */
export type FocusRow = Record<(typeof FOCUS_COLUMNS)[number], string | null>;

export const FOCUS_COLUMNS = [
  'BilledCost',
  'BillingAccountId',
  'BillingAccountName',
  'BillingCurrency',
  'BillingPeriodEnd',
  'BillingPeriodStart',
  'ChargeCategory',
  'ChargeClass',
  'ChargeDescription',
  'ChargeFrequency',
  'ChargePeriodEnd',
  'ChargePeriodStart',
  'ConsumedQuantity',
  'ConsumedUnit',
  'ContractedCost',
  'ContractedUnitPrice',
  'EffectiveCost',
  'InvoiceIssuerName',
  'ListCost',
  'ListUnitPrice',
  'PricingCategory',
  'PricingQuantity',
  'PricingUnit',
  'ProviderName',
  'PublisherName',
  'RegionId',
  'RegionName',
  'ResourceId',
  'ResourceName',
  'ResourceType',
  'ServiceCategory',
  'ServiceName',
  'ServiceSubcategory',
  'SkuId',
  'SkuMeter',
  'SkuPriceDetails',
  'SkuPriceId',
  'SubAccountId',
  'SubAccountName',
  'Tags',
  'x_Calls',
  'x_Characters',
  'x_Estimates',
  'x_Unpriced',
] as const;

/** What the charges of one row have in common. */
export interface Line {
  day: string;
  call: CallRow;
  sku: string | null;
  meter: string;
  unit: string;
  unitPriceUsd: string | null;
}

/** What they add up to. */
export interface Sums {
  quantity: Money;
  cost: Money;
  calls: number;
  characters: number;
}

export function focusRow(line: Line, sums: Sums): FocusRow {
  const { day, call, sku, meter } = line;
  const cost = toDecimal(sums.cost);
  const unit = UNITS[line.unit] ?? { name: `${line.unit.charAt(0).toUpperCase()}${line.unit.slice(1)}s`, size: 1 };
  const vendor = vendorOf(call);
  const month = day.slice(0, 7);
  const model = call.model ?? null;
  return {
    BilledCost: cost,
    // Logs do not say which account pays, and FOCUS allows no null here.
    BillingAccountId: 'unknown',
    BillingAccountName: null,
    BillingCurrency: 'USD',
    BillingPeriodStart: midnight(`${month}-01`),
    BillingPeriodEnd: midnight(`${addDays(`${month}-28`, 4).slice(0, 7)}-01`),
    ChargeCategory: 'Usage',
    ChargeClass: null,
    ChargeDescription: descriptionOf(line),
    ChargeFrequency: 'Usage-Based',
    ChargePeriodStart: midnight(day),
    ChargePeriodEnd: midnight(addDays(day, 1)),
    ConsumedQuantity: toDecimal(sums.quantity),
    ConsumedUnit: unit.name,
    ContractedCost: cost,
    ContractedUnitPrice: line.unitPriceUsd,
    EffectiveCost: cost,
    InvoiceIssuerName: vendor.provider,
    ListCost: cost,
    ListUnitPrice: line.unitPriceUsd,
    PricingCategory: sku === null ? 'Other' : 'Standard',
    PricingQuantity: toDecimal(divide(sums.quantity, unit.size)),
    PricingUnit: unit.size === 1 ? unit.name : `${unit.size} ${unit.name}`,
    ProviderName: vendor.provider,
    PublisherName: vendor.provider,
    RegionId: call.location ?? null,
    RegionName: call.location ?? null,
    ResourceId: model,
    ResourceName: model,
    ResourceType: model === null ? null : 'Model',
    ServiceCategory: 'AI and Machine Learning',
    ServiceName: vendor.service,
    ServiceSubcategory: 'Generative AI',
    SkuId: sku === null ? null : `${call.service}/${model}/${meter}`,
    SkuMeter: meter,
    SkuPriceDetails: JSON.stringify({ x_Model: model, x_Tier: call.tier ?? 'standard' }),
    SkuPriceId: sku,
    SubAccountId: null,
    SubAccountName: null,
    Tags: tagsOf(call),
    x_Calls: String(sums.calls),
    x_Characters: call.service === ELEVENLABS ? String(sums.characters) : null,
    x_Estimates: call.estimates.join('; ') || null,
    x_Unpriced: call.unpriced ?? null,
  };
}

/** Our units in the words of FOCUS, with how many make up the unit that a price is for. */
const UNITS: Record<string, { name: string; size: number }> = {
  '1M tokens': { name: 'Tokens', size: 1_000_000 },
  '1M token-hours': { name: 'Token-Hours', size: 1_000_000 },
  '1M characters': { name: 'Characters', size: 1_000_000 },
  '1,000 requests': { name: 'Requests', size: 1000 },
  call: { name: 'Requests', size: 1 },
};

function descriptionOf({ call, meter }: Line): string {
  const model = call.model ?? 'a call without a model';
  if (call.unpriced !== undefined) return `${model}: not priced, so not in the costs: ${call.unpriced}`;
  if (meter === 'credits') return `${model}: credits drawn from the plan's quota, which the plan's fee pays for`;
  return `${model}: ${meter} at list price`;
}

function vendorOf({ service, platform }: CallRow): { provider: string; service: string } {
  if (service === GEMINI)
    return platform === 'vertex'
      ? { provider: 'Google Cloud', service: 'Vertex AI' }
      : { provider: 'Google', service: 'Gemini API' };
  return service === ELEVENLABS ? { provider: 'ElevenLabs', service: 'ElevenLabs' } : { provider: service, service };
}

/** Labels as FOCUS writes tags: a JSON object, in the order of names. */
export function tagsOf({ labels }: CallRow): string {
  return JSON.stringify(Object.fromEntries(Object.entries(labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))));
}

function midnight(day: string): string {
  return `${day}T00:00:00Z`;
}
