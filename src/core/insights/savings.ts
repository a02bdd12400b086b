import type { CallSum } from '../ledger/named-amounts.ts';
import { bareModelId } from '../pricing/book/book.ts';
import type { Tier } from '../pricing/book/file.ts';
import { type Money, ZERO } from '../pricing/money.ts';
import { type PricedEvent, type PricedUsage, type PricingContext, price } from '../pricing/price.ts';
import { ELEVENLABS, GEMINI, type Usage, type UsageEvent } from '../usage/event.ts';
import { priceWhatIf } from '../what-if/what-if.ts';
import { CheaperModels } from './cheaper.ts';

export type SavingId = 'batch' | 'flex' | 'standard' | 'model' | 'caching' | 'thinking' | 'interrupted' | 'credits';

/** What the user's own calls would have cost less. Savings are alternatives: they do not add up. */
export interface Saving {
  id: SavingId;
  /** `exact`: by the counts. `most`: no more than this. `least`: this and more. */
  bound: 'exact' | 'most' | 'least';
  /** The calls it makes cheaper. */
  calls: number;
  /** Those of them whose price, one way or the other, holds an estimate. */
  estimated: number;
  /** Pico-dollars; undefined for credits. */
  saved: Money | undefined;
  /** ElevenLabs credits. */
  credits?: number;
  /** The model that was used, and the next cheaper one. */
  from?: string;
  to?: string;
}

/** Where Google has no batch or flex, whatever the model. */
const NO_BATCH = new Set(['live', 'create_cache', 'update_cache', 'index_files', 'create_interaction']);
const NO_FLEX = new Set(['live', 'create_cache', 'update_cache', 'index_files', 'embed_content']);

/** Before the name of a saving: the calls that it holds for by an estimate. */
const ESTIMATED = '~';

const BOUNDS: Record<SavingId, Saving['bound']> = {
  batch: 'exact',
  flex: 'exact',
  standard: 'exact',
  model: 'exact',
  caching: 'most',
  thinking: 'exact',
  interrupted: 'least',
  credits: 'exact',
};

/** What was summed up under the names that `Savings` gives, the largest first, credits last. */
export function savingsOf(sums: ReadonlyMap<string, CallSum>): Saving[] {
  const found = [...sums].flatMap(([name, { calls, amount }]): Saving[] => {
    const [id, from, to] = name.split(' ') as [SavingId, string?, string?];
    if (!Object.hasOwn(BOUNDS, id)) return [];
    const isCredits = id === 'credits';
    return [
      {
        id,
        bound: BOUNDS[id],
        calls,
        estimated: sums.get(ESTIMATED + name)?.calls ?? 0,
        saved: isCredits ? undefined : amount,
        ...(isCredits ? { credits: Number(amount) } : {}),
        ...(from && to ? { from, to } : {}),
      },
    ];
  });
  return found.sort((a, b) => {
    const [one, other] = [a.saved ?? -1n, b.saved ?? -1n];
    return one === other ? (a.id < b.id ? -1 : 1) : one > other ? -1 : 1;
  });
}

/** Prices calls once more under each way to save. */
export class Savings {
  private readonly context: PricingContext;
  private readonly cheaper: CheaperModels;
  private readonly flash: { model: string; rate: number } | undefined;

  constructor(context: PricingContext) {
    this.context = { ...context, mode: 'calculate' };
    this.cheaper = new CheaperModels(context.book, context.today);
    this.flash = cheapestSpeech(context);
  }

  /** By how much each way would have made a call cheaper, by a name that `savingsOf` reads. */
  savedBy(priced: PricedEvent): Record<string, Money> {
    const { event } = priced;
    if (priced.status === 'unpriced' || event.status === 'failed') return {};
    if (event.service === ELEVENLABS) return this.inCredits(priced);
    const cost = priced.cost ?? ZERO;
    // A recorded cost says nothing of other prices.
    if (event.service !== GEMINI || cost === ZERO || priced.charges.some(({ meter }) => meter === 'recorded'))
      return {};
    const others: [string, PricedEvent | undefined][] = [
      ...this.onOtherTiers(event),
      ...this.onCheaperModel(priced),
      ['caching', this.withUsage(event, allCached)],
      ['thinking', this.withUsage(event, withoutThinking)],
    ];
    const saved: Record<string, Money> = event.status === 'incomplete' ? { interrupted: cost } : {};
    for (const [name, other] of others) {
      if (other?.status !== 'priced' || other.cost === undefined || other.cost >= cost) continue;
      saved[name] = cost - other.cost;
      if (other.estimates.length + priced.estimates.length > 0) saved[ESTIMATED + name] = ZERO;
    }
    return saved;
  }

  private onOtherTiers(event: UsageEvent): [string, PricedEvent | undefined][] {
    const { tier = 'standard', operation } = event;
    const on = (other: Tier) => price({ ...event, tier: other }, this.context);
    if (tier === 'priority') return [['standard', on('standard')]];
    if (tier !== 'standard') return [];
    return [
      ['batch', NO_BATCH.has(operation) ? undefined : on('batch')],
      ['flex', NO_FLEX.has(operation) ? undefined : on('flex')],
    ];
  }

  private onCheaperModel({ event, model }: PricedUsage): [string, PricedEvent | undefined][] {
    const to = model === undefined ? undefined : this.cheaper.below(model);
    return to === undefined ? [] : [[`model ${model} ${to}`, priceWhatIf(event, { models: [{ to }] }, this.context)]];
  }

  private withUsage(event: UsageEvent, change: (usage: Usage) => Usage | undefined): PricedEvent | undefined {
    const usage = event.usage && change(event.usage);
    return usage && price({ ...event, usage }, this.context);
  }

  /** Billed credits keep what voice and plan made of them, so they shrink as the rate does. */
  private inCredits({ event, credits = 0 }: PricedUsage): Record<string, Money> {
    const model = bareModelId(event.responseModel ?? event.requestModel ?? '');
    const rate = Number(this.context.book.credits.get(model) ?? 0);
    if (!this.flash || rate <= this.flash.rate || event.operation !== 'text_to_speech') return {};
    const saved = BigInt(Math.floor(credits * (1 - this.flash.rate / rate)));
    return saved > ZERO ? { [`credits ${model} ${this.flash.model}`]: saved } : {};
  }
}

/** The newest of the speech models with the lowest rate: the first of the book. */
function cheapestSpeech({ book }: PricingContext): { model: string; rate: number } | undefined {
  let cheapest: { model: string; rate: number } | undefined;
  for (const [model, text] of book.credits) {
    const rate = Number(text);
    if (!cheapest || rate < cheapest.rate) cheapest = { model, rate };
  }
  return cheapest;
}

function allCached(usage: Usage): Usage | undefined {
  const input = (usage.inputTokens ?? 0) - (usage.groundingInputTokens ?? 0);
  if (input <= (usage.cacheReadInputTokens ?? 0)) return undefined;
  return { ...usage, cacheReadInputTokens: input, cacheReadTokensByModality: {} };
}

function withoutThinking(usage: Usage): Usage | undefined {
  const reasoning = usage.reasoningOutputTokens ?? 0;
  if (reasoning === 0) return undefined;
  return { ...usage, outputTokens: (usage.outputTokens ?? 0) - reasoning, reasoningOutputTokens: 0 };
}
