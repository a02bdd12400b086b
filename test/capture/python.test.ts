import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRawServer } from './raw-server.ts';
import { type Stub, startStub } from './stub-server.ts';
import { PROGRAMS, unwatchedOutput, type Watched, watched } from './watched.ts';

const PYTHON = process.env.COSTWATCH_TEST_PYTHON ?? 'python3';

function canImport(module: string): boolean {
  try {
    execFileSync(PYTHON, ['-c', `import ${module}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

let stub: Stub;
let folder: string;
beforeAll(async () => {
  stub = await startStub();
  folder = mkdtempSync(join(tmpdir(), 'cw-python-'));
});
afterAll(async () => {
  await stub.close();
  rmSync(folder, { recursive: true, force: true });
});

const env = (): NodeJS.ProcessEnv => ({ STUB_URL: stub.url, ...pythonPath() });
const pythonPath = () => (process.env.PYTHONPATH ? { PYTHONPATH: process.env.PYTHONPATH } : {});

/** The output with us and without must be the same. */
async function seen(...args: string[]): Promise<Watched> {
  const command = [PYTHON, join(PROGRAMS, 'call.py'), ...args];
  const alone = await unwatchedOutput(command, env());
  const result = await watched(command, { env: env(), python: true, labels: { take: '1' } });
  expect(result.stderr).toBe('');
  expect(result.stdout.toString()).toBe(alone);
  expect(result.spool).not.toContain('secret');
  expect(result.run?.problems).toEqual([]);
  expect(result.run?.unwatched).toEqual([]);
  return result;
}

const ANSWERED = {
  service: 'gemini',
  operation: 'generate_content',
  platform: 'gemini-api',
  requestModel: 'gemini-2.5-flash',
  responseModel: 'gemini-2.5-flash',
  status: 'ok',
  httpStatus: 200,
  usage: { inputTokens: 8, outputTokens: 50 },
  labels: { take: '1' },
  sessionId: 'session-1',
  attempt: 1,
};

const clients = ['urllib', 'requests', 'httpx', 'httpx_async', 'aiohttp'];
const installed = clients.filter((name) => canImport(name.replace(/_async$/, '')));

describe.skipIf(!canImport('json'))('Python', () => {
  describe.each(installed)('%s', (client) => {
    it('whole', async () => {
      const result = await seen(client, 'gemini-2.5-flash', 'generateContent');
      expect(result.run?.events).toMatchObject([ANSWERED]);
      expect(result.live.map(({ phase }) => phase)).toEqual(expect.arrayContaining(['start', 'headers', 'end']));
    });

    it('streamed', async () => {
      const { run } = await seen(client, 'gemini-2.5-flash', 'streamGenerateContent');
      expect(run?.events).toMatchObject([ANSWERED]);
    });

    it('compressed', async () => {
      const { run } = await seen(client, 'gemini-gzip', 'generateContent');
      expect(run?.events).toMatchObject([{ ...ANSWERED, requestModel: 'gemini-gzip', responseModel: 'gemini-gzip' }]);
    });

    it('broken off', async () => {
      const { run } = await seen(client, 'gemini-cut', 'streamGenerateContent');
      expect(run?.events).toMatchObject([{ status: 'incomplete', usage: { inputTokens: 8, outputTokens: 20 } }]);
    });

    it('speech', async () => {
      const { run } = await seen(client, 'speech');
      expect(run?.events).toMatchObject([
        {
          id: 'speech-1',
          service: 'elevenlabs',
          operation: 'text_to_speech',
          status: 'ok',
          voice: 'a-voice',
          requestModel: 'eleven_flash_v2_5',
          usage: { characters: 21, credits: 21 },
        },
      ]);
    });
  });

  describe('a budget that is used up', () => {
    const message = 'costwatch refused this call: the daily budget is used up.';
    const pricing = { directory: '/nowhere', overridesFile: '/nowhere/prices.json' };
    const options = {
      python: true,
      gate: { budgets: [], zone: 'UTC', dataDir: '/nowhere', pricing },
      stop: { gemini: { budget: 'daily', message } },
    };

    it.each(installed)('stops %s before its first byte, and leaves another service alone', async (client) => {
      const server = await startRawServer();
      const settings = { ...options, env: { ...env(), STUB_URL: server.url } };
      const command = [PYTHON, join(PROGRAMS, 'call.py'), client];
      const { run, stdout } = await watched([...command, 'gemini-2.5-flash', 'generateContent'], settings);
      expect(server.requests()).toEqual([]);
      await server.close();
      expect(stdout.toString()).toMatch(/^CostwatchBudgetError\n/);
      expect(run).toMatchObject({ events: [], problems: [] });
      expect(run?.refused).toMatchObject([{ budget: 'daily', event: { requestModel: 'gemini-2.5-flash' } }]);
      const speech = await watched([...command, 'speech'], { ...options, env: env() });
      expect(speech.run).toMatchObject({ events: [{ service: 'elevenlabs', status: 'ok' }], refused: [] });
    });
  });

  it('of no concern: a listing', async () => {
    const { run } = await seen('urllib', 'listing');
    expect(run?.events).toEqual([]);
  });

  it('a forked process has records of its own', async () => {
    const { run } = await seen('urllib', 'fork');
    expect(run?.events).toMatchObject([ANSWERED, ANSWERED]);
    expect(new Set(run?.processes.map(({ pid }) => pid)).size).toBe(2);
  });

  it('started by Node with an environment of its own', async () => {
    const code = `require('child_process').spawn('${PYTHON}', ['${join(PROGRAMS, 'call.py')}', 'urllib', 'gemini-2.5-flash', 'generateContent'], { stdio: 'inherit', env: { STUB_URL: process.env.STUB_URL, PATH: process.env.PATH } })`;
    const { run } = await watched([process.execPath, '-e', code], { env: env(), python: true });
    expect(run?.events).toMatchObject([{ responseModel: 'gemini-2.5-flash', status: 'ok' }]);
  });

  it('the sitecustomize that ours stands before is loaded too', async () => {
    const theirs = join(folder, 'theirs');
    mkdirSync(theirs);
    writeFileSync(join(theirs, 'sitecustomize.py'), 'print("theirs")');
    const print = 'import sitecustomize; print(sitecustomize.__file__)';
    const result = await watched([PYTHON, '-c', print], { env: { PYTHONPATH: theirs }, python: true });
    expect(result.stdout.toString()).toBe(`theirs\n${join(theirs, 'sitecustomize.py')}\n`);
  });
});
