import type { ClientHttp2Stream } from 'node:http2';
import type { RequestHead } from '../../../providers/provider.ts';
import type { Call } from '../call/call.ts';
import { observeMethod, replaceMethod } from '../host.ts';
import type { Watcher } from '../watcher.ts';
import { onFirstHttp2 } from './http2-prototype.ts';
import { fail, listen, requestUrl, type Tap } from './tap.ts';

type Headers = Readonly<Record<string, unknown>>;

/** `node:http2`, and what builds on it, such as got with `http2: true`. */
export const http2Tap: Tap = {
  install(watcher: Watcher): void {
    const tap = (stream: ClientHttp2Stream, headers: unknown): void => {
      if (stream.session && belongsToUndici(stream.session)) return;
      const head = headOf(stream, headers);
      const call = head && watcher.watch(head);
      if (!call) return;
      follow(stream, call);
      if (call.needsAdmission) gateStream(stream, call);
    };
    if (announcesStreams())
      listen('http2.client.stream.created', ({ stream, headers }) => tap(stream as ClientHttp2Stream, headers));
    else onFirstHttp2((session) => tapRequests(session, tap));
  },
};

/** The channel came with 22.17 and 24.2. */
function announcesStreams(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > 24 || (major === 24 && minor >= 2) || (major === 22 && minor >= 17);
}

/** Sees every request that sessions of this prototype make. */
function tapRequests(prototype: object, tap: (stream: ClientHttp2Stream, headers: unknown) => void): void {
  const original = Reflect.get(prototype, 'request') as CallableFunction;
  const wrapper = function (this: object, ...args: unknown[]): ClientHttp2Stream {
    const stream = Reflect.apply(original, this, args) as ClientHttp2Stream;
    try {
      tap(stream, args[0]);
    } catch {
      // The host goes on as without us.
    }
    return stream;
  };
  Object.defineProperty(prototype, 'request', { value: wrapper, writable: true, configurable: true });
}

/** undici speaks HTTP/2 by itself, and its own channels announce that. */
function belongsToUndici(session: object): boolean {
  return Object.getOwnPropertySymbols(session).some(({ description }) => description === 'open streams');
}

function headOf(stream: ClientHttp2Stream, given: unknown): RequestHead | undefined {
  // What is sent, with what the session added; `given` may be a list.
  const headers: Headers = stream.sentHeaders ?? (isPlain(given) ? given : {});
  const header = (name: string): string | undefined => {
    const key = Object.keys(headers).find((known) => known.toLowerCase() === name);
    return key === undefined ? undefined : String(headers[key]);
  };
  const authority = header(':authority') ?? header('host');
  if (!authority) return undefined;
  const origin = `${header(':scheme') ?? 'https'}://${authority}`;
  return { method: header(':method') ?? 'GET', url: requestUrl(origin, header(':path') ?? '/'), header };
}

function follow(stream: ClientHttp2Stream, call: Call): void {
  observeMethod(stream, 'write', (chunk, encoding) => call.sent(chunk, encoding));
  observeMethod(stream, 'end', (chunk, encoding) => {
    call.sent(chunk, encoding);
    call.start();
  });
  // Bytes may come before the event for the headers.
  let early: unknown[] | undefined = [];
  observeMethod(stream, 'emit', (event, headers) => {
    if (event !== 'response' || !isPlain(headers)) return;
    call.headers(Number(headers[':status']), (name) => {
      const value = headers[name];
      return value === undefined ? undefined : String(value);
    });
    for (const chunk of early ?? []) call.received(chunk);
    early = undefined;
  });
  observeMethod(stream, 'push', (chunk) => {
    if (chunk === null) {
      if (!stream.rstCode) call.complete();
    } else if (early) early.push(Buffer.from(chunk as Uint8Array));
    else call.received(chunk);
  });
  observeMethod(stream, '_destroy', (error) => {
    if (error) fail(call, error, !stream.pending);
    else call.breakOff();
  });
}

/** The head of the request may have left by now; a refused one's body never does, and its stream is reset. */
function gateStream(stream: ClientHttp2Stream, call: Call): void {
  let isRefused = false;
  const refuses = (isWhole: boolean): boolean => {
    if (isRefused || !call.needsAdmission) return isRefused;
    const error = call.admit(isWhole);
    isRefused = error !== undefined;
    if (error) stream.destroy(error);
    return isRefused;
  };
  replaceMethod(stream, 'write', (_self, _args, original) => (refuses(false) ? false : original()));
  replaceMethod(stream, 'end', (self, [chunk, encoding], original) => {
    if (call.needsAdmission) call.sent(chunk, encoding);
    return refuses(true) ? self : original();
  });
}

function isPlain(value: unknown): value is Headers {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
