import { type Money, toDecimal, ZERO } from '../pricing/money.ts';
import { type PricingContext, price } from '../pricing/price.ts';
import { ELEVENLABS, type UsageEvent } from '../usage/event.ts';

/**
 * The most that a call under way can cost, as its spool record carries it: US dollars as an exact decimal, or ElevenLabs
 * credits, by what its service is billed in.
 */
export interface CostBound {
  usd?: string;
  credits?: number;
}

/** What is known beforehand of what a call will cost. */
export interface Forecast {
  /** Absent where nothing bounds the call (its length shows only at its end), or nothing prices it. */
  bound?: CostBound;
  /** Why the call will have no price, and so will not be in the budget. */
  unpriced?: string;
}

/**
 * The most that a call can cost, at the price of its day. `ways` is the call as if it had been answered, once for each
 * way in which its most can be used, such as all input as text or as audio; the most expensive counts.
 */
export function forecast(ways: readonly UsageEvent[], pricing: PricingContext): Forecast {
  let dollars: Money | undefined;
  let credits: number | undefined;
  let unpriced: string | undefined;
  for (const way of ways) {
    const priced = price({ ...way, status: 'ok' }, pricing);
    if (priced.status === 'unpriced') unpriced ??= priced.reason;
    else if (way.service === ELEVENLABS) credits = Math.max(credits ?? 0, Math.ceil(priced.credits ?? 0));
    else dollars = larger(dollars ?? ZERO, priced.cost ?? ZERO);
  }
  if (dollars !== undefined) return { bound: { usd: toDecimal(dollars) } };
  if (credits !== undefined) return { bound: { credits } };
  // The answer itself tells what ElevenLabs bills.
  return unpriced === undefined || ways[0]?.service === ELEVENLABS ? {} : { unpriced };
}

function larger(a: Money, b: Money): Money {
  return a > b ? a : b;
}
