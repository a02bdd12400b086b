import type { Exchange } from '../../../providers/provider.ts';
import type { CallContext, Opening } from './call.ts';
import type { KnownCall } from './known-calls.ts';

/** What the call itself was told: its provider's id, and what later answers about it leave as it is. */
interface Own {
  id: string | undefined;
  told: KnownCall['told'];
}

/**
 * Records what an answer tells about other calls, and keeps in mind what later answers may tell about its own. Throws
 * what the provider throws.
 */
export function settle(
  exchange: Exchange,
  { provider, request, number }: Opening,
  { memory, process, nextNumber, record }: CallContext,
  { id, told }: Own,
): void {
  if (!provider.settle || !provider.settles?.(request)) return;
  for (const facts of provider.settle(exchange, memory)) {
    const call = memory.settle(facts, () => ({ number: nextNumber(), told }));
    if (call) record('end', call.number, { ...facts, id: facts.id ?? `${process}-${call.number}`, ...call.told });
  }
  if (id) memory.attach(id, { number, told });
}
