import type { PriceBook } from '../../core/pricing/book/book.ts';
import { type Money, toNumber } from '../../core/pricing/money.ts';
import { GEMINI } from '../../core/usage/event.ts';
import { jsonDocument } from '../pricing/json.ts';
import type { InputFile } from './inputs.ts';
import type { ModelEstimate } from './model.ts';

export interface Estimated {
  day: string;
  calls: number;
  tier: string;
  files: readonly InputFile[];
  estimates: readonly ModelEstimate[];
}

/** `costwatch estimate --json`: one entry a model; dollars as numbers, null where there are none. */
export function estimateJson({ day, calls, tier, files, estimates }: Estimated, book: PriceBook): string {
  return jsonDocument(book, day, {
    incomplete: estimates.some(({ priced }) => priced.status === 'unpriced'),
    calls,
    tier,
    files: files.map(({ name, modality, bytes }) => ({ name, modality, bytes })),
    estimates: estimates.map(modelJson),
  });
}

/** One priced call: what it uses, what it costs once and in all, and what is assumed. */
export function modelJson(estimate: ModelEstimate): object {
  const { planned, service, priced, usage, exact, assumptions, notes } = estimate;
  const isGemini = service === GEMINI;
  return {
    service,
    model: planned.model,
    answeredAs: priced.model === planned.model ? null : (priced.model ?? null),
    calls: planned.calls,
    perCall: {
      ...(isGemini
        ? {
            inputTokens: usage.inputTokens ?? 0,
            inputTokensByModality: usage.inputTokensByModality ?? {},
            outputTokens: usage.outputTokens ?? 0,
            images: planned.images ?? 0,
            videoSeconds: planned.video?.seconds ?? 0,
          }
        : { characters: usage.characters ?? 0 }),
      credits: estimate.creditsEach ?? null,
      costUsd: usdOf(estimate.costEach),
    },
    total: { credits: estimate.credits ?? null, costUsd: usdOf(estimate.cost) },
    inputCounted: exact ? (isGemini ? 'exact' : 'characters') : 'estimated',
    unpricedReason: priced.status === 'unpriced' ? priced.reason : null,
    charges:
      priced.status === 'unpriced'
        ? []
        : priced.charges.map((charge) => ({
            sku: charge.skuPriceId,
            quantity: charge.count,
            unit: charge.pricingUnit,
            unitPriceUsd: toNumber(charge.listUnitPrice),
            costUsd: toNumber(charge.listCost),
          })),
    assumptions: [...assumptions, ...notes],
  };
}

export function usdOf(money: Money | undefined): number | null {
  return money === undefined ? null : toNumber(money);
}
