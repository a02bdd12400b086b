import { closeSync, mkdirSync, openSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Environment } from '../../core/environment.ts';
import { InputError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import type { PriceBook } from '../../core/pricing/book/book.ts';
import { pinPrices } from '../../core/pricing/pinned.ts';
import type { UsageEvent } from '../../core/usage/event.ts';
import { RECORDED } from '../files/layout.ts';
import { overridesFile } from '../files/paths.ts';
import { loadPriceBook } from '../settings/price-book.ts';
import { pricesLine, sessionsDir } from './session-log.ts';

/**
 * Appends a call that belongs to no run to the log of its day, `<data dir>/sessions/<YYYY-MM-DD>/recorded.jsonl`.
 * Returns the path. Any number of processes may do so at once: a line is one write to the end of the file.
 * @throws InputError where it cannot be written.
 */
export function appendRecorded(env: Environment, event: UsageEvent & { timestamp: string }): string {
  const path = join(sessionsDir(env), event.timestamp.slice(0, 10), RECORDED);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // In one write, so that no other process comes between a call and its prices.
    const lines = [...pricesLine(pricesOf(env, event)), event];
    append(path, Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join('')));
    return path;
  } catch (cause) {
    throw new InputError(`The call could not be recorded in ${path}: ${(cause as Error).message}`, {
      hint: 'Set COSTWATCH_HOME to a folder you can write to.',
      cause,
    });
  }
}

/** What the call is priced at: the prices of this moment, whatever day it is recorded for. */
function pricesOf(env: Environment, event: UsageEvent): JsonObject | undefined {
  try {
    return pinPrices([event], { book: currentBook(env), today: new Date().toISOString().slice(0, 10) });
  } catch {
    // Own prices that cannot be read must not lose the call; it is priced when it is reported.
    return undefined;
  }
}

let cached: { file: string; changed: number | undefined; book: PriceBook } | undefined;

/** The price book, read again when the own prices have changed: a server may record for months. */
function currentBook(env: Environment): PriceBook {
  const file = overridesFile(env);
  const changed = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  if (cached?.file !== file || cached.changed !== changed)
    cached = { file, changed, book: loadPriceBook({ overridesFile: file }) };
  return cached.book;
}

function append(path: string, line: Uint8Array): void {
  const descriptor = openSync(path, 'a', 0o600);
  try {
    if (writeSync(descriptor, line) !== line.length) throw new Error('no space left on the device');
  } finally {
    closeSync(descriptor);
  }
}
