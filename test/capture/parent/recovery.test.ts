import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isAlive } from '../../../src/capture/wire/process-identity.ts';
import type { UsageEvent } from '../../../src/core/usage/event.ts';
import { clock, machine } from '../../support/machine.ts';
import { type Stub, startStub } from '../stub-server.ts';
import { command, finished, homeFolder, program } from '../watched.ts';

let stub: Stub;
let home: string;
beforeAll(async () => {
  stub = await startStub();
});
afterAll(() => stub.close());
beforeEach(() => {
  home = homeFolder();
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function start(name: string, options: object): ChildProcess {
  const [node, ...args] = command(name, options);
  return spawn(node!, args, { env: { ...pinned(), STUB_URL: stub.url }, stdio: 'pipe' });
}

const pinned = (): NodeJS.ProcessEnv => ({ ...machine(), ...clock(), HOME: home, COSTWATCH_HOME: home, NO_COLOR: '1' });

async function says(child: ChildProcess, text: RegExp): Promise<string> {
  let stdout = '';
  for await (const chunk of child.stdout!) {
    stdout += chunk;
    if (text.test(stdout)) return stdout;
  }
  throw new Error(`ended without ${text}`);
}

async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
}

interface SessionLog {
  lines: Record<string, unknown>[];
  events: UsageEvent[];
}

function sessionLogs(): SessionLog[] {
  const folder = join(home, 'sessions');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => {
      const text = readFileSync(join(folder, name), 'utf8').trimEnd();
      const lines = text.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
      return { lines, events: lines.filter((line) => 'service' in line) as unknown as UsageEvent[] };
    });
}

const nothing = () => finished(start('nothing', {}));
const runs = (): string[] => readdirSync(join(home, 'runs'));

describe('a costwatch that was killed', () => {
  it('has its session put together by the next one, once, when its processes have ended', async () => {
    const killed = start('run', { command: program('hold.mjs'), label: { take: '1' } });
    await says(killed, /first chunk/);
    const [id] = runs();
    const [spool] = readdirSync(join(home, 'runs', id!)).filter((name) => name.endsWith('.jsonl'));
    const child = Number(spool!.split('-')[0]);
    killed.kill('SIGKILL');
    await gone(killed.pid!);

    expect((await nothing()).stderr).toBe('');
    expect(sessionLogs()).toEqual([]);

    process.kill(child, 'SIGKILL');
    await gone(child);
    expect((await nothing()).stderr).toBe(`recovered 1 interrupted session: ${id} (1 call)\n`);
    const [log] = sessionLogs();
    expect(log?.events).toMatchObject([
      { status: 'incomplete', sessionId: id, labels: { take: '1' }, usage: { inputTokens: 8, outputTokens: 10 } },
    ]);
    expect(log?.lines.at(-1)).toMatchObject({
      closed: {
        id,
        calls: 1,
        unwatched: [
          'costwatch was ended during this run; the session was put together from what its processes had recorded.',
        ],
      },
    });
    expect(runs()).toEqual([]);
    expect((await nothing()).stderr).toBe('');
  });

  it('before any call leaves nothing', async () => {
    const killed = start('run', { command: [process.execPath, '-e', 'console.log("up"); setTimeout(() => {}, 300)'] });
    await says(killed, /up/);
    killed.kill('SIGKILL');
    await gone(killed.pid!);
    while (runs().length > 0) expect((await nothing()).stderr).toBe('');
    expect(sessionLogs()).toEqual([]);
  });
});

it('what goes on after its run is added to its session later, and counted once', async () => {
  const run = start('run', { command: program('outlive.mjs') });
  const pid = Number(await says(run, /\n/));
  const { stderr } = await finished(run);
  expect(stderr).toContain('1 process of this run is still running');
  const [id] = runs();
  expect(sessionLogs().map(({ events }) => events.length)).toEqual([1]);

  expect((await nothing()).stderr).toBe('');
  process.kill(pid, 'SIGUSR2');
  await gone(pid);
  expect((await nothing()).stderr).toBe(`added the later calls of processes that outlived their run: ${id} (1 call)\n`);
  expect(sessionLogs().map(({ events }) => events.length)).toEqual([2]);
  expect(runs()).toEqual([]);
});

it('a run that is going on is left alone, and so is a folder that is none', async () => {
  mkdirSync(join(home, 'runs', 'not-ours'), { recursive: true });
  writeFileSync(join(home, 'runs', 'not-ours', 'run.json'), 'no json');
  const run = start('run', { command: program('hold.mjs') });
  await says(run, /first chunk/);
  expect((await nothing()).stderr).toBe('');
  expect(runs().length).toBe(2);
  run.kill('SIGTERM');
  const { stderr, code } = await finished(run);
  expect(code).toBe(143);
  expect(stderr).toContain('1 call');
});

it('figures that cannot be kept are shown, and kept later', async () => {
  writeFileSync(join(home, 'sessions'), 'in the way');
  const { stderr, code } = await finished(start('run', { command: program('fetch.mjs', 'gemini-2.5-flash') }));
  expect(code).toBe(0);
  expect(stderr).toContain('costwatch: the session log could not be written');
  expect(stderr).toContain('Total Gemini Cost');
  rmSync(join(home, 'sessions'));
  expect((await nothing()).stderr).toMatch(/^recovered 1 interrupted session: \S+ \(1 call\)\n$/);
  expect(sessionLogs().map(({ events }) => events.length)).toEqual([1]);
});

it('a reader of the output that leaves early is not our affair', async () => {
  const print = 'for (let i = 0; i < 50000; i++) console.log("line", i)';
  const run = start('run', { command: [process.execPath, '-e', print] });
  run.stdout!.once('data', () => run.stdout!.destroy());
  const { stderr } = await finished(run);
  expect(stderr).not.toContain('costwatch 0');
  expect(runs()).toEqual([]);
});

describe('a run inside of a run', () => {
  it('only runs its command; the outer one counts', async () => {
    const inner = command('run', { command: program('fetch.mjs', 'gemini-one'), label: { inner: '1' } });
    const { stdout, stderr } = await finished(start('run', { command: inner, label: { outer: '1' } }));
    expect(stdout).toBe('200 58\n');
    expect(stderr.match(/API Usage Summary/g)?.length).toBe(1);
    expect(sessionLogs().map(({ events }) => events)).toMatchObject([
      [{ responseModel: 'gemini-one', labels: { outer: '1', inner: '1' } }],
    ]);
  });

  it('passes on how it ended', async () => {
    const inner = command('run', { command: ['sh', '-c', 'exit 7'] });
    expect((await finished(start('run', { command: inner }))).code).toBe(7);
  });
});
