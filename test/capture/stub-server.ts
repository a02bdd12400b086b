import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

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

/**
 * Answers by the model in the path: `gemini-hold` sends one chunk and then nothing, `gemini-busy` refuses with 429
 * the first time, `gemini-cut` breaks the connection, `gemini-paced` waits for a request to `/ack` after each chunk, `gemini-gzip` compresses, `gemini-moved` redirects; all others answer.
 */
export async function startStub(): Promise<Stub> {
  let busy = 0;
  const acknowledgements = new EventEmitter();
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    request.resume();
    await once(request, 'end');
    const path = request.url!.split('?')[0]!;
    if (path === '/ack') return void response.end(() => acknowledgements.emit('ack'));
    if (path.includes('/text-to-speech/')) return speak(response);
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
    if (path.endsWith(':streamGenerateContent')) return stream(model, response, acknowledgements);
    const body = Buffer.from(JSON.stringify(chunk(model, 50, true)));
    const gzip = model === 'gemini-gzip';
    const encoding = gzip ? { 'content-encoding': 'gzip' } : {};
    response.writeHead(200, { 'content-type': 'application/json; charset=UTF-8', ...encoding });
    response.end(gzip ? gzipSync(body) : body);
  };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

async function stream(model: string, response: ServerResponse, acknowledgements: EventEmitter): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (let i = 1; i <= 5; i++) {
    const acknowledged = model === 'gemini-paced' && once(acknowledgements, 'ack');
    await write(response, `data: ${JSON.stringify(chunk(model, i * 10, i === 5))}\r\n\r\n`);
    if (model === 'gemini-hold') return;
    if (model === 'gemini-cut' && i === 2) return void response.destroy();
    await acknowledged;
  }
  response.end();
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
