import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, createSecureServer } from 'node:http2';
import { createRequire } from 'node:module';
import type { AddressInfo, Server, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Certificate } from './tls.ts';

interface Peer extends EventEmitter {
  send(data: string, options?: { binary: boolean }): void;
}
interface PeerServer extends EventEmitter {
  on(event: 'connection', opened: (peer: Peer, request: IncomingMessage) => void): this;
}
// Without types of its own.
const { WebSocketServer } = createRequire(import.meta.url)('ws') as {
  WebSocketServer: new (options: object) => PeerServer;
};

export interface Stub {
  url: string;
  close(): Promise<void>;
}

const usage = (output: number) => ({ promptTokenCount: 8, candidatesTokenCount: output, totalTokenCount: 8 + output });
const chunk = (model: string, output: number, last: boolean) => ({
  candidates: [{ content: { parts: [{ text: `word${output} ` }] }, ...(last ? { finishReason: 'STOP' } : {}) }],
  modelVersion: model,
  usageMetadata: usage(output),
});

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * Answers by the model in the path: `gemini-hold` sends one chunk and then nothing, `gemini-busy` refuses with 429
 * the first time, `gemini-cut` breaks the connection, `gemini-paced` waits for a request to `/ack` after each chunk, `gemini-gzip` compresses, `gemini-moved` redirects; all others answer.
 */
function answering(): Answer {
  let busy = 0;
  const large = { sent: 0 };
  const acknowledgements = new EventEmitter();
  return async (request, response) => {
    request.resume();
    await once(request, 'end');
    const path = request.url!.split('?')[0]!;
    if (path === '/ack') return void response.end(() => acknowledgements.emit('ack'));
    if (path === '/sent') return void response.end(String(large.sent));
    if (path.includes('/text-to-speech/large')) return speakAtLength(response, large);
    if (path.includes('/text-to-speech/')) return speak(response);
    if (path.endsWith('/openai/chat/completions')) return chat(response);
    const model = /models\/([^:]+):/.exec(path)?.[1];
    if (!model) return void response.writeHead(200, { 'content-type': 'application/json' }).end('{"models":[]}');
    if (model === 'gemini-moved') {
      const location = path.replace('gemini-moved', 'gemini-two');
      return void response.writeHead(307, { location }).end();
    }
    if (model === 'gemini-busy' && busy++ === 0) {
      const error = { code: 429, message: 'Slow down', status: 'RESOURCE_EXHAUSTED' };
      return void response.writeHead(429, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
    }
    const sse = request.url!.includes('alt=sse');
    if (path.endsWith(':streamGenerateContent')) return stream(model, response, acknowledgements, sse ? SSE : ARRAY);
    const body = Buffer.from(JSON.stringify(chunk(model, 50, true)));
    const gzip = model === 'gemini-gzip';
    const encoding = gzip ? { 'content-encoding': 'gzip' } : {};
    response.writeHead(200, { 'content-type': 'application/json; charset=UTF-8', ...encoding });
    response.end(gzip ? gzipSync(body) : body);
  };
}

export function startStub(): Promise<Stub> {
  const answer = answering();
  const server = createServer((request, response) => void answer(request, response));
  const sockets = new WebSocketServer({ server, perMessageDeflate: { threshold: 0 } });
  sockets.on('connection', (peer, { url }) => (url?.includes('stream-input') ? speakOn(peer) : talkOn(peer)));
  return serve(server, 'http');
}

/** The same over HTTP/2 in the clear. */
export function startHttp2Stub(): Promise<Stub> {
  const answer = answering();
  // Node's compatibility layer gives HTTP/2 streams the face of HTTP/1 ones.
  return serve(
    createHttp2Server((request, response) => void answer(request as never, response as never)),
    'http',
  );
}

/** The same over TLS, where the client chooses between HTTP/1.1 and HTTP/2. */
export function startTlsStub({ key, cert }: Certificate): Promise<Stub> {
  const answer = answering();
  const options = { key, cert, allowHTTP1: true };
  const server = createSecureServer(options, (request, response) => void answer(request as never, response as never));
  return serve(server, 'https');
}

async function serve(server: Server, scheme: string): Promise<Stub> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  // A client on a busy machine may take a connection up again just as it closes, which fails its call with us or without.
  if ('keepAliveTimeout' in server) server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  };
  return { url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

/** The two framings of a streamed answer, as what comes before the first chunk, before the others, after each, and last. */
const SSE = { type: 'text/event-stream', first: 'data: ', next: 'data: ', after: '\r\n\r\n', end: '' };
const ARRAY = { type: 'application/json; charset=UTF-8', first: '[', next: ',\n', after: '', end: ']' };

async function stream(
  model: string,
  response: ServerResponse,
  acknowledgements: EventEmitter,
  { type, first, next, after, end }: typeof SSE,
): Promise<void> {
  response.writeHead(200, { 'content-type': type });
  for (let i = 1; i <= 5; i++) {
    const acknowledged = model === 'gemini-paced' && once(acknowledgements, 'ack');
    await write(response, `${i === 1 ? first : next}${JSON.stringify(chunk(model, i * 10, i === 5))}${after}`);
    if (model === 'gemini-hold') return;
    if (model === 'gemini-cut' && i === 2) return void response.destroy();
    await acknowledged;
  }
  response.end(end);
}

function write(response: ServerResponse, data: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => response.write(data, () => resolve()));
}

