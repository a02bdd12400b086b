import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stub, startHttp2Stub, startStub } from './stub-server.ts';
import { CLIENTS, unwatchedOutput, watched } from './watched.ts';

const INSTALL_MS = 180_000;

/** This Node, and those that COSTWATCH_TEST_NODES names: paths of binaries, separated by colons. */
const NODES = [process.execPath, ...(process.env.COSTWATCH_TEST_NODES ?? '').split(':').filter(Boolean)].map((path) => {
  const version = execFileSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim();
  return { path, version, major: Number(version.split('.')[0]) };
});

/** The clients, and the oldest Node that each runs on. */
const GEMINI: [string, number?][] = [
  ['genai1'],
  ['genai2'],
  ['genai3', 22],
  ['generative-ai'],
  ['langchain'],
  ['ai-sdk', 22],
  ['genkit'],
  ['openai'],
  ['fetch'],
  ['undici5'],
  ['undici6'],
  ['undici7'],
  ['undici8', 22],
  ['undici6 fetch'],
  ['undici7 fetch'],
  ['undici8 fetch', 22],
  ['axios'],
  ['axios fetch'],
  ['got'],
  ['http2'],
  ['node-fetch'],
  ['genai2 live'],
];
const ELEVENLABS: [string, number?][] = [['elevenlabs1'], ['elevenlabs2']];
const SOCKETS: [string, number?][] = [['ws'], ['global WebSocket', 22], ['undici7 WebSocket']];

const installed = install();
let stub: Stub;
let http2: Stub;
let folder: string;
beforeAll(async () => {
  [stub, http2] = await Promise.all([startStub(), startHttp2Stub()]);
  folder = mkdtempSync(join(tmpdir(), 'cw-matrix-'));
});
afterAll(async () => {
  await Promise.all([stub.close(), http2.close()]);
  rmSync(folder, { recursive: true, force: true });
});

const env = (): NodeJS.ProcessEnv => ({ STUB_URL: stub.url, STUB_HTTP2_URL: http2.url });
const call = (client: string): string[] => [join(CLIENTS, 'call.mjs'), client];

/** The output with us and without must be the same, and what we saw is returned. */
async function seen(command: string[]): Promise<unknown> {
  const alone = await unwatchedOutput(command, env());
  const result = await watched(command, { env: env() });
  expect(result.stdout.toString()).toBe(alone);
  expect(result.code).toBe(0);
  expect(result.spool).not.toContain('secret');
  expect(result.run?.problems).toEqual([]);
  expect(result.run?.unwatched).toEqual([]);
  return result.run?.events;
}

const GEMINI_CALL = { service: 'gemini', responseModel: 'gemini-2.5-flash', status: 'ok' };
const TOKENS = { inputTokens: 8, outputTokens: 50 };

describe.each(NODES)('on Node $version', ({ path, major }) => {
  const possible = (clients: [string, number?][]): string[] =>
    clients.filter(([, since = 0]) => installed && major >= since).map(([name]) => name);

  it.each(possible(GEMINI))('%s', async (client) => {
    expect(await seen([path, ...call(client)])).toMatchObject([{ ...GEMINI_CALL, usage: TOKENS }]);
  });

  it.each(possible(ELEVENLABS))('%s', async (client) => {
    expect(await seen([path, ...call(client)])).toMatchObject([
      { service: 'elevenlabs', operation: 'text_to_speech', status: 'ok', voice: 'Rachel', usage: { credits: 21 } },
    ]);
  });

  it.each(possible(SOCKETS))('%s', async (client) => {
    expect(await seen([path, ...call(client)])).toMatchObject([
      { service: 'elevenlabs', operation: 'text_to_speech', voice: 'Rachel', requestModel: 'eleven_flash_v2_5' },
    ]);
  });
});

const LAUNCHERS: Record<string, (client: string) => string[]> = {
  sh: (client) => ['sh', '-c', `"${process.execPath}" ${quoted(call(client))}; exit 0`],
  'npm run': (client) => ['npm', '--prefix', packageFor(client), 'run', '--silent', 'gen'],
  'npx tsx': (client) => ['npx', 'tsx', ...call(client)],
  fork: (client) => evaluate(`require('child_process').fork(${json(call(client))}[0], ${json([client])})`),
  spawn: (client) =>
    evaluate(
      `require('child_process').spawn(process.execPath, ${json(call(client))}, { stdio: 'inherit', env: { STUB_URL: process.env.STUB_URL } })`,
    ),
  execFileSync: (client) =>
    evaluate(
      `require('child_process').execFileSync(process.execPath, ${json(call(client))}, { stdio: 'inherit', env: { STUB_URL: process.env.STUB_URL } })`,
    ),
  worker: (client) =>
    evaluate(`new (require('worker_threads').Worker)(${json(call(client))}[0], { argv: ${json([client])} })`),
  cluster: (client) =>
    evaluate(
      `const c = require('cluster'); c.setupPrimary({ exec: ${json(call(client))}[0], args: ${json([client])}, execArgv: [] }); c.fork()`,
    ),
};

describe.each(installed ? Object.keys(LAUNCHERS) : [])('started by %s', (launcher) => {
  it.each(['genai2', 'axios', 'undici7', 'ws'])('%s', async (client) => {
    const events = await seen(LAUNCHERS[launcher]!(client));
    expect(events).toMatchObject([client === 'ws' ? { service: 'elevenlabs' } : { ...GEMINI_CALL, usage: TOKENS }]);
  });
});

if (!installed) it.skip('the clients are not installed: run npm ci --prefix test/clients', () => {});

function evaluate(code: string): string[] {
  return [process.execPath, '-e', code];
}

function json(value: unknown): string {
  return JSON.stringify(value);
}

function quoted(words: string[]): string {
  return words.map((word) => `"${word}"`).join(' ');
}

function packageFor(client: string): string {
  const path = join(folder, client);
  mkdirSync(path, { recursive: true });
  const scripts = { gen: `node ${quoted(call(client))}` };
  writeFileSync(join(path, 'package.json'), JSON.stringify({ scripts }));
  return path;
}

/** Installs the clients at the first run of this test; without a registry they are left out. */
function install(): boolean {
  if (existsSync(join(CLIENTS, 'node_modules/ws'))) return true;
  try {
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: CLIENTS,
      stdio: 'ignore',
      timeout: INSTALL_MS,
    });
    return true;
  } catch {
    return false;
  }
}
