import { bareModelId, findRate, type PriceBook } from '../pricing/book/book.ts';
import { cost, type Money } from '../pricing/money.ts';
import { type PricedEvent, type PricingContext, price } from '../pricing/price.ts';
import { resolveRates } from '../pricing/rates.ts';
import {
  ELEVENLABS,
  GEMINI,
  type ModalityTokens,
  type Usage,
  type UsageEvent,
  type VideoSeconds,
} from '../usage/event.ts';

/** One planned call, and how often it is made. */
export interface PlannedCall {
  model: string;
  /** Absent means standard. */
  tier?: string;
  input?: ModalityTokens;
  /** Text and reasoning tokens. */
  outputTokens?: number;
  images?: number;
  /** `512`, `1K`, `2K` or `4K`; 1K unless told. */
  imageSize?: string;
  video?: VideoSeconds;
  songs?: number;
  /** Characters of speech. */
  characters?: number;
  calls: number;
}

/** A planned call with what it would cost on a day. */
export interface CallEstimate {
  planned: PlannedCall;
  service: string;
  /** Priced as one call. */
  priced: PricedEvent;
  usage: Usage;
  /** US dollars of one call and of all; undefined where nothing is billed in dollars or no price is known. */
  costEach: Money | undefined;
  cost: Money | undefined;
  /** ElevenLabs credits of one call and of all. */
  creditsEach: number | undefined;
  credits: number | undefined;
  /** What else a reader should know. */
  notes: string[];
}

/** Prices a planned call by the day of the context, as if it had been answered as planned. */
export function estimateCall(planned: PlannedCall, context: PricingContext): CallEstimate {
  const service = serviceOf(planned.model, context.book);
  const notes: string[] = [];
  const event: UsageEvent = {
    id: 'estimate',
    timestamp: `${context.today}T00:00:00.000Z`,
    service,
    operation: 'estimate',
    requestModel: planned.model,
    responseModel: planned.model,
    status: 'ok',
    ...(planned.tier && planned.tier !== 'standard' ? { tier: planned.tier } : {}),
  };
  event.usage =
    service === ELEVENLABS ? { characters: planned.characters ?? 0 } : usageOf(planned, event, context, notes);
  const priced = price(event, context);
  const isPriced = priced.status === 'priced';
  const costEach = isPriced ? priced.cost : undefined;
  const creditsEach = isPriced ? priced.credits : undefined;
  return {
    planned,
    service,
    priced,
    usage: event.usage,
    costEach,
    cost: costEach === undefined ? undefined : cost(planned.calls, costEach, 1),
    creditsEach,
    credits: creditsEach === undefined ? undefined : creditsEach * planned.calls,
    notes: isPriced ? [...notes, ...priced.notes, ...(service === ELEVENLABS ? [] : priced.estimates)] : [],
  };
}

/** ElevenLabs' models are those with a rate in credits, and any other with its prefix. */
export function serviceOf(model: string, book: PriceBook): string {
  return book.credits.has(bareModelId(model)) || /^eleven_/.test(model) ? ELEVENLABS : GEMINI;
}

function usageOf(planned: PlannedCall, event: UsageEvent, context: PricingContext, notes: string[]): Usage {
  const { input = {}, outputTokens = 0, images = 0, imageSize = '1K' } = planned;
  const inputTokens = Object.values(input).reduce((sum, tokens) => sum + tokens, 0);
  const resolved = resolveRates(planned.model, context.today, { ...event, usage: { inputTokens } }, context.book);
  const model = 'model' in resolved ? resolved.model : undefined;
  // Models that are billed by the piece take their prompt for free.
  const isByPiece = images > 0 || planned.video !== undefined || planned.songs !== undefined;
  const isInputFree = isByPiece && 'rates' in resolved && findRate(resolved.rates, 'input.text') === undefined;
  if (isInputFree && inputTokens > 0) notes.push('billed by the piece: the prompt costs nothing');
  const imageTokens = (model?.imageTokens?.[imageSize] ?? 0) * images;
  if (images > 0 && imageTokens === 0) {
    // A bare count of images is priced, or refused, only where no tokens stand beside it.
    if (outputTokens > 0) notes.push('billed by the image: its output tokens cost nothing');
    return { images: [{ size: imageSize, count: images }] };
  }
  if (imageTokens > 0)
    notes.push(`${(imageTokens / images).toLocaleString('en-US')} tokens for each ${imageSize} image`);
  return {
    ...(inputTokens > 0 && !isInputFree ? { inputTokens, inputTokensByModality: input } : {}),
    ...(outputTokens + imageTokens > 0 ? { outputTokens: outputTokens + imageTokens } : {}),
    ...(imageTokens > 0 ? { outputTokensByModality: { image: imageTokens } } : {}),
    ...(images > 0 ? { images: [{ size: imageSize, count: images }] } : {}),
    ...(planned.video ? { video: [planned.video] } : {}),
    ...(planned.songs ? { songs: planned.songs } : {}),
  };
}
