import { type EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo, Socket } from 'node:net';
import { deflateRawSync, constants as zlib } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { httpTap } from '../../src/capture/child/taps/http.ts';
import type { Watcher } from '../../src/capture/child/watcher.ts';
import { FrameReader, MAX_MESSAGE_BYTES } from '../../src/capture/child/websocket/frames.ts';
import { inflatersOf, MessageInflater } from '../../src/capture/child/websocket/inflate.ts';
import { type SocketContext, SocketSession } from '../../src/capture/child/websocket/session.ts';
import type { UsageEvent } from '../../src/core/usage/event.ts';
import type { SocketCall, UsageFacts } from '../../src/providers/provider.ts';

interface Peer extends EventEmitter {
  send(data: string, options?: { binary: boolean }): void;
  close(): void;
}
interface PeerServer {
  handleUpgrade(request: IncomingMessage, socket: Socket, head: Buffer, opened: (peer: Peer) => void): void;
}
const { WebSocket, WebSocketServer } = createRequire(import.meta.url)('ws') as {
  WebSocket: new (url: string, options: object) => Peer;
  WebSocketServer: new (options: object) => PeerServer;
};

interface FrameBytes {
  opcode?: number;
  last?: boolean;
  compressed?: boolean;
  mask?: boolean;
}

/** One frame; `announced` sizes may be larger than what follows. */
function frame(payload: Uint8Array | string, { opcode = 1, last = true, compressed = false, mask }: FrameBytes = {}) {
  const body = Buffer.from(payload as string);
  const first = (last ? 0x80 : 0) | (compressed ? 0x40 : 0) | opcode;
  const flag = mask ? 0x80 : 0;
  const size =
    body.length < 126
      ? Buffer.from([flag | body.length])
      : body.length < 65_536
        ? Buffer.from([flag | 126, body.length >> 8, body.length & 0xff])
        : Buffer.concat([Buffer.from([flag | 127]), bigEndian(body.length)]);
  const key = mask ? Buffer.from([1, 2, 3, 4]) : Buffer.alloc(0);
  if (mask) for (let i = 0; i < body.length; i++) body[i]! ^= key[i & 3]!;
  return Buffer.concat([Buffer.from([first]), size, key, body]);
}

function bigEndian(size: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(size));
  return bytes;
}

function deflated(text: string): Buffer {
  return deflateRawSync(text, { finishFlush: zlib.Z_SYNC_FLUSH }).subarray(0, -4);
}

function read(chunks: Uint8Array[], inflater?: MessageInflater): { messages: string[]; missed: number } {
  const messages: string[] = [];
  let missed = 0;
  const reader = new FrameReader({
    inflater,
    message: (bytes, isText) => messages.push(`${isText ? 'text' : 'binary'} ${Buffer.from(bytes)}`),
    missed: () => missed++,
  });
  for (const chunk of chunks) reader.add(chunk);
  return { messages, missed };
}

describe('frames', () => {
  const long = 'x'.repeat(70_000);
  const bytes = Buffer.concat([
    frame('one'),
    frame('', { opcode: 9 }),
    frame('two', { mask: true }),
    frame('half ', { last: false }),
    frame('ping', { opcode: 9 }),
    frame('and half', { opcode: 0, mask: true }),
    frame('{}', { opcode: 2 }),
    frame('y'.repeat(300), { mask: true }),
    frame('', {}),
  ]);
  const messages = ['text one', 'text two', 'text half and half', 'binary {}', `text ${'y'.repeat(300)}`, 'text '];

  it('give their messages, wherever they are cut', () => {
    expect(read([bytes])).toEqual({ messages, missed: 0 });
    expect(read([...bytes].map((byte) => Buffer.from([byte])))).toEqual({ messages, missed: 0 });
    for (let cut = 1; cut < bytes.length; cut += 7)
      expect(read([bytes.subarray(0, cut), bytes.subarray(cut)]).messages).toEqual(messages);
  });

  it('of 64 KB and more have a long size', () => {
    expect(read([frame(long), frame('end')]).messages).toEqual([`text ${long}`, 'text end']);
  });

  it('leave the bytes that pass as they are', () => {
    const passing = frame('secret', { mask: true });
    const before = Buffer.from(passing);
    read([passing]);
    expect(passing.equals(before)).toBe(true);
  });

  it('of more than 4 MB are counted as missed, and the next is read', () => {
    const large = Buffer.alloc(MAX_MESSAGE_BYTES, 'a');
    expect(read([frame(large), frame('end')])).toMatchObject({ missed: 0, messages: [{}, 'text end'] });
    expect(read([frame(Buffer.concat([large, large]).subarray(0, large.length + 1)), frame('end')])).toEqual({
      missed: 1,
      messages: ['text end'],
    });
  });

  it.each([
    ['an unknown kind', frame('x', { opcode: 3 })],
    ['a continuation of nothing', frame('x', { opcode: 0 })],
  ])('with %s end the reading', (_title, odd) => {
    expect(read([odd, frame('one')])).toEqual({ messages: [], missed: 0 });
  });
});

