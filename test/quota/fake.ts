import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { Command } from 'commander';
import { expect, onTestFinished } from 'vitest';
import type { CommandIo } from '../../src/commands/command-io.ts';
import { CostwatchError } from '../../src/core/errors.ts';

export const NOW = new Date('2026-11-22T12:00:00Z');

type Register = (program: Command, run: (action: (io: CommandIo) => Promise<number>) => Promise<void>) => void;

export interface Ran {
  code: number;
  out: string;
  err: string;
}

/** A home of its own that is removed after the test. */
export function temporaryHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'costwatch-quota-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

/** Runs one command as the CLI would, with an outside world of our own. */
export async function command(register: Register, args: string[], env: NodeJS.ProcessEnv): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  let code = -1;
  const io: CommandIo = {
    stdout: { columns: 100, write: (text) => void out.push(text) },
    stderr: { columns: 100, write: (text) => void err.push(text) },
    env: { NO_COLOR: '1', ...env },
    stdin: Readable.from(['Nine char']),
    now: NOW,
  };
  const program = new Command('costwatch').exitOverride().configureOutput({ writeErr: (text) => err.push(text) });
  register(program, async (action) => {
    code = await action(io);
  });
  await program.parseAsync(args, { from: 'user' });
  return { code, out: out.join(''), err: err.join('') };
}

/** The error that a promise is rejected with, which must be one for the user. */
export async function userError(promise: Promise<unknown>): Promise<CostwatchError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(CostwatchError);
  return error as CostwatchError;
}
