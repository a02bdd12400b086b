import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import { clock, machine } from '../support/machine.ts';

export const ROOT = resolve(import.meta.dirname, '../..');
export const BIN = join(ROOT, 'bin/costwatch.js');

export interface Finished {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface SpawnOptions {
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  input?: string;
}

/** An empty folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'costwatch-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The environment every test pins: no colours, one time and zone, a home of its own, nothing of the machine's keys. */
export function pinned(env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return {
    ...machine(),
    ...clock(),
    TZ: 'UTC',
    NO_COLOR: '1',
    COLUMNS: '100',
    COSTWATCH_HOME: join(tmpdir(), 'costwatch-nowhere'),
    ...env,
  };
}

/** Runs a program to its end. */
export function start(command: string, args: readonly string[], options: SpawnOptions = {}): Promise<Finished> {
  const child = spawn(command, args, { env: options.env ?? pinned(), cwd: options.cwd ?? ROOT, stdio: 'pipe' });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin.end(options.input ?? '');
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', (code, signal) => done({ code, signal, stdout, stderr }));
  });
}

/** Runs the built `costwatch` as a user does. */
export function costwatch(args: readonly string[], options: SpawnOptions = {}): Promise<Finished> {
  return start(process.execPath, [BIN, ...args], options);
}
