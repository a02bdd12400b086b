import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NODES } from './nodes.ts';
import { type Stub, startStub } from './stub-server.ts';
import { hookFile, PROGRAMS, program, unwatchedOutput, watched } from './watched.ts';

let stub: Stub;
beforeAll(async () => {
  stub = await startStub();
});
afterAll(() => stub.close());

it.each(['chunks.mjs', 'features.mjs', 'look-around.cjs', 'ipc.cjs'])(
  '%s says the same as without us',
  async (name) => {
    const env = { STUB_URL: stub.url };
    const alone = await unwatchedOutput(program(name), env);
    const result = await watched(program(name), { env });
    expect(result.stdout.toString()).toBe(alone);
    expect(result.stderr).toBe('');
  },
);

it.each(
  NODES.flatMap(({ path, version }) => ['broken.cjs', 'broken-require.cjs'].map((name) => ({ name, version, path }))),
)('the uncaught error of $name says the same as without us on Node $version', async ({ name, path }) => {
  const command = [path, join(PROGRAMS, name)];
  const alone = spawnSync(path, command.slice(1), { encoding: 'utf8' });
  const { run, code, stderr } = await watched(command);
  expect(alone.stderr).toContain('not again');
  expect({ code, stderr }).toEqual({ code: alone.status, stderr: alone.stderr });
  expect(run?.processes).toHaveLength(1);
});

it.each(['fetch', 'http'])('a reader that stops gets no more of 50 MB of audio: %s', async (way) => {
  const env = { STUB_URL: stub.url };
  const [node, ...args] = program('paused.mjs', way);
  const command = [node!, '--expose-gc', ...args];
  const alone = JSON.parse(await unwatchedOutput(command, env)) as Paused;
  const { run, stdout, stderr } = await watched(command, { env });
  const seen = JSON.parse(stdout.toString()) as Paused;
  expect(stderr).toBe('');
  // What sockets and the kernel hold in between varies by some; 50 MB would be the whole.
  expect(seen.sent).toBeLessThan(alone.sent + 4_000_000);
  expect(seen.external).toBeLessThan(alone.external + 4_000_000);
  expect(run?.events).toMatchObject([{ service: 'elevenlabs', status: 'ok', usage: { credits: 21 } }]);
});

interface Paused {
  sent: number;
  external: number;
}

it('a replaced fetch is no call, and mocks of time and files do not disturb us', async () => {
  const { run, code } = await watched(program('mocked.cjs'), { env: { STUB_URL: stub.url } });
  expect(code).toBe(0);
  expect(run?.events).toMatchObject([{ status: 'ok', usage: { outputTokens: 50 } }]);
  expect(run!.events[0]!.timestamp! >= run!.startedAt).toBe(true);
});

it('counts every one of 2,000 calls, 50 at a time, of a program that leaves by force', async () => {
  const result = await watched(program('many.mjs', '2000', '50'), { env: { STUB_URL: stub.url } });
  expect(result.code).toBe(3);
  expect(result.run?.events.length).toBe(2000);
  expect(new Set(result.run?.events.map((event) => event.id)).size).toBe(2000);
  expect(result.run?.events.every(({ status, usage }) => status === 'ok' && usage?.outputTokens === 50)).toBe(true);
  expect(result.spool).not.toContain('secret');
});

it('does nothing outside a run, nor in one whose folder is gone', () => {
  const [node, ...args] = program('look-around.cjs');
  for (const COSTWATCH_DIR of ['', '/no/such/folder']) {
    const { status, stderr } = spawnSync(node!, ['--require', hookFile(), ...args], { env: { COSTWATCH_DIR } });
    expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: '' });
  }
});
