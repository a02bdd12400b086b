import type { ApiRequest, Handler, Reply } from './exchange.ts';

/** Answers the first `times` requests whose path matches, then lets them pass: 429 and then 200. */
export function failFirst(path: RegExp, reply: Reply | ((request: ApiRequest) => Reply), times = 1): Handler {
  let left = times;
  return (request) => {
    if (left === 0 || !path.test(request.path)) return undefined;
    left--;
    return typeof reply === 'function' ? reply(request) : reply;
  };
}

/** A matching reply that stops after some chunks: `destroy` cuts the connection, `never` leaves it hanging. */
export function stopAfter(chunks: number, ending: 'destroy' | 'never', reply: Reply): Reply {
  return { ...reply, chunks: take(reply.chunks ?? [], chunks), ending };
}

function* take<T>(items: Iterable<T>, limit: number): Iterable<T> {
  let taken = 0;
  for (const item of items) {
    if (taken++ === limit) return;
    yield item;
  }
}