/** The audio that `/text-to-speech/` answers with, in as many writes. */
export const AUDIO = Array.from({ length: 5 }, (_, i) => Buffer.alloc(3000, i));

async function speak(response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'audio/mpeg', 'character-cost': '21', 'request-id': 'speech-1' });
  for (const part of AUDIO) await write(response, part);
  response.end();
}

/** 50 MB of audio, as fast as it is taken. Counts what has left this process. */
async function speakAtLength(response: ServerResponse, large: { sent: number }): Promise<void> {
  large.sent = 0;
  response.writeHead(200, { 'content-type': 'audio/mpeg', 'character-cost': '21', 'request-id': 'speech-large' });
  const part = Buffer.alloc(64 * 1024, 7);
  for (let i = 0; i < 800 && !response.destroyed; i++) {
    await write(response, part);
    large.sent += part.length;
  }
  response.end();
}

async function chat(response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (let i = 1; i <= 5; i++) {
    const choices = [{ index: 0, delta: { content: `word${i * 10} ` }, finish_reason: i === 5 ? 'stop' : null }];
    const tokens = { prompt_tokens: 8, completion_tokens: i * 10, total_tokens: 8 + i * 10 };
    const data = { id: 'chat-1', object: 'chat.completion.chunk', model: 'gemini-2.5-flash', choices, usage: tokens };
    await write(response, `data: ${JSON.stringify(data)}\n\n`);
  }
  response.end('data: [DONE]\n\n');
}

/** A turn of the Live API for every prompt. */
function talkOn(peer: Peer): void {
  peer.on('message', (data) => {
    const { setup } = JSON.parse(String(data)) as { setup?: object };
    const say = (message: object): void => peer.send(JSON.stringify(message), { binary: true });
    if (setup) {
      say({ setupComplete: {} });
      return;
    }
    say({ serverContent: { modelTurn: { parts: [{ text: 'word50 ' }] } } });
    const usageMetadata = { promptTokenCount: 8, responseTokenCount: 50, totalTokenCount: 58 };
    say({ serverContent: { turnComplete: true }, usageMetadata });
  });
}

/** Speech over a WebSocket: the audio once the text has ended. */
function speakOn(peer: Peer): void {
  peer.on('message', (data) => {
    const { text } = JSON.parse(String(data)) as { text: string };
    if (text !== '') return;
    for (const part of AUDIO) peer.send(JSON.stringify({ audio: part.toString('base64') }));
    peer.send(JSON.stringify({ isFinal: true }));
  });
}
