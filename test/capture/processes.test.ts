import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withGrants } from '../../src/capture/parent/permission.ts';
import { type Stub, startStub } from './stub-server.ts';
import { hookFile, PROGRAMS, program, type Watched, type WatchOptions, watched } from './watched.ts';

let stub: Stub;
let folder: string;
beforeAll(async () => {
  stub = await startStub();
  folder = mkdtempSync(join(tmpdir(), 'cw-test-'));
});
afterAll(async () => {
  await stub.close();
  rmSync(folder, { recursive: true, force: true });
});

function run(command: string[], options: WatchOptions = {}): Promise<Watched> {
  return watched(command, { ...options, env: { STUB_URL: stub.url, ...options.env } });
}

function models({ run }: Watched): (string | undefined)[] {
  return run?.events.map((event) => event.responseModel) ?? [];
}

/** Package managers that are installed, or whose scripts the environment names. */
const MANAGERS = ['pnpm', 'yarn'].flatMap((name) => {
  const script = process.env[`COSTWATCH_TEST_${name.toUpperCase()}`];
  const command = script ? [process.execPath, script] : [name];
  const { status } = spawnSync(command[0]!, [...command.slice(1), '--version'], { stdio: 'ignore' });
  return status === 0 ? [{ name, command }] : [];
});

/** What this Node calls the permission model, and the permission to use the network, where it has one. */
function permissions(node: string): string[] {
  const flags = execFileSync(node, ['-p', '[...process.allowedNodeEnvironmentFlags].join()'], { encoding: 'utf8' });
  const known = flags.trim().split(',');
  const model = known.includes('--permission') ? '--permission' : '--experimental-permission';
  return [model, ...(known.includes('--allow-net') ? ['--allow-net'] : [])];
}

const FETCH = join(PROGRAMS, 'fetch.mjs');

describe('programs below the command are watched', () => {
  it('through a shell', async () => {
    const result = await run([
      'sh',
      '-c',
      `"${process.execPath}" "${FETCH}" gemini-one && "${process.execPath}" "${FETCH}" gemini-two`,
    ]);
    expect(models(result)).toEqual(['gemini-one', 'gemini-two']);
    expect(result.run?.processes.map(({ script }) => script)).toEqual(['fetch.mjs', 'fetch.mjs']);
  });

  it('through npm run', async () => {
    const cwd = join(folder, 'package');
    mkdirSync(cwd);
    writeFileSync(join(cwd, 'package.json'), JSON.stringify({ scripts: { gen: `node "${FETCH}" gemini-one` } }));
    const result = await run(['npm', 'run', '--silent', 'gen'], { cwd });
    expect(result.code).toBe(0);
    expect(models(result)).toEqual(['gemini-one']);
  });

  it.each(MANAGERS)('through $name run', async ({ name, command }) => {
    const cwd = join(folder, name);
    mkdirSync(cwd);
    const scripts = { gen: `node "${FETCH}" gemini-one` };
    writeFileSync(join(cwd, 'package.json'), JSON.stringify({ name: 'gen', license: 'MIT', scripts }));
    writeFileSync(join(cwd, 'yarn.lock'), '');
    const result = await run([...command, 'run', 'gen'], { cwd });
    expect(result.stderr).toBe('');
    expect(result.code).toBe(0);
    expect(models(result)).toEqual(['gemini-one']);
  });

  it('through npx tsx, with labels set in the code', async () => {
    const result = await run(['npx', 'tsx', join(PROGRAMS, 'labelled.ts')], { labels: { take: '1', phase: 'all' } });
    expect(result.stderr).not.toContain('Error');
    expect(result.run?.events.map(({ responseModel, labels }) => [responseModel, labels])).toEqual([
      ['gemini-one', { take: '1', phase: 'all', panel: 's1_p02' }],
      ['gemini-two', { take: '1', phase: 'draft', panel: 's1_p02' }],
      ['gemini-three', { take: '1', phase: 'all' }],
    ]);
  });

  it.each([
    'fork',
    'spawn',
    'execFile',
    'spawnSync',
    'execFileSync',
    'execSync',
    'worker',
    'workerEval',
    'cluster',
    'ownOptions',
  ])('started by %s with an environment that has nothing of ours', async (way) => {
    const result = await run(program('children.mjs', way));
    expect(result.code).toBe(0);
    expect(models(result)).toEqual([`gemini-${way.toLowerCase()}`]);
  });
});

describe('the environment', () => {
  it("keeps the user's NODE_OPTIONS", async () => {
    const preload = join(folder, 'mine.cjs');
    writeFileSync(preload, "process.stdout.write('mine ');");
    const result = await run(program('fetch.mjs', 'gemini-one'), { env: { NODE_OPTIONS: `--require ${preload}` } });
    // Once in our own process, once in the command's.
    expect(result.stdout.toString()).toBe('mine mine 200 58\n');
    expect(models(result)).toEqual(['gemini-one']);
  });

  it.each(['a folder with spaces', 'a "quoted" one', 'a back\\slash'])('takes the hook from %s', async (name) => {
    mkdirSync(join(folder, name));
    const hook = join(folder, name, 'hook.cjs');
    copyFileSync(hookFile(), hook);
    expect(models(await run(program('fetch.mjs', 'gemini-one'), { hook }))).toEqual(['gemini-one']);
    expect(models(await run(program('children.mjs', 'spawn'), { hook }))).toEqual(['gemini-spawn']);
  });
});

describe('under the permission model', () => {
  it('on the command line', async () => {
    const [node, script, ...args] = program('fetch.mjs', 'gemini-one');
    const result = await run([node!, ...permissions(node!), `--allow-fs-read=${PROGRAMS}/*`, script!, ...args]);
    expect(result.code).toBe(0);
    expect(models(result)).toEqual(['gemini-one']);
  });

  it('is left alone where it is not asked for', () => {
    expect(withGrants(['node', 'gen.js', '--permissions'], { hook: '/h', runDir: '/r' })).toEqual([
      'node',
      'gen.js',
      '--permissions',
    ]);
    expect(withGrants(['node', '--permission', 'gen.js'], { hook: '/h', runDir: '/r' })).toEqual([
      'node',
      '--permission',
      '--allow-fs-read=/h',
      '--allow-fs-write=/r/*',
      'gen.js',
    ]);
  });
});

describe('what cannot be watched is said', () => {
  it('a program that is not Node', async () => {
    const result = await run(['sh', '-c', 'exit 7']);
    expect(result.code).toBe(7);
    expect(result.run?.unwatched).toEqual([
      'Nothing was watched: sh is neither Node nor Python, or it starts them with another environment. Keep NODE_OPTIONS and COSTWATCH_* in that environment, or add the calls with costwatch record.',
    ]);
  });

  it.each([
    ['no-such-command-here', 127, 'Command not found: no-such-command-here\n'],
    [FETCH, 126, `Cannot execute ${FETCH}: permission denied\ncostwatch run -- node ${FETCH}\n`],
  ])('a command that cannot be started: %s', async (command, code, message) => {
    const result = await run([command]);
    expect(result.code).toBe(code);
    expect(result.stderr.startsWith(message)).toBe(true);
    expect(result.run).toBeUndefined();
  });

  it('a hook that is not there', async () => {
    const result = await run(program('fetch.mjs'), { hook: join(folder, 'nowhere.cjs') });
    expect(result.code).toBe(125);
    expect(result.stderr).toContain('Install costwatch again.');
  });
});
