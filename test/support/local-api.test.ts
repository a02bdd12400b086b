import { once } from 'node:events';
import { get, request as httpRequest, type IncomingMessage } from 'node:http';
import { GoogleGenAI } from '@google/genai';
import { afterEach, describe, expect, it } from 'vitest';
import { elevenLabsError } from '../../src/demo/elevenlabs/errors.ts';
import type { Handler } from '../../src/demo/exchange.ts';
import { failFirst, stopAfter } from '../../src/demo/faults.ts';
import { geminiError, rateLimited } from '../../src/demo/gemini/errors.ts';
import { gemini } from '../../src/demo/gemini/route.ts';
import { type LocalApi, type LocalApiOptions, startLocalApi } from '../../src/demo/local-api.ts';

const MODEL = 'gemini-3.5-flash-lite';
const PATH = `/v1beta/models/${MODEL}:streamGenerateContent?alt=sse`;
const GENERATE = /:generateContent$/;
const STREAM = /:streamGenerateContent$/;

let api: LocalApi;

afterEach(() => api.close());

describe('startLocalApi', () => {
  it('answers 404 outside both vendors and keeps query keys out of the record', async () => {
    await start();
    expect((await fetch(`${api.url}/elsewhere?key=secret`)).status).toBe(404);
    expect(JSON.stringify(api.exchanges)).not.toContain('secret');
    expect(api.exchanges).toMatchObject([{ method: 'GET', path: '/elsewhere', status: 404, complete: true }]);
  });

  it('compresses for a client that accepts gzip, and only then', async () => {
    await start();
    expect((await stream()).headers.get('content-encoding')).toBe('gzip');
    const plain = await stream({ 'accept-encoding': 'identity' });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(await plain.text()).toMatch(/^data: \{/);
  });

  it('sends compressed chunks as they are made', async () => {
    await start({ handlers: [cutting(1, 'never')] });
    const leave = new AbortController();
    const response = await stream({}, leave.signal);
    const { value } = (await response.body?.getReader().read()) ?? {};
    expect(Buffer.from(value ?? []).toString()).toContain('usageMetadata');
    leave.abort();
  });

  it('shows a fault in a handler to the client', async () => {
    await start({
      handlers: [
        () => {
          throw new Error('broken handler');
        },
      ],
    });
    const response = await stream();
    expect([response.status, await response.text()]).toEqual([500, 'The local API failed: Error: broken handler']);
  });

  it('ends with connections open', async () => {
    await start({ handlers: [cutting(1, 'never')] });
    const response = await stream();
    await api.close();
    await expect(response.text()).rejects.toThrow();
  });
});

describe('scripted failures', () => {
  it('sends a 429 that the SDK retries', async () => {
    await start({ handlers: [failFirst(GENERATE, rateLimited(MODEL, '0s'))] });
    const response = await client({ attempts: 2 }).models.generateContent({ model: MODEL, contents: 'Hi' });
    expect(response.usageMetadata?.promptTokenCount).toBe(1);
    expect(api.exchanges.map(({ status, usage }) => [status, usage?.promptTokenCount])).toEqual([
      [429, undefined],
      [200, 1],
    ]);
  });

  it.each([
    [400, 'INVALID_ARGUMENT'],
    [429, 'RESOURCE_EXHAUSTED'],
    [500, 'INTERNAL'],
    [503, 'UNAVAILABLE'],
  ] as const)('sends Google’s %i body', async (code, status) => {
    await start({ handlers: [failFirst(GENERATE, geminiError(code))] });
    const failure = await client()
      .models.generateContent({ model: MODEL, contents: 'Hi' })
      .catch((error) => error);
    expect(failure.status).toBe(code);
    expect(JSON.parse(failure.message)).toMatchObject({ error: { code, status } });
  });

  it('names quota and delay in a 429', async () => {
    await start({ handlers: [failFirst(GENERATE, rateLimited(MODEL))] });
    const failure = await client()
      .models.generateContent({ model: MODEL, contents: 'Hi' })
      .catch((error) => error);
    expect(JSON.parse(failure.message).error.details).toMatchObject([
      { violations: [{ quotaDimensions: { model: MODEL } }] },
      {},
      { retryDelay: '1s' },
    ]);
  });

  it.each(['too_many_concurrent_requests', 'system_busy'] as const)('sends ElevenLabs’ 429 %s', async (status) => {
    await start({ handlers: [failFirst(/^\/v1\//, elevenLabsError(status))] });
    const response = await fetch(`${api.url}/v1/text-to-speech/voice`, { method: 'POST' });
    expect(response.status).toBe(429);
    expect(await response.json()).toMatchObject({ detail: { status } });
  });

  it('cuts a stream and keeps the usage that went out', async () => {
    await start({ handlers: [cutting(2, 'destroy')] });
    const response = await stream({ 'accept-encoding': 'identity' });
    await expect(response.text()).rejects.toThrow();
    expect(api.exchanges[0]).toMatchObject({ status: 200, usage: { promptTokenCount: 75 }, complete: false });
  });

  it.each(['identity', 'gzip'])('lets a client leave an endless stream (%s)', async (encoding) => {
    const endless: Handler = () => ({
      gzip: true,
      chunks: (function* () {
        while (true) yield { data: 'x'.repeat(65_536), usage: { promptTokenCount: 3 } };
      })(),
    });
    await start({ handlers: [endless] });
    const headers = { 'accept-encoding': encoding };
    const response = await new Promise<IncomingMessage>((resolve) => get(api.url, { headers }, resolve));
    await once(response, 'data');
    response.destroy();
    expect(api.exchanges[0]).toMatchObject({ usage: { promptTokenCount: 3 }, complete: false });
  });

  it('sends a body larger than the connection buffers', async () => {
    const size = 20_000_000;
    await start({ handlers: [() => ({ body: new Uint8Array(size) })] });
    const response = await fetch(api.url);
    expect((await response.arrayBuffer()).byteLength).toBe(size);
    expect(api.exchanges[0]?.complete).toBe(true);
  });

  it('survives a client that leaves while it sends', async () => {
    await start();
    const request = httpRequest(`${api.url}${PATH}`, { method: 'POST', headers: { 'content-length': 100 } });
    request.on('error', () => {});
    request.write('{');
    await once(request, 'socket');
    request.destroy();
    expect((await stream()).status).toBe(200);
  });
});

async function start(options: LocalApiOptions = {}): Promise<void> {
  api = await startLocalApi(options);
}

function cutting(chunks: number, ending: 'destroy' | 'never'): Handler {
  return (request) => {
    const reply = STREAM.test(request.path) ? gemini(request) : undefined;
    return reply && stopAfter(chunks, ending, reply);
  };
}

function client(retryOptions?: { attempts: number }): GoogleGenAI {
  const httpOptions = { baseUrl: api.url, ...(retryOptions && { retryOptions }) };
  return new GoogleGenAI({ apiKey: 'test', vertexai: false, httpOptions });
}

function stream(headers: Record<string, string> = {}, signal?: AbortSignal): Promise<Response> {
  return fetch(`${api.url}${PATH}`, {
    method: 'POST',
    headers: { 'x-goog-api-key': 'test', ...headers },
    body: JSON.stringify({ contents: [{ parts: [{ text: 'Hi' }] }] }),
    ...(signal && { signal }),
  });
}
