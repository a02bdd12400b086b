import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';
import { afterAll } from 'vitest';
import type { CapturedRun, GateConfig, LiveCall } from '../../src/capture/parent/run.ts';
import { STOP_FILE, type StopNotice } from '../../src/capture/wire/gate-config.ts';
import type { ProcessStartRecord } from '../../src/capture/wire/record.ts';
import { machine } from '../support/machine.ts';

const ROOT = join(import.meta.dirname, '../..');
/** The real clients, with dependencies of their own. */
export const CLIENTS = join(ROOT, 'test/clients');
export const PROGRAMS = join(ROOT, 'test/fixtures/programs');

/** In our own folder, so that they find our files and packages. */
let bundles: string | undefined;
afterAll(() => {
  if (bundles) rmSync(bundles, { recursive: true, force: true });
});

function bundle(name: string, write: (file: string) => void): string {
  bundles ??= mkdtempSync(join(ROOT, 'node_modules/.cw-test-bundles-'));
  const file = join(bundles, name);
  if (!existsSync(file)) write(file);
  return file;
}

/** A program of this folder; its packages are left where they are. */
function driverFile(name: string): string {
  const entryPoints = [join(ROOT, 'test/capture', `${name}.ts`)];
  return bundle(`${name}.mjs`, (outfile) =>
    buildSync({
      entryPoints,
      outfile,
      bundle: true,
      packages: 'external',
      format: 'esm',
      platform: 'node',
      target: 'node20',
    }),
  );
}

/** The hook, bundled from its sources now, as the build does. */
export function hookFile(): string {
  return bundle('hook.cjs', (file) => execFileSync(process.execPath, [join(ROOT, 'scripts/build-hook.js'), file]));
}

/** The gate, bundled as the build does. */
export function gateFile(): string {
  const entryPoints = [join(ROOT, 'src/gate/index.ts')];
  const define = { 'import.meta.url': '""' };
  return bundle('gate.cjs', (outfile) =>
    buildSync({ entryPoints, outfile, bundle: true, format: 'cjs', platform: 'node', define }),
  );
}

export interface WatchOptions {
  env?: NodeJS.ProcessEnv;
  labels?: Record<string, string>;
  hook?: string;
  /** Watch Python processes too. */
  python?: boolean;
  cwd?: string;
  /** The budgets that stop calls. */
  gate?: Omit<GateConfig, 'sessionId' | 'bundle'>;
  /** Another gate than our own. */
  gateBundle?: string;
  /** What a run leaves for the processes without a gate, from the start. */
  stop?: StopNotice;
}

/** A gate that asks nobody: it lets all calls through, or none. */
export function gated(name: 'open' | 'shut'): Pick<WatchOptions, 'gate' | 'gateBundle'> {
  const pricing = { directory: '/nowhere', overridesFile: '/nowhere/prices.json' };
  const gate = { budgets: [], zone: 'UTC', dataDir: '/nowhere', pricing };
  return { gateBundle: join(ROOT, 'test/fixtures/gates', `${name}.cjs`), gate };
}

export interface Watched {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: Buffer;
  stderr: string;
  /** Absent where the command did not start. */
  run: CapturedRun | undefined;
  live: LiveCall[];
  /** The text of all spool files. */
  spool: string;
}

/** A command under `runCaptured`, in a process group of its own. */
export class Watching {
  readonly parent: ChildProcess;
  private readonly folder = mkdtempSync(join(tmpdir(), 'cw-test-'));
  private readonly out: Buffer[] = [];
  private readonly err: Buffer[] = [];
  readonly runDir = mkdtempSync(join(this.folder, 'run-'));

  constructor(
    command: string[],
    { env = {}, labels = {}, hook = hookFile(), python, cwd, gate, gateBundle, stop }: WatchOptions = {},
  ) {
    const report = join(this.folder, 'report.json');
    const options = {
      report,
      command,
      labels,
      sessionId: 'session-1',
      runDir: this.runDir,
      hook,
      ...(gate ? { gate: { bundle: gateBundle ?? gateFile(), ...gate } } : {}),
      ...(python ? { python: join(ROOT, 'python') } : {}),
    };
    if (stop) writeFileSync(join(this.runDir, STOP_FILE), JSON.stringify(stop));
    const driver = driverFile('driver');
    this.parent = spawn(process.execPath, [driver, JSON.stringify(options)], {
      env: { ...machine(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      ...(cwd ? { cwd } : {}),
    });
    this.parent.stdout!.on('data', (data) => this.out.push(data));
    this.parent.stderr!.on('data', (data) => this.err.push(data));
  }

  get stdout(): string {
    return Buffer.concat(this.out).toString();
  }

  /** Waits until the command has written `text`. */
  async says(text: string): Promise<void> {
    while (!this.stdout.includes(text)) {
      if (this.parent.exitCode !== null) throw new Error(`ended without "${text}": ${Buffer.concat(this.err)}`);
      await new Promise((resolve) => this.parent.stdout!.once('data', resolve).once('end', resolve));
    }
  }

  /** The record by which the first watched process began. */
  firstRecord(): ProcessStartRecord {
    const [spool] = readdirSync(this.runDir);
    const [line] = readFileSync(join(this.runDir, spool!), 'utf8').split('\n');
    return JSON.parse(line!) as ProcessStartRecord;
  }

  /** As Ctrl-C at a terminal does: to the whole group. */
  interrupt(): void {
    process.kill(-this.parent.pid!, 'SIGINT');
  }

  async end(): Promise<Watched> {
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
      this.parent.once('close', (...ended) => resolve(ended)),
    );
    const report = join(this.folder, 'report.json');
    const spools = readdirSync(this.runDir).map((name) => readFileSync(join(this.runDir, name), 'utf8'));
    const watched = {
      code,
      signal,
      stdout: Buffer.concat(this.out),
      stderr: Buffer.concat(this.err).toString(),
      run: existsSync(report) ? (JSON.parse(readFileSync(report, 'utf8')) as CapturedRun) : undefined,
      live: existsSync(`${report}.live`) ? readLines(`${report}.live`) : [],
      spool: spools.join(''),
    };
    rmSync(this.folder, { recursive: true, force: true });
    return watched;
  }
}

function readLines(file: string): LiveCall[] {
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as LiveCall);
}

/** Runs a command under `runCaptured` to its end. */
export function watched(command: string[], options?: WatchOptions): Promise<Watched> {
  return new Watching(command, options).end();
}

/** What a command writes when nobody watches it. Not a blocking call: the stub answers in this process. */
export async function unwatchedOutput([file, ...args]: string[], env: NodeJS.ProcessEnv): Promise<string> {
  const { stdout } = await promisify(execFile)(file!, args, { env: { ...machine(), ...env } });
  return stdout;
}

/** A command that runs a fixture program in this Node. */
export function program(name: string, ...args: string[]): string[] {
  return [process.env.COSTWATCH_TEST_NODE ?? process.execPath, join(PROGRAMS, name), ...args];
}

/** A command of costwatch, as a process; see command-driver.ts. */
export function command(name: string, options: object): string[] {
  return [process.execPath, driverFile('command-driver'), name, JSON.stringify(options)];
}

/** An empty folder for the files of a costwatch. */
export function homeFolder(): string {
  return mkdtempSync(join(tmpdir(), 'cw-home-'));
}

/** What a process writes up to its end. */
export async function finished(
  child: ChildProcess,
): Promise<{ code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string }> {
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, ...texts };
}
