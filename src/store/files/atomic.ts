import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { randomHex } from './random.ts';

/**
 * Writes a file so that a reader sees the old text or the new one, never half of it. Makes missing folders.
 * A symbolic link stays one and its target is replaced; a device or a pipe is written to as it is.
 * @throws the file system's error, with the old file untouched and no temporary file left behind.
 */
export function writeFileAtomic(path: string, text: string | Uint8Array, options: { mode?: number } = {}): void {
  const existing = statSync(path, { throwIfNoEntry: false });
  if (existing && !existing.isFile() && !existing.isDirectory()) {
    writeFileSync(path, text);
    return;
  }
  const target = existing ? realpathSync(path) : path;
  const folder = dirname(target);
  const mode = options.mode ?? 0o600;
  // A private file gets private folders.
  mkdirSync(folder, { recursive: true, mode: mode & 0o077 ? 0o777 : 0o700 });
  const temporary = join(folder, `.${basename(target)}.${randomHex(16)}.tmp`);
  try {
    // A file that is replaced keeps its permissions.
    writeAndSync(temporary, text, existing ? existing.mode & 0o777 : mode);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function writeAndSync(path: string, text: string | Uint8Array, mode: number): void {
  const descriptor = openSync(path, 'wx', mode);
  try {
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
