import type { Ledger } from '../ledger/ledger.ts';
import { findModel, type PriceBook } from '../pricing/book/book.ts';
import { divide, type Money, ZERO } from '../pricing/money.ts';
import { GEMINI } from '../usage/event.ts';
import { natureOf } from '../what-if/what-if.ts';
import type { Share } from './rates.ts';

export type PriceClass = 'cheap' | 'dear';

export interface ClassedModel {
  model: string;
  /** What it is for: models are compared with others for the same thing. */
  nature: string;
  priceClass: PriceClass;
  /** What a million of its output tokens was charged, over all tiers and modalities. */
  perMillionOutput: Money;
  /** Answered calls. */
  calls: number;
  cost: Money;
}

export interface PriceClasses {
  /** By nature, then the dearest output first. */
  models: ClassedModel[];
  calls: Record<PriceClass, number>;
  cost: Record<PriceClass, Money>;
  /** Answered Gemini calls of models without charged output tokens, or with none much cheaper or dearer. */
  unclassed: number;
}

/** A model is cheap where the output of the dearest one for the same thing was charged this many times its own, or more. */
const CHEAP_FACTOR = 2n;

/** Sorts the models that were used into cheap and dear by what their output tokens were really charged. */
export function priceClasses(ledger: Ledger, book: PriceBook): PriceClasses {
  const output = outputByModel(ledger);
  const used = [...ledger.byModel.values()].filter(({ key }) => key.service === GEMINI);
  let unclassed = 0;
  const natures = new Map<string, Omit<ClassedModel, 'priceClass'>[]>();
  for (const { key, metrics } of used) {
    const calls = metrics.counts.calls - metrics.counts.failed;
    const charged = output.get(key.model);
    const entry = findModel(book.models, GEMINI, key.model, undefined);
    if (!charged || !entry || calls === 0) {
      unclassed += calls;
      continue;
    }
    const nature = natureOf(entry);
    const perMillionOutput = divide(charged.cost * 1_000_000n, Math.max(1, Math.round(charged.tokens)));
    const cost = metrics.cost(GEMINI) ?? ZERO;
    natures.set(nature, [...(natures.get(nature) ?? []), { model: key.model, nature, perMillionOutput, calls, cost }]);
  }
  const models: ClassedModel[] = [];
  for (const [, group] of [...natures].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const found = classed(group);
    if (found.some(({ priceClass }) => priceClass === 'cheap')) models.push(...found);
    else unclassed += found.reduce((sum, { calls }) => sum + calls, 0);
  }
  const result: PriceClasses = { models, calls: { cheap: 0, dear: 0 }, cost: { cheap: ZERO, dear: ZERO }, unclassed };
  for (const { priceClass, calls, cost } of models) {
    result.calls[priceClass] += calls;
    result.cost[priceClass] += cost;
  }
  return result;
}

/** The part of the calls that cheap models answered. */
export function cheapShare({ calls }: PriceClasses): Share {
  return { part: calls.cheap, whole: calls.cheap + calls.dear };
}

function classed(group: Omit<ClassedModel, 'priceClass'>[]): ClassedModel[] {
  const dearest = group.reduce((most, one) => (one.perMillionOutput > most.perMillionOutput ? one : most));
  return group
    .map((one): ClassedModel => {
      const isCheap = CHEAP_FACTOR * one.perMillionOutput <= dearest.perMillionOutput;
      return { ...one, priceClass: isCheap ? 'cheap' : 'dear' };
    })
    .sort((a, b) => {
      if (a.perMillionOutput !== b.perMillionOutput) return a.perMillionOutput > b.perMillionOutput ? -1 : 1;
      return a.model < b.model ? -1 : 1;
    });
}

/** `gemini/gemini-2.5-pro/batch/output.text` */
const OUTPUT_SKU = /^gemini\/([^/]+)\/[^/]+\/output\b/;

function outputByModel(ledger: Ledger): Map<string, { tokens: number; cost: Money }> {
  const models = new Map<string, { tokens: number; cost: Money }>();
  for (const { charge, quantity, cost } of ledger.charges.values()) {
    const model = OUTPUT_SKU.exec(charge.skuPriceId)?.[1];
    if (model === undefined || quantity <= 0) continue;
    const sum = models.get(model) ?? { tokens: 0, cost: ZERO };
    models.set(model, { tokens: sum.tokens + quantity, cost: sum.cost + cost });
  }
  return models;
}
