import type { PricedEvent } from '../pricing/price.ts';
import { totalTokens } from './event.ts';

/** Two events with one id are the same call. */
export function callId({ event }: PricedEvent): string {
  return `${event.service} ${event.id}`;
}

/** Of two events of one call, the heavier one is the call: it has more tokens, or an answer where the other has none. */
export function weightOf({ event }: PricedEvent): number {
  const { usage, status } = event;
  return totalTokens(usage) + (usage?.credits ?? 0) + (usage?.characters ?? 0) + (status === 'ok' ? 0.5 : 0);
}
