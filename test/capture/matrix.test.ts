import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENTS_LOCK } from '../support/install-clients.ts';
import { NODES } from './nodes.ts';
import { type Stub, startHttp2Stub, startStub, startTlsStub } from './stub-server.ts';
import { selfSigned } from './tls.ts';
import { CLIENTS, unwatchedOutput, watched } from './watched.ts';

const GEMINI = {
  service: 'gemini',
  responseModel: 'gemini-2.5-flash',
  status: 'ok',
  usage: { inputTokens: 8, outputTokens: 50 },
};
const VERTEX = { ...GEMINI, platform: 'vertex', location: 'us-central1' };
const ELEVENLABS = { service: 'elevenlabs', operation: 'text_to_speech', voice: 'Rachel' };
const SPEECH = { ...ELEVENLABS, status: 'ok', usage: { credits: 21 } };
const SOCKET = { ...ELEVENLABS, requestModel: 'eleven_flash_v2_5' };

interface Client {
  name: string;
  event: object;
  /** The oldest Node that it runs on. */
  since?: number;
  tls?: true;
}

const ALL: Client[] = [
  { name: 'genai1', event: GEMINI },
  { name: 'genai2', event: GEMINI },
  { name: 'genai3', event: GEMINI, since: 22 },
  { name: 'generative-ai', event: GEMINI },
  { name: 'langchain', event: GEMINI },
  { name: 'ai-sdk', event: GEMINI, since: 22 },
  { name: 'genkit', event: GEMINI },
  { name: 'openai', event: GEMINI },
  { name: 'fetch', event: GEMINI },
  { name: 'undici5', event: GEMINI },
  { name: 'undici6', event: GEMINI },
  { name: 'undici7', event: GEMINI },
  { name: 'undici8', event: GEMINI, since: 22 },
  { name: 'undici6 fetch', event: GEMINI },
  { name: 'undici7 fetch', event: GEMINI },
  { name: 'undici8 fetch', event: GEMINI, since: 22 },
  { name: 'axios', event: GEMINI },
  { name: 'axios fetch', event: GEMINI },
  { name: 'got', event: GEMINI },
  { name: 'http2', event: GEMINI },
  { name: 'node-fetch', event: GEMINI },
  { name: 'genai2 live', event: GEMINI },
  { name: 'got over HTTP/2', event: GEMINI, tls: true },
  { name: 'https', event: GEMINI, tls: true },
  { name: 'vertexai', event: VERTEX, tls: true },
  { name: 'langchain vertexai', event: VERTEX, tls: true },
  { name: 'elevenlabs1', event: SPEECH },
  { name: 'elevenlabs2', event: SPEECH },
  { name: 'ws', event: SOCKET },
  { name: 'global WebSocket', event: SOCKET, since: 22 },
  { name: 'undici7 WebSocket', event: SOCKET },
];

const installed = existsSync(CLIENTS_LOCK);
const folder = mkdtempSync(join(tmpdir(), 'cw-matrix-'));
const certificate = selfSigned(folder);
const clientsFor = (major: number): Client[] =>
  ALL.filter(({ since = 0, tls }) => installed && major >= since && (certificate || !tls));

const stubs: Stub[] = [];
const settings: NodeJS.ProcessEnv = {};
beforeAll(async () => {
  const [http, http2, tls] = await Promise.all([
    startStub(),
    startHttp2Stub(),
    certificate && startTlsStub(certificate),
  ]);
  stubs.push(http, http2, ...(tls ? [tls] : []));
  Object.assign(settings, { STUB_URL: http.url, STUB_HTTP2_URL: http2.url });
  if (tls) Object.assign(settings, { STUB_TLS_URL: tls.url, NODE_EXTRA_CA_CERTS: certificate!.file });
});
afterAll(async () => {
  await Promise.all(stubs.map((stub) => stub.close()));
  rmSync(folder, { recursive: true, force: true });
});

const CALL = join(CLIENTS, 'call.mjs');

/** What each client says without us, on whichever Node: with us it must be the same. */
const alone = new Map<string, string>();

