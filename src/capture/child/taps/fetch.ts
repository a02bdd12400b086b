import type { RequestHead } from '../../../providers/provider.ts';
import type { Call } from '../call/call.ts';
import { safe } from '../host.ts';
import type { Watcher } from '../watcher.ts';
import { tapBody } from './fetch-body.ts';
import type { Tap } from './tap.ts';

type Fetch = typeof globalThis.fetch;

/**
 * `fetch` in Bun and Deno, which have no channels beneath it. The function is wrapped there, and the script still gets
 * the runtime's own Response.
 */
export const fetchTap: Tap = {
  install(watcher: Watcher): void {
    if (!process.versions.bun && !process.versions.deno) return;
    const original = globalThis.fetch;
    const wrapper = new Proxy(original, {
      apply(_target, self, args: Parameters<Fetch>) {
        let call: Call | undefined;
        safe(() => {
          call = open(watcher, args);
        });
        const [, init] = args;
        const refusal = call?.needsAdmission ? call.admit(isWhole(init?.body)) : undefined;
        if (refusal) return Promise.reject(refusal);
        call?.start();
        const answer = Reflect.apply(original, self, args) as ReturnType<Fetch>;
        return call ? observe(answer, call) : answer;
      },
    });
    Object.defineProperty(globalThis, 'fetch', {
      value: wrapper,
      writable: true,
      configurable: true,
      enumerable: true,
    });
  },
};

function open(watcher: Watcher, [input, init]: Parameters<Fetch>): Call | undefined {
  const request = typeof input === 'object' && 'url' in input ? input : undefined;
  const headers = new Headers(init?.headers ?? request?.headers);
  const head: RequestHead = {
    method: (init?.method ?? request?.method ?? 'GET').toUpperCase(),
    url: new URL(request?.url ?? String(input)),
    header: (name) => headers.get(name) ?? undefined,
  };
  const call = watcher.watch(head);
  call?.sent(init?.body);
  return call;
}

function isWhole(body: unknown): boolean {
  return typeof body === 'string' || body instanceof Uint8Array;
}

async function observe(answer: ReturnType<Fetch>, call: Call): ReturnType<Fetch> {
  try {
    const response = await answer;
    safe(() => {
      // The runtime has undone it already.
      call.headers(response.status, (name) =>
        name === 'content-encoding' ? undefined : (response.headers.get(name) ?? undefined),
      );
      tapBody(response, call);
    });
    return response;
  } catch (error) {
    safe(() => call.breakOff(error));
    throw error;
  }
}
