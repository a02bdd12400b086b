import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type LocalApi, startLocalApi } from '../../src/demo/local-api.ts';
import { BIN, costwatch, pinned, ROOT, start, temporaryFolder } from './costwatch.ts';

const REGISTER = join(ROOT, 'dist/register.cjs');
/** Makes a call for every line it is told, and says so. */
const SERVER = `
const url = process.env.GOOGLE_GEMINI_BASE_URL + '/v1beta/models/gemini-3.8-flash:generateContent';
const headers = { 'content-type': 'application/json', 'x-goog-api-key': 'key' };
const body = JSON.stringify({ contents: [{ parts: [{ text: 'a fox' }] }] });
process.stdin.on('data', async () => {
  const { usageMetadata } = await (await fetch(url, { method: 'POST', headers, body })).json();
  console.log(usageMetadata ? 'called' : 'refused');
});
console.log('ready');
`;

let api: LocalApi;
let home: string;
let script: string;
let server: ChildProcess | undefined;
beforeEach(async () => {
  api = await startLocalApi();
  home = temporaryFolder();
  script = join(home, 'server.mjs');
  writeFileSync(script, SERVER);
});
afterEach(async () => {
  server?.kill('SIGKILL');
  await api.close();
});

const environment = (more: NodeJS.ProcessEnv = {}) =>
  pinned({ COSTWATCH_HOME: join(home, 'data'), GOOGLE_GEMINI_BASE_URL: api.url, ...more });

/** Starts the server and waits until it says that it is ready. */
async function serve(...args: string[]): Promise<ChildProcess> {
  server = spawn(process.execPath, args, { env: environment(), stdio: ['pipe', 'pipe', 'inherit'] });
  await once(server.stdout!, 'data');
  return server;
}

async function call(running: ChildProcess): Promise<void> {
  running.stdin!.write('go\n');
  const [said] = (await once(running.stdout!, 'data')) as [Buffer];
  expect(said.toString()).toBe('called\n');
}

async function report(): Promise<{ calls: number; costUsd: number; incomplete: boolean; stderr: string }> {
  const { stdout, stderr, code } = await costwatch(['report', '--json'], { env: environment() });
  expect(code).toBe(0);
  const { totals, incomplete } = JSON.parse(stdout);
  return { calls: totals.calls, costUsd: totals.costUsd, incomplete, stderr };
}

it.each(['--require', '--import'])(
  'a server started with %s is in the reports while it runs and after',
  async (way) => {
    const running = await serve(way, REGISTER, script);
    await call(running);
    const first = await report();
    expect(first).toMatchObject({ calls: 1, incomplete: false, stderr: '' });
    expect(first.costUsd).toBeGreaterThan(0);
    expect(await report()).toEqual(first);
    await call(running);
    await call(running);
    expect(await report()).toMatchObject({ calls: 3, incomplete: false, stderr: '' });
    await call(running);
    running.kill('SIGKILL');
    await once(running, 'exit');
    const last = await report();
    expect(last).toMatchObject({ calls: 4, incomplete: false });
    expect(last.stderr).toMatch(/^added 1 server that ended: \S+ \(4 calls\)\n$/);
    expect(await report()).toMatchObject({ calls: 4, stderr: '' });
    expect(readdirSync(join(home, 'data/runs'))).toEqual([]);
  },
);

it('the command is kept without what may be a key', async () => {
  await call(await serve('--require', REGISTER, script, '--key', 'sk_a_secret_of_theirs'));
  await report();
  const folder = join(home, 'data/sessions');
  const [log] = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jsonl'));
  const text = readFileSync(join(folder, log!), 'utf8');
  expect(JSON.parse(text.split('\n')[0]!).session.command.slice(2)).toEqual(['--key', '…']);
  expect(text).not.toContain('sk_a_secret');
});

it('under costwatch run that one counts', async () => {
  const env = environment();
  const once = SERVER.replace(
    'process.stdin.on',
    "setTimeout(() => process.stdin.emit('data', ''), 0); process.stdin.once",
  ).replace("console.log('ready');", '');
  writeFileSync(script, once);
  const { code } = await costwatch(['run', '--quiet', '--', process.execPath, '--require', REGISTER, script], { env });
  expect(code).toBe(0);
  expect(await report()).toMatchObject({ calls: 1, stderr: '' });
});

it('a report says which sessions run now and are not in it', async () => {
  const running = await serve(BIN, 'run', '--quiet', '--', process.execPath, script);
  const early = await costwatch(['report'], { env: environment() });
  expect(early.code).toBe(2);
  expect(early.stderr).toBe(
    'costwatch: No session of your own has ended yet.\n  Follow those that run: costwatch watch\n',
  );
  await costwatch(['record', '--service', 'gemini', '--model', 'gemini-3.8-flash', '--input-tokens', '5'], {
    env: environment(),
  });
  const { stdout } = await costwatch(['report'], { env: environment() });
  expect(stdout).toContain('! 1 running session is not in these figures; see costwatch watch\n');
  running.stdin!.end();
  await once(running, 'exit');
});

it('a program that cannot be watched runs all the same', async () => {
  const env = environment({ COSTWATCH_HOME: '/dev/null/home' });
  writeFileSync(script, "console.log('fine');");
  const { code, stdout, stderr } = await start(process.execPath, ['--require', REGISTER, script], { env });
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'fine\n' });
  expect(stderr).toMatch(/^costwatch: the calls of this process are not watched: Cannot create .*\n$/);
});

it('a program that calls nothing leaves nothing', async () => {
  writeFileSync(script, '');
  await start(process.execPath, ['--require', REGISTER, script], { env: environment() });
  const { stderr } = await costwatch(['pricing', 'list', 'gemini-3.8-flash'], { env: environment() });
  expect(stderr).toBe('');
  expect(readdirSync(join(home, 'data/runs'))).toEqual([]);
  expect(existsSync(join(home, 'data/sessions'))).toBe(false);
});
