import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Call } from '../call/call.ts';
import type { CostwatchBudgetError } from '../gate/budget-error.ts';
import { gateWriting } from '../gate/http.ts';
import { builtin, observeMethod } from '../host.ts';
import { whenLoaded } from '../loading.ts';
import type { Watcher } from '../watcher.ts';
import { asksForSocket, tapSocket } from '../websocket/tap.ts';
import { fail, listen, requestUrl, type Tap } from './tap.ts';

/** `node:http` and `node:https`, and all that builds on them: axios, got, node-fetch, gaxios. */
export const httpTap: Tap = {
  install(watcher: Watcher): void {
    const calls = new WeakMap<object, Call | 'not billed'>();
    const connected = new WeakSet<Call>();
    const handshakes = new WeakMap<object, CostwatchBudgetError>();
    const callOf = (request: ClientRequest): Call | undefined => {
      // Headers may be set until the first byte is written, so a request is recognised then and not earlier.
      if (!calls.has(request)) calls.set(request, watch(watcher, request, connected, handshakes) ?? 'not billed');
      const call = calls.get(request);
      return call === 'not billed' ? undefined : call;
    };

    const tapWriting = (target: object): void => {
      observeMethod(target, 'write', function (chunk, encoding) {
        callOf(this as ClientRequest)?.sent(chunk, encoding);
      });
      observeMethod(target, 'end', function (chunk, encoding) {
        const call = callOf(this as ClientRequest);
        call?.sent(chunk, encoding);
        if (!call) return;
        whenConnected(this as ClientRequest, () => {
          connected.add(call);
          call.start();
        });
      });
      if (watcher.isGated)
        gateWriting(target, (request) => ({ call: callOf(request), refusal: handshakes.get(request) }));
    };
    if (announcesRequests())
      listen('http.client.request.created', ({ request }) => tapWriting(request as ClientRequest));
    else {
      // What `http` and `https` have in common.
      const client = '_http_client';
      whenLoaded(client, () => tapWriting(builtin<typeof import('node:http')>(client).ClientRequest.prototype));
    }

    listen('http.client.response.finish', (message) => {
      const call = calls.get(message.request as ClientRequest);
      if (!call || call === 'not billed') return;
      connected.add(call);
      tapResponse(call, message.response as IncomingMessage);
    });
  },
};

/** Node 22.12 and later; before that the prototype is the only place to see what is written. */
function announcesRequests(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 12);
}

function watch(
  watcher: Watcher,
  request: ClientRequest,
  connected: WeakSet<Call>,
  refused: WeakMap<object, CostwatchBudgetError>,
): Call | undefined {
  const header = (name: string): string | undefined => {
    const value = request.getHeader(name);
    return value === undefined ? undefined : String(value);
  };
  const origin = `${request.protocol}//${header('host') ?? request.host}`;
  const head = { method: request.method, url: requestUrl(origin, request.path), header };
  if (asksForSocket(head)) {
    const error = watcher.isGated ? watcher.admitSocket(head) : undefined;
    if (error) refused.set(request, error);
    observeMethod(request, 'emit', (event, response, socket, first) => {
      if (event !== 'upgrade') return;
      const extensions = (response as IncomingMessage).headers['sec-websocket-extensions'];
      tapSocket(watcher, { request: head, socket: socket as Socket, head: first as Buffer, extensions });
    });
    return undefined;
  }
  const call = watcher.watch(head);
  if (!call) return undefined;
  observeMethod(request, 'emit', (event, value) => {
    if (event === 'error') fail(call, value, connected.has(call));
    if (event === 'close') call.breakOff();
  });
  return call;
}

/** A mock's request has a socket that is connected to nothing: it must not look like a call. */
function whenConnected(request: ClientRequest, connected: () => void): void {
  const wait = (socket: Socket): void => {
    if (socket.remoteAddress) connected();
    else observeMethod(socket, 'emit', (event) => event === 'connect' && socket.remoteAddress && connected());
  };
  if (request.socket) wait(request.socket);
  else observeMethod(request, 'emit', (event, socket) => event === 'socket' && wait(socket as Socket));
}

/** `push` is where Node hands a response its bytes, before anybody has read them. */
function tapResponse(call: Call, response: IncomingMessage): void {
  if (!response.socket?.remoteAddress) {
    call.forget();
    return;
  }
  call.headers(response.statusCode ?? 0, (name) => {
    const value = response.headers[name];
    return value === undefined ? undefined : String(value);
  });
  observeMethod(response, 'push', (chunk) => {
    if (chunk !== null) call.received(chunk);
    else if (response.complete) call.complete();
    else call.breakOff();
  });
  observeMethod(response, '_destroy', (error) => call.breakOff(error ?? undefined));
}
