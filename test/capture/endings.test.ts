import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Stub, startStub } from './stub-server.ts';
import { PROGRAMS, program, type Watched, Watching, watched } from './watched.ts';

let stub: Stub;
beforeAll(async () => {
  stub = await startStub();
});
afterAll(() => stub.close());

const env = (): NodeJS.ProcessEnv => ({ STUB_URL: stub.url });

/** Runs `hold.mjs` until its first chunk has come, and then `disturbs` it. */
async function disturbed(args: string[], disturb: (watching: Watching) => void | Promise<void>): Promise<Watched> {
  const watching = new Watching(program('hold.mjs', ...args), { env: env() });
  await watching.says('first chunk');
  await disturb(watching);
  return watching.end();
}

/** What is known of a call after the first chunk of `gemini-hold`. */
const CUT_OFF = { status: 'incomplete', responseModel: 'gemini-hold', usage: { inputTokens: 8, outputTokens: 10 } };

it('process.exit right after the last byte', async () => {
  const result = await watched(program('stream-exit.mjs'), { env: env() });
  expect(result.code).toBe(4);
  expect(result.run?.exitCode).toBe(4);
  expect(result.run?.events).toMatchObject([{ status: 'ok', usage: { outputTokens: 50 } }]);
});

it('an uncaught error', async () => {
  const result = await watched(program('throw-after.mjs'), { env: env() });
  expect(result.code).toBe(1);
  expect(result.stderr).toContain('the program failed');
  expect(result.run?.events).toMatchObject([{ status: 'ok', usage: { outputTokens: 50 } }]);
});

it('Ctrl-C ends the program, and then us in the same way', async () => {
  const result = await disturbed([], (watching) => watching.interrupt());
  expect(result.signal).toBe('SIGINT');
  expect(result.run).toMatchObject({ exitCode: 130, signal: 'SIGINT', events: [CUT_OFF] });
});

it('Ctrl-C leaves the program the time that it takes to clean up', async () => {
  const result = await disturbed(['cleanup'], (watching) => watching.interrupt());
  expect(result).toMatchObject({ code: 5, signal: null });
  expect(result.run?.events).toMatchObject([{ ...CUT_OFF }]);
});

it('SIGTERM is passed on', async () => {
  const result = await disturbed([], (watching) => void watching.parent.kill('SIGTERM'));
  expect(result.signal).toBe('SIGTERM');
  expect(result.run).toMatchObject({ exitCode: 143, signal: 'SIGTERM', events: [CUT_OFF] });
});

it('a second SIGTERM ends a program that ignores the first', async () => {
  const result = await disturbed(['ignore'], async (watching) => {
    watching.parent.kill('SIGTERM');
    await watching.says('not now');
    watching.parent.kill('SIGTERM');
  });
  expect(result.run).toMatchObject({ exitCode: 137, signal: 'SIGKILL', events: [CUT_OFF] });
});

it('SIGKILL in mid-stream leaves the counts that had come', async () => {
  const result = await disturbed([], (watching) => {
    const hello = watching.hello();
    process.kill(hello.pid, 'SIGKILL');
  });
  expect(result.run).toMatchObject({ exitCode: 137, signal: 'SIGKILL', events: [CUT_OFF] });
  expect(result.run?.processes).toMatchObject([{ script: 'hold.mjs', ended: false }]);
  expect(result.run?.stillRunning).toBe(0);
});

it('a program that goes on in the background is noticed', async () => {
  const { run } = await watched(program('background.mjs'), { env: env() });
  expect(run).toMatchObject({ exitCode: 0, stillRunning: 1, events: [CUT_OFF] });
  process.kill(run!.processes.find(({ script }) => script === 'hold.mjs')!.pid);
});

it('a budget that is used up ends the command and what it started', async () => {
  const command = ['sh', '-c', `"${process.execPath}" "${join(PROGRAMS, 'hold.mjs')}"; exit 0`];
  const { run } = await watched(command, { env: env(), stopAt: 'usage' });
  expect(run).toMatchObject({ exitCode: 143, signal: 'SIGTERM', stillRunning: 0, events: [CUT_OFF] });
});
