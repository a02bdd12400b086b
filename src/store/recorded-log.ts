import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InputError } from '../core/errors.ts';
import type { UsageEvent } from '../core/event.ts';
import { sessionsDir } from './session-log.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Appends a call that belongs to no run to the log of its day, `<data dir>/sessions/<YYYY-MM-DD>/recorded.jsonl`.
 * Returns the path. Any number of processes may do so at once: a line is one write to the end of the file.
 * @throws InputError where it cannot be written.
 */
export function appendRecorded(env: Environment, event: UsageEvent & { timestamp: string }): string {
  const path = join(sessionsDir(env), event.timestamp.slice(0, 10), 'recorded.jsonl');
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    append(path, Buffer.from(`${JSON.stringify(event)}\n`));
    return path;
  } catch (cause) {
    throw new InputError(`The call could not be recorded in ${path}: ${(cause as Error).message}`, {
      hint: 'Set COSTWATCH_HOME to a folder you can write to.',
      cause,
    });
  }
}

function append(path: string, line: Uint8Array): void {
  const descriptor = openSync(path, 'a', 0o600);
  try {
    if (writeSync(descriptor, line) !== line.length) throw new Error('no space left on the device');
  } finally {
    closeSync(descriptor);
  }
}
