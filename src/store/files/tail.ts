import { closeSync, openSync, readSync, statSync } from 'node:fs';

const CHUNK_BYTES = 1 << 18;
const NEWLINE = 0x0a;

/**
 * Hands over the whole lines of a file from `offset` on, and returns where the next reading goes on: a last line that is
 * still being written waits. Undefined where the file has gone.
 */
export function readLines(path: string, offset: number, take: (line: string) => void): number | undefined {
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined || size <= offset) return size === undefined ? undefined : offset;
  const descriptor = opened(path);
  if (descriptor === undefined) return undefined;
  try {
    let chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    for (let at = offset; ; ) {
      const size = readSync(descriptor, chunk, 0, chunk.length, at);
      const end = chunk.subarray(0, size).lastIndexOf(NEWLINE);
      if (end !== -1) {
        for (const line of chunk.toString('utf8', 0, end).split('\n')) take(line);
        at += end + 1;
      } else if (size === chunk.length) chunk = Buffer.allocUnsafe(chunk.length * 2);
      if (size < chunk.length && (end === -1 || end + 1 === size)) return at;
    }
  } finally {
    closeSync(descriptor);
  }
}

function opened(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** Whether a file or folder is not there, or no longer. */
export function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