describe('compressed messages', () => {
  it('refer back to earlier ones', async () => {
    const texts = Array.from({ length: 40 }, (_, i) => `{"usageMetadata":{"promptTokenCount":${i}}}`.repeat(60));
    const { client } = inflatersOf('permessage-deflate; server_no_context_takeover', MAX_MESSAGE_BYTES);
    const deflate = (await import('node:zlib')).createDeflateRaw();
    const frames: Buffer[] = [];
    for (const text of texts) {
      const parts: Buffer[] = [];
      const collect = (part: Buffer): number => parts.push(part);
      deflate.on('data', collect);
      deflate.write(text);
      await new Promise<void>((resolve) => deflate.flush(zlib.Z_SYNC_FLUSH, resolve));
      deflate.off('data', collect);
      frames.push(frame(Buffer.concat(parts).subarray(0, -4), { compressed: true, mask: true }));
    }
    expect(read(frames, client)).toEqual({ messages: texts.map((text) => `text ${text}`), missed: 0 });
  });

  it('after one that was missed are missed too, unless each stands alone', () => {
    const bomb = frame(deflated('a'.repeat(2000)), { compressed: true });
    const next = frame(deflated('next'), { compressed: true });
    expect(read([bomb, next], new MessageInflater(true, 1000))).toEqual({ messages: [], missed: 2 });
    expect(read([bomb, next], new MessageInflater(false, 1000))).toEqual({ messages: ['text next'], missed: 1 });
  });

  it('without an agreement are missed', () => {
    expect(inflatersOf('x-other', 1)).toEqual({});
    expect(read([frame(deflated('x'), { compressed: true })])).toEqual({ messages: [], missed: 1 });
  });
});

const FACTS: UsageFacts = { service: 'test', operation: 'live', status: 'incomplete' };

function contextOf(records: [string, UsageEvent][], problems: string[] = []): SocketContext {
  let count = 6;
  return {
    process: '1-0-a',
    sessionId: 's1',
    labels: () => ({ panel: '1' }),
    nextNumber: () => ++count,
    record: (phase: string, call: number, event: UsageEvent) => records.push([`${phase} ${call}`, event]),
    reportProblem: (reason: string) => problems.push(reason),
  };
}

describe('a session', () => {
  it('records each turn of a socket as a call of its own', () => {
    const records: [string, UsageEvent][] = [];
    const answers: SocketCall[][] = [
      [{ key: 'turn', facts: FACTS, done: false }],
      [{ key: 'turn', facts: { ...FACTS, usage: { outputTokens: 5 } }, done: false }],
      [{ key: 'turn', facts: { ...FACTS, status: 'ok', usage: { outputTokens: 9 } }, done: true }],
      [{ key: 'turn', facts: FACTS, done: false }],
    ];
    const next = (): SocketCall[] => answers.shift() ?? [];
    const ended = vi.fn();
    const session = new SocketSession({ sent: next, received: next, closed: next }, contextOf(records), ended);
    for (let i = 0; i < 3; i++) session.received(Buffer.from('x'), true);
    session.closed();
    session.closed();
    session.received(Buffer.from('late'), true);
    expect(records.map(([phase]) => phase)).toEqual(['start 7', 'usage 7', 'end 7', 'start 8']);
    expect(records[2]![1]).toMatchObject({
      id: '1-0-a-7',
      attempt: 1,
      labels: { panel: '1' },
      sessionId: 's1',
      usage: { outputTokens: 9 },
    });
    expect(ended).toHaveBeenCalledTimes(1);
  });

  it('survives a reader that fails, and reports it without the message', () => {
    const problems: string[] = [];
    const fail = (): never => {
      throw new TypeError('a secret');
    };
    const session = new SocketSession(
      { sent: fail, received: fail, closed: () => [] },
      contextOf([], problems),
      () => {},
    );
    session.sent(Buffer.from('x'), true);
    session.missed();
    expect(problems).toEqual([
      'a WebSocket message could not be read: a bug in costwatch (TypeError)',
      'a WebSocket message was too large to read: its counts are missing',
    ]);
  });
});

describe('the ws package', () => {
  const seen: string[] = [];
  const http = createServer();
  let url: string;
  beforeAll(async () => {
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}`;
    const watcher = {
      watch: () => undefined,
      openSocket: () => ({
        sent: (bytes: Uint8Array) => seen.push(`> ${Buffer.from(bytes)}`),
        received: (bytes: Uint8Array) => seen.push(`< ${Buffer.from(bytes)}`),
        missed: () => seen.push('missed'),
        closed: () => seen.push('closed'),
      }),
    };
    httpTap.install(watcher as unknown as Watcher);
  });
  afterAll(() => void http.close());

  it.each([
    ['plain', false, false],
    ['compressed, with the context kept', true, true],
    ['compressed, each by itself', true, false],
  ])('%s', async (_title, compressed, takeover) => {
    seen.length = 0;
    const options = { threshold: 0, serverNoContextTakeover: !takeover, clientNoContextTakeover: !takeover };
    const server = new WebSocketServer({ noServer: true, perMessageDeflate: compressed ? options : false });
    http.once('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) =>
      server.handleUpgrade(request, socket, head, (peer) => {
        // In the packet of the handshake itself.
        peer.send('welcome');
        peer.on('message', (data, isBinary) => peer.send(`echo ${data}`, { binary: isBinary }));
      }),
    );
    const client = new WebSocket(url, { perMessageDeflate: compressed ? options : false });
    const got: string[] = [];
    client.on('message', (data) => got.push(String(data)));
    await once(client, 'message');
    for (let i = 0; i < 20; i++) {
      client.send(`message ${i} `.repeat(30), { binary: i % 2 === 0 });
      await once(client, 'message');
    }
    client.close();
    await once(client, 'close');
    expect(got.length).toBe(21);
    expect(seen.filter((line) => line.startsWith('<'))).toEqual(got.map((text) => `< ${text}`));
    const sent = Array.from({ length: 20 }, (_, i) => `> ${`message ${i} `.repeat(30)}`);
    expect(seen.filter((line) => line.startsWith('>'))).toEqual(sent);
    expect(seen.filter((line) => line === 'closed').length).toBeGreaterThan(0);
    expect(seen).not.toContain('missed');
  });
});
