import type { Exchange } from '../../../providers/provider.ts';
import type { CallContext, OpenedCall } from './context.ts';
import type { CallMetadata } from './pending-outcomes.ts';

/** The call whose answer this is: the id that its provider gave it, and what later answers about it leave as it is. */
interface AnsweredCall {
  id: string | undefined;
  metadata: CallMetadata;
}

/**
 * Records what an answer says of other calls, and keeps in mind what later answers may say of its own. Throws what the
 * provider throws.
 */
export function recordLaterAnswers(
  exchange: Exchange,
  { provider, request, number }: OpenedCall,
  { pendingOutcomes, process, nextNumber, record }: CallContext,
  { id, metadata }: AnsweredCall,
): void {
  if (!provider.readLaterAnswer || !provider.isLaterAnswer?.(request)) return;
  for (const facts of provider.readLaterAnswer(exchange, pendingOutcomes)) {
    const call = pendingOutcomes.resolve(facts, () => ({ number: nextNumber(), metadata }));
    if (call) record('end', call.number, { ...facts, id: facts.id ?? `${process}-${call.number}`, ...call.metadata });
  }
  if (id) pendingOutcomes.attach(id, { number, metadata });
}
