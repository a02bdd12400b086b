import type { Duplex } from 'node:stream';
import type { RequestHead } from '../../../providers/provider.ts';
import type { Call } from '../call/call.ts';
import { gateRequest, refuseAtStart } from '../gate/undici.ts';
import { observeMethod } from '../host.ts';
import type { Watcher } from '../watcher.ts';
import { asksForSocket, tapSocket, unread } from '../websocket/tap.ts';
import { fail, listen, requestUrl, type Tap } from './tap.ts';

/**
 * `fetch` and every copy of undici, through its diagnostics channels
 * (https://undici.nodejs.org/#/docs/api/DiagnosticsChannel). The channels carry no bodies before undici 7.11, so those
 * are seen by wrapping the methods of that one request object.
 */
export const undiciTap: Tap = {
  install(watcher: Watcher): void {
    const calls = new WeakMap<object, Call>();
    const unwrapped = new WeakSet<Call>();
    const sent = new WeakSet<Call>();
    const follow = (channel: string, observe: (call: Call, message: Readonly<Record<string, unknown>>) => void): void =>
      listen(`undici:${channel}`, (message) => {
        const call = isObjectLike(message.request) ? calls.get(message.request) : undefined;
        if (call) observe(call, message);
      });

    listen('undici:request:create', ({ request }) => {
      if (!isObjectLike(request)) return;
      const { method, origin, path, headers } = request;
      if (typeof method !== 'string' || typeof path !== 'string') return;
      const header = (name: string) => find(headers, name) ?? (name === 'upgrade' ? upgradeOf(request) : undefined);
      const head = { method, url: requestUrl(String(origin), path), header };
      if (asksForSocket(head)) {
        if (watcher.isGated) refuseAtStart(request, () => watcher.admitSocket(head));
        tapUpgrade(watcher, request, head);
        return;
      }
      const call = watcher.watch(head);
      if (!call) return;
      calls.set(request, call);
      if (call.needsAdmission) gateRequest(request, call);
      observeMethod(request, 'onBodySent', (chunk) => call.sent(chunk));
      // undici 8 renamed the method; the channel below serves where there is neither.
      const seen = ['onResponseData', 'onData'].some((name) =>
        observeMethod(request, name, (chunk) => call.received(chunk)),
      );
      if (!seen) unwrapped.add(call);
    });
    follow('request:bodyChunkReceived', (call, { chunk }) => {
      if (unwrapped.has(call)) call.received(chunk);
    });
    follow('client:sendHeaders', (call) => {
      sent.add(call);
      call.sending();
    });
    follow('request:bodySent', (call) => {
      sent.add(call);
      call.start();
    });
    follow('request:headers', (call, { response }) => {
      sent.add(call);
      if (!isObjectLike(response)) return;
      call.headers(Number(response.statusCode), (name) => find(response.headers, name));
    });
    follow('request:trailers', (call) => call.complete());
    follow('request:error', (call, { error }) => fail(call, error ?? new Error('unknown'), sent.has(call)));
  },
};

/** undici keeps it apart from the headers. */
function upgradeOf(request: Readonly<Record<string, unknown>>): string | undefined {
  return typeof request.upgrade === 'string' ? request.upgrade : undefined;
}

function tapUpgrade(watcher: Watcher, request: object, head: RequestHead): void {
  const observe = (_status: unknown, headers: unknown, upgraded: unknown): void => {
    const socket = upgraded as Duplex;
    const extensions = find(headers, 'sec-websocket-extensions');
    tapSocket(watcher, { request: head, socket, head: unread(socket), extensions });
  };
  // undici 8 renamed the method.
  ['onRequestUpgrade', 'onUpgrade'].some((name) => observeMethod(request, name, observe));
}

function isObjectLike(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** A header of undici: a list of names and values in turn, one text of lines (undici 5), or an object (undici 8). */
function find(headers: unknown, name: string): string | undefined {
  if (Array.isArray(headers)) {
    for (let i = 0; i + 1 < headers.length; i += 2) {
      if (String(headers[i]).toLowerCase() === name) return String(headers[i + 1]);
    }
    return undefined;
  }
  if (typeof headers === 'string') {
    const line = headers.split('\r\n').find((text) => text.toLowerCase().startsWith(`${name}:`));
    return line?.slice(name.length + 1).trim();
  }
  if (!isObjectLike(headers)) return undefined;
  const key = Object.keys(headers).find((known) => known.toLowerCase() === name);
  return key === undefined ? undefined : String(headers[key]);
}