async function seen(command: string[], names: string[], env = settings): Promise<unknown> {
  const result = await watched(command, { env });
  expect(result.stdout.toString(), result.stderr).toBe(names.map((name) => alone.get(name)).join(''));
  expect(result.code).toBe(0);
  expect(result.spool).not.toContain('secret');
  expect(result.run?.problems).toEqual([]);
  expect(result.run?.unwatched).toEqual([]);
  return result.run?.events;
}

interface Launcher {
  command: (names: string[], node: string) => string[];
  /** Whether modules are loaded in another way than by `node`. */
  changesModules?: true;
}
const LAUNCHERS: Record<string, Launcher> = {
  sh: { command: (names, node) => ['sh', '-c', `${quoted([node, CALL, ...names])}; exit 0`] },
  'npm run': { command: (names) => ['npm', '--prefix', packageFor(names), 'run', '--silent', 'gen'] },
  'npx tsx': { command: (names) => ['npx', 'tsx', CALL, ...names], changesModules: true },
  fork: { command: (names, node) => [node, '-e', `require('child_process').fork(${json(CALL)}, ${json(names)})`] },
  spawn: { command: (names, node) => [node, '-e', spawning('spawn', names)] },
  execFileSync: { command: (names, node) => [node, '-e', spawning('execFileSync', names)] },
  worker: {
    command: (names, node) => [
      node,
      '-e',
      `new (require('worker_threads').Worker)(${json(CALL)}, { argv: ${json(names)} })`,
    ],
    changesModules: true,
  },
  cluster: {
    command: (names, node) => [
      node,
      '-e',
      `const c = require('cluster'); c.setupPrimary({ exec: ${json(CALL)}, args: ${json(names)}, execArgv: [] }); c.fork()`,
    ],
  },
};

/** The SDKs load for up to three seconds and then call through what the others are: these stand for all of them. */
const DOORS = /^(?:fetch|undici|axios|got|http|node-fetch|ws$|global WebSocket)/;

describe.each(NODES)('on Node $version', ({ path, major }) => {
  const clients = clientsFor(major);
  const namesOf = (some: Client[]): string[] => some.map(({ name }) => name);

  beforeAll(async () => {
    const unknown = namesOf(clients).filter((name) => !alone.has(name));
    const output = await unwatchedOutput([path, CALL, ...unknown], settings);
    for (const line of output.split(/^/m)) alone.set(line.slice(0, line.lastIndexOf(': ')), line);
  });

  it.each(clients)('$name', async ({ name, event }) => {
    expect(await seen([path, CALL, name], [name])).toMatchObject([event]);
  });

  it.each(installed ? Object.entries(LAUNCHERS) : [])(
    'many in one process, started by %s',
    async (_, { command, changesModules }) => {
      const called = changesModules ? clients : clients.filter(({ name }) => DOORS.test(name));
      // npm, npx and tsx take the Node of the PATH.
      const env = { ...settings, PATH: `${dirname(path)}${delimiter}${process.env.PATH}` };
      const events = await seen(command(namesOf(called), path), namesOf(called), env);
      expect(events).toMatchObject(called.map(({ event }) => event));
    },
  );
});

if (!installed) it.skip('the clients are not installed: run npm ci --prefix test/clients', () => {});
if (!certificate) it.skip('the clients over TLS need a certificate: install openssl', () => {});

/** A script that starts the calls in a process with an environment of its own making. */
function spawning(how: string, names: string[]): string {
  const env = `Object.fromEntries(${json(Object.keys(settings))}.map((name) => [name, process.env[name]]))`;
  const options = `{ stdio: 'inherit', env: ${env} }`;
  return `require('child_process').${how}(process.execPath, ${json([CALL, ...names])}, ${options})`;
}

function json(value: unknown): string {
  return JSON.stringify(value);
}

function quoted(words: string[]): string {
  return words.map((word) => `"${word}"`).join(' ');
}

function packageFor(names: string[]): string {
  const path = mkdtempSync(join(folder, 'package-'));
  const scripts = { gen: `node ${quoted([CALL, ...names])}` };
  writeFileSync(join(path, 'package.json'), JSON.stringify({ scripts }));
  return path;
}
