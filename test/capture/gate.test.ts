import { existsSync } from 'node:fs';
import { createServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CLIENTS_LOCK } from '../support/install-clients.ts';
import { NODES } from './nodes.ts';
import { type RawServer, startRawServer } from './raw-server.ts';
import { startHttp2Stub, startStub } from './stub-server.ts';
import { CLIENTS, gated, PROGRAMS, program, unwatchedOutput, watched } from './watched.ts';

const CALL = join(CLIENTS, 'call.mjs');
const installed = existsSync(CLIENTS_LOCK);

let server: RawServer;
beforeAll(async () => {
  server = await startRawServer();
});
afterAll(() => server.close());
beforeEach(() => server.clear());

interface Client {
  name: string;
  /** The oldest Node that it runs on. */
  since?: number;
  /** Its own error hides ours. */
  hides?: true;
}

const ALL: Client[] = [
  { name: 'fetch' },
  { name: 'undici5' },
  { name: 'undici6' },
  { name: 'undici7' },
  { name: 'undici8', since: 22 },
  { name: 'undici6 fetch' },
  { name: 'undici7 fetch' },
  { name: 'undici8 fetch', since: 22 },
  { name: 'axios' },
  { name: 'axios fetch' },
  { name: 'got' },
  { name: 'node-fetch' },
  { name: 'genai1' },
  { name: 'genai2' },
  { name: 'genai3', since: 22 },
  { name: 'elevenlabs1', hides: true },
  { name: 'elevenlabs2' },
  { name: 'openai' },
  { name: 'ws' },
  { name: 'undici7 WebSocket', hides: true },
  { name: 'global WebSocket', since: 22, hides: true },
];

/** What each client says without us, on whichever Node. */
const alone = new Map<string, string>();

describe.each(NODES)('a shut gate, on Node $version', ({ path, major }) => {
  const clients = ALL.filter(({ since = 0 }) => installed && major >= since);

  it.each(clients)('stops $name before its first byte', async ({ name, hides }) => {
    const env = { STUB_URL: server.url };
    const { run, stderr, code } = await watched([path, CALL, name], { env, ...gated('shut') });
    expect(server.requests()).toEqual([]);
    expect(code).not.toBe(0);
    if (!hides) expect(stderr).toContain('costwatch refused this call: the daily budget is used up.');
    expect(run?.events).toEqual([]);
    expect(run?.refused.length).toBeGreaterThan(0);
    expect(run?.refused[0]).toMatchObject({ budget: 'daily', event: { status: 'incomplete' } });
    expect(run?.problems).toEqual([]);
  });

  it.each(['fetch', 'http'])('gives %s an error that can be told from others', async (way) => {
    const env = { STUB_URL: server.url };
    const { stdout } = await watched([path, join(PROGRAMS, 'refused-by-budget.mjs'), way], { env, ...gated('shut') });
    expect(server.requests()).toEqual([]);
    expect(JSON.parse(stdout.toString())).toEqual({
      name: 'CostwatchBudgetError',
      code: 'ERR_COSTWATCH_BUDGET',
      budget: 'daily',
      message: 'costwatch refused this call: the daily budget is used up.',
    });
  });

  it('lets through what bills nothing', async () => {
    const env = { STUB_URL: server.url };
    const { run, stdout } = await watched([path, join(PROGRAMS, 'not-billed.mjs')], { env, ...gated('shut') });
    expect(stdout.toString()).toBe('200 200');
    expect(run?.refused).toEqual([]);
  });

  it('resets a stream of HTTP/2 before its body', async () => {
    const seen: { bytes: number; code: number }[] = [];
    const http2 = createServer();
    http2.on('stream', (stream: ServerHttp2Stream) => {
      const one = { bytes: 0, code: 0 };
      seen.push(one);
      stream.on('data', (data: Buffer) => (one.bytes += data.length));
      stream.on('error', () => undefined);
      stream.on('close', () => (one.code = stream.rstCode));
    });
    await new Promise<void>((resolve) => http2.listen(0, '127.0.0.1', resolve));
    const env = { STUB_HTTP2_URL: `http://127.0.0.1:${(http2.address() as AddressInfo).port}` };
    const { run, stderr } = await watched([path, CALL, 'http2'], { env, ...gated('shut') });
    expect(seen.map(({ bytes }) => bytes).reduce((sum, bytes) => sum + bytes, 0)).toBe(0);
    expect(stderr).toContain('costwatch refused this call: the daily budget is used up.');
    expect(run).toMatchObject({ events: [], refused: [{ budget: 'daily' }] });
    await new Promise((resolve) => http2.close(resolve));
  });

  const untouched = ['http2', 'fetch', 'undici7', 'axios', 'got', 'genai2', 'elevenlabs2', 'ws'];
  it.each(installed ? untouched : [])('an open one leaves %s as it is', async (name) => {
    const [http, http2] = await Promise.all([startStub(), startHttp2Stub()]);
    const env = { STUB_URL: http.url, STUB_HTTP2_URL: http2.url };
    if (!alone.has(name)) alone.set(name, await unwatchedOutput([path, CALL, name], env));
    const { run, stdout, spool } = await watched([path, CALL, name], { env, ...gated('open') });
    await Promise.all([http.close(), http2.close()]);
    expect(stdout.toString()).toBe(alone.get(name));
    expect(run).toMatchObject({ refused: [], problems: [], events: [{}] });
    expect(spool).toContain('"phase":"reserve"');
  });

  it('knows a mock, and counts nothing of it but the one call that is real', async () => {
    const command = [path, join(PROGRAMS, 'mocked.cjs')];
    const { run, spool } = await watched(command, { env: { STUB_URL: server.url }, ...gated('open') });
    expect(run).toMatchObject({ events: [{ status: 'ok' }], refused: [], problems: [] });
    expect(spool).toContain('"phase":"reserve"');
  });

  it.each(installed ? ['undici5', 'undici6', 'undici7'] : [])(
    'an open one changes no byte of any request, nor of those of %s',
    async (undici) => {
      const env = { STUB_URL: server.url, STUB_UNDICI: join(CLIENTS, 'node_modules', undici) };
      const command = [path, join(PROGRAMS, 'bodies.mjs')];
      expect((await watched(command, { env })).stdout.toString()).toBe('sent');
      const without = server.requests();
      server.clear();
      const { stdout, run } = await watched(command, { env, ...gated('open') });
      expect(stdout.toString()).toBe('sent');
      expect(server.requests()).toEqual(without);
      expect(without.length).toBe(17);
      expect(run?.events.length).toBe(17);
      expect(run?.refused).toEqual([]);
    },
  );
});

it('a gate that cannot be loaded stops nothing, and that is said', async () => {
  const env = { STUB_URL: server.url };
  const options = { ...gated('open'), gateBundle: '/nowhere/gate.cjs' };
  const { run, stdout } = await watched(program('bodies.mjs'), { env, ...options });
  expect(stdout.toString()).toBe('sent');
  expect(run?.events.length).toBe(11);
  expect(run?.problems).toMatchObject([
    { reason: 'a budget could not be checked, so it stops nothing here (MODULE_NOT_FOUND)' },
  ]);
});
