import type { Call } from '../call/call.ts';
import { replaceMethod, safe } from '../host.ts';
import type { CostwatchBudgetError } from './budget-error.ts';

/** A request of undici, as far as it is looked at here. */
export type UndiciRequest = Readonly<Record<string, unknown>>;

/** How much of a body of unknown length is held back, to know what it asks for. */
const HELD_BYTES = 256 * 1024;
/** A body whose length is known beforehand is in memory already. */
const MAX_KNOWN_BYTES = 32 * 1024 * 1024;

/**
 * Lets the budgets decide about one request before undici writes a byte of it. A body that `fetch` hands over is not
 * known until it is asked for: undici writes the head together with its first chunk, so that one waits for the rest.
 */
export function gateRequest(request: UndiciRequest, call: Call): void {
  const { body } = request;
  if (isIterable(body) && call.keepsRequest) {
    Reflect.set(request, 'body', heldBack(body, call, lengthOf(request)));
    return;
  }
  refuseAtStart(request, () => {
    const isKnown = body === null || body === undefined || body instanceof Uint8Array;
    call.sent(body);
    return call.admit(isKnown);
  });
}

/** Fails a request with the error that `refusal` gives when undici is about to write it. undici then writes nothing. */
export function refuseAtStart(request: UndiciRequest, refusal: () => CostwatchBudgetError | undefined): void {
  const replacement = (_self: object, _args: unknown[], original: () => unknown): unknown => {
    const result = original();
    let error: CostwatchBudgetError | undefined;
    safe(() => {
      if (request.aborted !== true) error = refusal();
    });
    if (error) throw error;
    return result;
  };
  // undici 8 renamed the method.
  ['onRequestStart', 'onConnect'].some((name) => replaceMethod(request, name, replacement));
}

/** The same chunks, the first of them not before the budgets have let the request through. */
async function* heldBack(body: AsyncIterable<unknown>, call: Call, length = Number.NaN) {
  const source = body[Symbol.asyncIterator]();
  const limit = Number.isNaN(length) ? HELD_BYTES : MAX_KNOWN_BYTES;
  const held: unknown[] = [];
  let size = 0;
  let isOver = false;
  try {
    for (let canAsk = false; !canAsk; ) {
      const { done, value } = await source.next();
      isOver = done === true;
      if (!isOver) call.sent(value);
      size += sizeOf(value);
      const isWhole = isOver || size >= length;
      canAsk = isWhole || size > limit;
      const error = canAsk ? await call.admitPatiently(isWhole) : undefined;
      if (error) throw error;
      // A producer may use its buffer again when it is asked for more.
      if (!isOver) held.push(value instanceof Uint8Array && !canAsk ? Buffer.from(value) : value);
    }
    yield* held;
    while (!isOver) {
      const { done, value } = await source.next();
      isOver = done === true;
      if (!isOver) yield value;
    }
  } finally {
    // Not waited for: the stream of a request that has failed may never say that it is closed.
    if (!isOver) source.return?.().catch(() => undefined);
  }
}

/** What `fetch` and users hand over as a body that is no stream of Node, no form and no blob. */
function isIterable(body: unknown): body is AsyncIterable<unknown> {
  if (typeof body !== 'object' || body === null || body instanceof Uint8Array) return false;
  if (typeof Reflect.get(body, 'pipe') === 'function' || typeof Reflect.get(body, 'append') === 'function')
    return false;
  return Symbol.asyncIterator in body;
}

function lengthOf({ contentLength }: UndiciRequest): number | undefined {
  return typeof contentLength === 'number' && Number.isFinite(contentLength) ? contentLength : undefined;
}

function sizeOf(chunk: unknown): number {
  if (chunk instanceof Uint8Array) return chunk.byteLength;
  return typeof chunk === 'string' ? Buffer.byteLength(chunk) : 0;
}
