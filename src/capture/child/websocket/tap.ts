import type { Duplex } from 'node:stream';
import type { RequestHead } from '../../../providers/provider.ts';
import { observeMethod } from '../host.ts';
import type { Watcher } from '../watcher.ts';
import { FrameReader, MAX_MESSAGE_BYTES } from './frames.ts';
import { inflatersOf } from './inflate.ts';
import type { SocketSession } from './session.ts';

/** Whether a request asks for a WebSocket; it is then not a call by itself. */
export function asksForSocket(request: RequestHead): boolean {
  return request.header('upgrade')?.toLowerCase() === 'websocket';
}

/** What is known when a handshake has succeeded. */
export interface Upgrade {
  request: RequestHead;
  socket: Duplex;
  /** Bytes of the first frames that came along with the answer. */
  head: Uint8Array;
  /** The answer's `sec-websocket-extensions`. */
  extensions: string | undefined;
}

/** Reads the frames that pass a socket, if a provider wants them: of `ws`, of the global WebSocket, of undici's. */
export function tapSocket(watcher: Watcher, { request, socket, head, extensions }: Upgrade): void {
  // A mock's socket leads nowhere.
  if (!Reflect.get(socket, 'remoteAddress')) return;
  const session = watcher.openSocket(request);
  if (!session) return;
  const { client, server } = inflatersOf(extensions, MAX_MESSAGE_BYTES);
  const missed = (): void => session.missed();
  const sent = new FrameReader({ inflater: client, message: (bytes, text) => session.sent(bytes, text), missed });
  const received = new FrameReader({
    inflater: server,
    message: (bytes, text) => session.received(bytes, text),
    missed,
  });
  received.add(head);
  follow(socket, session, sent, received);
}

function follow(socket: Duplex, session: SocketSession, sent: FrameReader, received: FrameReader): void {
  observeMethod(socket, 'write', (chunk, encoding) => {
    if (chunk instanceof Uint8Array) sent.add(chunk);
    else if (typeof chunk === 'string') sent.add(Buffer.from(chunk, encodingOf(encoding)));
  });
  observeMethod(socket, 'push', (chunk) => {
    if (chunk instanceof Uint8Array) received.add(chunk);
    else if (chunk === null) session.closed();
  });
  observeMethod(socket, '_destroy', () => session.closed());
}

function encodingOf(encoding: unknown): BufferEncoding {
  return typeof encoding === 'string' && Buffer.isEncoding(encoding) ? encoding : 'utf8';
}

/** What a stream holds that nobody has read: undici puts the first frames back into the socket before it hands it over. */
export function unread(socket: Duplex): Uint8Array {
  const state: unknown = Reflect.get(socket, '_readableState');
  const buffer: unknown = typeof state === 'object' && state !== null ? Reflect.get(state, 'buffer') : undefined;
  if (typeof buffer !== 'object' || buffer === null || !(Symbol.iterator in buffer)) return Buffer.alloc(0);
  const parts = [...(buffer as Iterable<unknown>)].filter((part) => part instanceof Uint8Array);
  return Buffer.concat(parts);
}
