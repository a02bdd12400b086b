import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stub, startStub } from './stub-server.ts';
import { program, type Watched, Watching, watched } from './watched.ts';

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
    const { pid } = watching.firstRecord();
    process.kill(pid, 'SIGKILL');
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

describe('10,000 records made just before the end are all there', () => {
  it.each([
    ['exit', 7],
    ['throw', 1],
    ['reject', 1],
    ['abort', 134],
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGKILL', 137],
  ])('%s', async (way, exitCode) => {
    const result = await watched(program('ending.mjs', '10000', way), { env: env() });
    expect(result.run?.exitCode).toBe(exitCode);
    const events = result.run?.events ?? [];
    const recorded = events.filter(({ operation }) => operation === 'recorded');
    expect(recorded.length).toBe(10_000);
    expect(new Set(recorded.map(({ id }) => id)).size).toBe(10_000);
    expect(events.filter(({ operation }) => operation !== 'recorded')).toMatchObject([CUT_OFF]);
    expect(result.run?.problems).toEqual([]);
  });
});

it('two runs at once keep their calls apart', async () => {
  const one = watched(program('fetch.mjs', 'gemini-one'), { env: env() });
  const two = watched(program('fetch.mjs', 'gemini-two', 'gemini-two'), { env: env() });
  const [first, second] = await Promise.all([one, two]);
  expect(first.run?.events.map(({ responseModel }) => responseModel)).toEqual(['gemini-one']);
  expect(second.run?.events.map(({ responseModel }) => responseModel)).toEqual(['gemini-two', 'gemini-two']);
});

it('a disk that is full is said once, the child is unharmed, and the live feed has its calls', async () => {
  const [node, script, ...args] = program('many.mjs', '40', '1');
  // Every file of the command may grow to 4 KB.
  const result = await watched(['sh', '-c', `ulimit -f 8; exec "${node}" "${script}" ${args.join(' ')}`], {
    env: env(),
  });
  expect(result.code).toBe(3);
  expect(result.stderr).toBe('');
  expect(result.run?.events.length).toBe(40);
  expect(result.run?.events.every(({ status }) => status === 'ok')).toBe(true);
  expect(result.run?.problems.map(({ reason }) => reason)).toEqual([
    expect.stringMatching(/^a record could not be written to its file \((ENOSPC|EFBIG)\)$/),
  ]);
});
