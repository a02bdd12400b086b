import type { Quantity } from '../core/pricing/quantity.ts';
import type { UsageEvent } from '../core/usage/event.ts';
import { elevenlabs } from './elevenlabs/index.ts';
import { gemini } from './gemini/index.ts';
import type { Provider, RequestHead } from './provider.ts';

/** Every vendor that costwatch understands. To add one, see CONTRIBUTING. */
export const providers: readonly Provider[] = [gemini, elevenlabs];

export function providerFor(request: RequestHead): Provider | undefined {
  return providers.find((provider) => provider.matches(request));
}

const byId = new Map(providers.map((provider) => [provider.id, provider]));

/** The billing lines of an event, by its own provider; none for a service that costwatch does not know. */
export function meter(event: UsageEvent): Quantity[] {
  return byId.get(event.service)?.meter(event) ?? [];
}
