import type { ClientRequest } from 'node:http';
import type { Call } from '../call/call.ts';
import { replaceMethod, safe } from '../host.ts';
import type { CostwatchBudgetError } from './budget-error.ts';

/** What a request of `node:http` is: a call, or something else that may be refused, such as a handshake. */
export interface Gated {
  call: Call | undefined;
  refusal: CostwatchBudgetError | undefined;
}

/**
 * Lets the budgets decide about requests before their first byte is written: at `end`, or at a `write` that is the
 * first of several, when the whole body cannot be known. `target` is a request, or the prototype of all.
 */
export function gateWriting(target: object, gatedBy: (request: ClientRequest) => Gated): void {
  const refused = new WeakSet<object>();
  const refuses = (request: ClientRequest, chunk: unknown, encoding: unknown, isEnd: boolean): boolean => {
    if (refused.has(request)) return true;
    let error: CostwatchBudgetError | undefined;
    safe(() => {
      const { call, refusal } = gatedBy(request);
      error = refusal;
      if (!call?.needsAdmission) return;
      const isWhole = isEnd || sizeOf(chunk, encoding) >= Number(request.getHeader('content-length') ?? Number.NaN);
      if (isWhole) call.sent(chunk, encoding);
      error = call.admit(isWhole);
    });
    if (!error) return false;
    refused.add(request);
    request.destroy(error);
    return true;
  };
  replaceMethod(target, 'write', (self, [chunk, encoding], original) =>
    refuses(self as ClientRequest, chunk, encoding, false) ? false : original(),
  );
  replaceMethod(target, 'end', (self, [chunk, encoding], original) =>
    refuses(self as ClientRequest, chunk, encoding, true) ? self : original(),
  );
}

function sizeOf(chunk: unknown, encoding: unknown): number {
  if (chunk instanceof Uint8Array) return chunk.byteLength;
  if (typeof chunk !== 'string') return 0;
  return Buffer.byteLength(chunk, typeof encoding === 'string' && Buffer.isEncoding(encoding) ? encoding : 'utf8');
}
