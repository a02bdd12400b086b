import { closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { randomHex } from './random.ts';

/**
 * Writes a file part by part so that a reader sees the old text or the new one, as `writeFileAtomic` does for a text
 * that fits in memory. A device or a pipe is written to as it is.
 * @throws the file system's error, with the old file untouched and no temporary file left behind.
 */
export function writePartsAtomic(path: string, parts: Iterable<string>, options: { mode?: number } = {}): void {
  const existing = statSync(path, { throwIfNoEntry: false });
  const isSpecial = existing !== undefined && !existing.isFile();
  const target = existing ? realpathSync(path) : path;
  const written = isSpecial ? target : join(dirname(target), `.${basename(target)}.${randomHex(16)}.tmp`);
  const descriptor = openSync(written, isSpecial ? 'w' : 'wx', options.mode ?? 0o600);
  try {
    for (const part of parts) writeFileSync(descriptor, part);
    if (!isSpecial) fsyncSync(descriptor);
    closeSync(descriptor);
    if (!isSpecial) renameSync(written, target);
  } catch (error) {
    if (!isSpecial) rmSync(written, { force: true });
    throw error;
  }
}
