import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AUDIO, type Stub, startHttp2Stub, startStub } from './stub-server.ts';
import { program, type Watched, watched } from './watched.ts';

let stub: Stub;
beforeAll(async () => {
  stub = await startStub();
});
afterAll(() => stub.close());

async function run(name: string, ...args: string[]): Promise<Watched> {
  const env = { STUB_URL: stub.url, GOOGLE_GEMINI_BASE_URL: stub.url };
  const result = await watched(program(name, ...args), { env });
  expect(result.stderr).toBe('');
  expect(result.spool).not.toContain('secret');
  return result;
}

const ANSWERED = {
  service: 'gemini',
  operation: 'generate_content',
  responseModel: 'gemini-2.5-flash',
  status: 'ok',
  httpStatus: 200,
  attempt: 1,
  sessionId: 'session-1',
  usage: { inputTokens: 8, outputTokens: 50 },
};

describe('Gemini calls are seen', () => {
  it.each([
    ['the SDK in an ES module', 'gemini-sdk.mjs', ['once'], 'word50 \n'],
    ['the SDK in a CommonJS module', 'gemini-sdk.cjs', [], 'word50 \n'],
    ['the SDK, streaming', 'gemini-sdk.mjs', ['stream'], 'word10 \nword20 \nword30 \nword40 \nword50 \n'],
    ['fetch', 'fetch.mjs', ['gemini-2.5-flash'], '200 58\n'],
    ['node:http', 'http-request.cjs', ['gemini-2.5-flash'], '200 58\n'],
  ])('%s', async (_title, name, args, stdout) => {
    const result = await run(name, ...args);
    expect(result.stdout.toString()).toBe(stdout);
    expect(result.code).toBe(0);
    expect(result.run?.events).toMatchObject([ANSWERED]);
    expect(result.run?.problems).toEqual([]);
    expect(result.run?.unwatched).toEqual([]);
    expect(result.live.map((call) => call.phase)).toEqual(expect.arrayContaining(['start', 'end']));
  });

  it.each([['fetch.mjs'], ['http-request.cjs']])('through gzip: %s', async (name) => {
    const result = await run(name, 'gemini-gzip');
    expect(result.stdout.toString()).toBe('200 58\n');
    expect(result.run?.events).toMatchObject([{ ...ANSWERED, responseModel: 'gemini-gzip' }]);
  });

  it.each([['fetch.mjs'], ['http-request.cjs']])('a refusal and its retry are two attempts: %s', async (name) => {
    const own = await startStub();
    const env = { STUB_URL: own.url };
    const { run: seen } = await watched(program(name, 'gemini-busy', 'gemini-busy', 'gemini-busy'), { env });
    await own.close();
    expect(seen?.events).toMatchObject([
      { status: 'failed', httpStatus: 429, errorCode: 'RESOURCE_EXHAUSTED', attempt: 1 },
      { status: 'ok', attempt: 2 },
      { status: 'ok', attempt: 1 },
    ]);
  });
});

it('sees speech and its bill, and leaves the audio alone', async () => {
  const result = await run('speech-sdk.mjs');
  expect(result.stdout.toString()).toBe(`${createHash('md5').update(Buffer.concat(AUDIO)).digest('hex')}\n`);
  expect(result.run?.events).toMatchObject([
    {
      id: 'speech-1',
      service: 'elevenlabs',
      operation: 'text_to_speech',
      status: 'ok',
      voice: 'Rachel',
      usage: { characters: 21, credits: 21 },
    },
  ]);
});

it('tells a call that broke off from one that never reached a server', async () => {
  const result = await run('http-broken.cjs');
  expect(result.stdout.toString()).toBe('ECONNRESET\nECONNREFUSED\n');
  expect(result.run?.events).toMatchObject([
    { status: 'incomplete', errorCode: 'ECONNRESET', usage: { outputTokens: 20 } },
  ]);
  expect(result.run?.problems.map(({ reason }) => reason)).toEqual([
    '1 request never reached a server (ECONNREFUSED): no call, and nothing to pay',
  ]);
});

it('sees only what may be billed: no listing, a cancelled stream up to its end, a Request object', async () => {
  const result = await run('odd.mjs');
  expect(result.stdout.toString()).toBe('[] AbortError true 200\n');
  expect(result.run?.events).toMatchObject([
    { status: 'incomplete', errorCode: 'AbortError', usage: { outputTokens: 10 } },
    { status: 'failed', errorCode: '307' },
    { status: 'ok', responseModel: 'gemini-two', attempt: 1 },
    { status: 'ok', responseModel: 'gemini-three' },
  ]);
});

describe('HTTP/2 calls are seen', () => {
  let http2: Stub;
  beforeAll(async () => {
    http2 = await startHttp2Stub();
  });
  afterAll(() => http2.close());

  it.each([
    ['whole', 'http2.mjs', ['generateContent', 'gemini-2.5-flash', 'gemini-2.5-flash'], 2],
    ['streamed', 'http2.mjs', ['streamGenerateContent', 'gemini-2.5-flash'], 1],
    ['from CommonJS', 'http2-required.cjs', [], 1],
  ])('%s', async (_title, name, args, calls) => {
    const result = await watched(program(name, ...args), { env: { STUB_URL: http2.url } });
    expect(result.stderr).toBe('');
    expect(result.spool).not.toContain('secret');
    expect(result.run?.events).toMatchObject(Array.from({ length: calls }, () => ANSWERED));
  });

  it('up to where they were cancelled', async () => {
    const result = await watched(program('http2.mjs', 'streamGenerateContent', 'gemini-hold'), {
      env: { STUB_URL: http2.url },
    });
    expect(result.run?.events).toMatchObject([{ status: 'incomplete', usage: { outputTokens: 10 } }]);
  });
});
