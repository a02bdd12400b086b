import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { randomHex } from '../files/random.ts';
import { byLog, type Section } from './own-logs.ts';

/** A section that is to be written. */
export interface NewSection {
  /** The path of the log that it is made of. */
  file: string;
  text: string;
  isSession: boolean;
}

/** Writes a compacted log beside the one that it is to take the place of. Returns its path. */
export function writeBeside(file: string, former: readonly Section[], made: readonly NewSection[]): string {
  const folder = dirname(file);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Of writers that were killed; the caller is the only one.
  for (const name of readdirSync(folder)) if (name.endsWith('.tmp')) rmSync(join(folder, name), { force: true });
  const written = join(folder, `.${basename(file)}.${randomHex(16)}.tmp`);
  const descriptor = openSync(written, 'wx', 0o600);
  try {
    for (const part of partsOf(former, made)) writeFileSync(descriptor, part);
    fsyncSync(descriptor);
  } catch (error) {
    rmSync(written, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
  return written;
}

/** Calls of no session first: who reads the whole file takes the calls behind a session for its own. */
function partsOf(former: readonly Section[], made: readonly NewSection[]): (Buffer | string)[] {
  const parts = [
    ...former.map(({ log, bytes, session }) => ({ log, bytes: endedLine(bytes), isSession: session !== undefined })),
    ...made.map(({ file, text, isSession }) => ({ log: file, bytes: text, isSession })),
  ];
  parts.sort((one, other) => Number(one.isSession) - Number(other.isSession) || byLog(one, other));
  return parts.map(({ bytes }) => bytes);
}

function endedLine(bytes: Buffer): Buffer {
  return bytes.at(-1) === NEWLINE ? bytes : Buffer.concat([bytes, Buffer.from('\n')]);
}

const NEWLINE = 0x0a;

/** So that the new file is there before the old ones are gone, even where the power is cut. */
export function syncFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // Not every system lets a folder be opened.
  }
}
