import { type EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { UsageEvent } from '../../src/core/usage/event.ts';
import { watched } from './watched.ts';

const ROOT = join(import.meta.dirname, '../..');
/** A hook to test instead of the one that ships. */
const hook = process.env.COSTWATCH_TEST_HOOK;

interface Peer extends EventEmitter {
  send(data: string): void;
}
const { WebSocketServer } = createRequire(import.meta.url)('ws') as {
  WebSocketServer: new (options: { server: Server }) => EventEmitter;
};

/** Speaks as the vendor whose path was asked for, on every message that ends a turn or a text. */
function answer(peer: Peer, path: string, message: string): void {
  const sent = JSON.parse(message) as Record<string, unknown>;
  if (path.includes('stream-input')) {
    if (sent.text !== '') return;
    peer.send(JSON.stringify({ audio: 'AAAA', isFinal: null }));
    peer.send(JSON.stringify({ audio: null, isFinal: true }));
    return;
  }
  if ('setup' in sent) {
    peer.send(JSON.stringify({ setupComplete: {} }));
    return;
  }
  peer.send(JSON.stringify({ serverContent: { modelTurn: { parts: [{ text: 'a secret' }] } } }));
  const usageMetadata = {
    promptTokenCount: 522,
    responseTokenCount: 42,
    thoughtsTokenCount: 136,
    totalTokenCount: 564,
  };
  peer.send(JSON.stringify({ serverContent: { turnComplete: true }, usageMetadata }));
}

let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer();
  new WebSocketServer({ server }).on('connection', (peer: Peer, request: IncomingMessage & { socket: Socket }) => {
    peer.on('message', (data: Buffer) => answer(peer, request.url ?? '', data.toString()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function callsOf(script: string): Promise<UsageEvent[]> {
  const env = { GOOGLE_GEMINI_BASE_URL: url, API: url.replace('http', 'ws') };
  const command = [process.execPath, '--input-type=module', '-e', script];
  const seen = await watched(command, { env, cwd: ROOT, ...(hook ? { hook } : {}) });
  expect(seen.stderr).toBe('');
  expect(seen.code).toBe(0);
  expect(seen.spool).not.toContain('secret');
  return seen.run!.events;
}

it('a Live session of the SDK is a call for every turn', async () => {
  const events = await callsOf(`
    import { GoogleGenAI } from '@google/genai';
    const ai = new GoogleGenAI({ apiKey: 'k-secret' });
    let turnEnded;
    const onmessage = ({ serverContent }) => serverContent?.turnComplete && turnEnded();
    const session = await ai.live.connect({ model: 'gemini-3.8-live', callbacks: { onmessage } });
    for (const turn of ['a secret', 'another']) {
      const ended = new Promise((resolve) => (turnEnded = resolve));
      session.sendClientContent({ turns: turn, turnComplete: true });
      await ended;
    }
    session.close();
  `);
  const turn = {
    service: 'gemini',
    operation: 'live',
    status: 'ok',
    responseModel: 'gemini-3.8-live',
    usage: { inputTokens: 522, outputTokens: 178, reasoningOutputTokens: 136 },
  };
  expect(events).toMatchObject([turn, turn]);
  expect(events).toHaveLength(2);
});

it('speech over a WebSocket counts the characters that were sent', async () => {
  const events = await callsOf(`
    import { createRequire } from 'node:module';
    const { WebSocket } = createRequire(process.cwd() + '/x')('ws');
    const socket = new WebSocket(process.env.API + '/v1/text-to-speech/21m00Tcm4TlvDq8ikWAM/stream-input?model_id=eleven_flash_v2_5');
    socket.on('open', () => {
      for (const text of [' ', 'a secret ', 'text', '']) socket.send(JSON.stringify({ text, xi_api_key: 'k-secret' }));
    });
    socket.on('message', (data) => JSON.parse(data).isFinal && socket.close());
  `);
  expect(events).toMatchObject([
    {
      service: 'elevenlabs',
      operation: 'text_to_speech',
      status: 'ok',
      voice: 'Rachel',
      responseModel: 'eleven_flash_v2_5',
      usage: { characters: 13 },
    },
  ]);
});
