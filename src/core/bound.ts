import { ELEVENLABS, type UsageEvent } from './event.ts';
import { toDecimal, ZERO } from './money.ts';
import { type PricingContext, price } from './price.ts';

/**
 * The most that a call under way can cost, as its spool record carries it: US dollars as an exact decimal, or ElevenLabs
 * credits, by what its service is billed in.
 */
export interface Bound {
  usd?: string;
  credits?: number;
}

/** What is known beforehand of what a call will cost. */
export interface Forecast {
  /** Absent where nothing bounds the call (its length shows only at its end), or nothing prices it. */
  bound?: Bound;
  /** Why the call will have no price, and so will not be in the budget. */
  unpriced?: string;
}

/**
 * The most that a call can cost, at the price of its day. `atMost` is the call as if it had been answered with the most
 * it can use.
 */
export function forecast(atMost: UsageEvent, pricing: PricingContext): Forecast {
  const priced = price({ ...atMost, status: 'ok' }, pricing);
  if (priced.status === 'unpriced') return { unpriced: priced.reason };
  if (atMost.service === ELEVENLABS) return { bound: { credits: Math.ceil(priced.credits ?? 0) } };
  return { bound: { usd: toDecimal(priced.cost ?? ZERO) } };
}
