import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRawServer } from './raw-server.ts';
import { type Stub, startStub } from './stub-server.ts';
import { gated, program, unwatchedOutput, watched } from './watched.ts';

/** Other runtimes, where they are installed, or named by the environment. */
const RUNTIMES = [
  { name: 'Bun', command: [process.env.COSTWATCH_TEST_BUN ?? 'bun'] },
  { name: 'Deno', command: [process.env.COSTWATCH_TEST_DENO ?? 'deno', 'run', '-A'] },
];

function isInstalled(command: string): boolean {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

let stub: Stub;
beforeAll(async () => {
  stub = await startStub();
});
afterAll(() => stub.close());

describe.each(RUNTIMES)('$name', ({ command }) => {
  it.skipIf(!isInstalled(command[0]!)).each([
    ['fetch.mjs', ['gemini-2.5-flash', 'gemini-gzip'], 2],
    ['http-request.cjs', ['gemini-2.5-flash'], 1],
    ['chunks.mjs', [], 1],
    ['response.mjs', [], 9],
  ])('%s', async (name, args, calls) => {
    const [, script] = program(name);
    const words = [...command, script!, ...args];
    const env = { STUB_URL: stub.url };
    const alone = await unwatchedOutput(words, env);
    const result = await watched(words, { env });
    expect(result.stdout.toString()).toBe(alone);
    expect(result.stderr).toBe('');
    expect(result.spool).not.toContain('secret');
    expect(result.run?.unwatched).toEqual([]);
    expect(result.run?.events.length).toBe(calls);
    const whole = result.run?.events.filter(({ status }) => status === 'ok') ?? [];
    expect(whole.every(({ usage }) => usage?.inputTokens === 8 && usage.outputTokens === 50)).toBe(true);
  });

  it.skipIf(!isInstalled(command[0]!)).each(['fetch', 'http'])('a shut gate stops %s', async (way) => {
    const server = await startRawServer();
    const [, script] = program('refused-by-budget.mjs');
    const options = { env: { STUB_URL: server.url }, ...gated('shut') };
    const { run, stdout } = await watched([...command, script!, way], options);
    expect(server.requests()).toEqual([]);
    await server.close();
    expect(JSON.parse(stdout.toString())).toMatchObject({ name: 'CostwatchBudgetError', budget: 'daily' });
    expect(run).toMatchObject({ events: [], refused: [{ budget: 'daily' }], problems: [] });
  });
});
