import { closeSync, openSync, readSync, statSync } from 'node:fs';

const CHUNK_BYTES = 1 << 18;
const NEWLINE = 0x0a;

/** How far a growing file has been read: to the end of its last whole line. */
export interface ReadPosition {
  bytes: number;
  lines: number;
}

export const START_OF_FILE: Readonly<ReadPosition> = { bytes: 0, lines: 0 };

/**
 * Hands over the whole lines of a file behind `from`, with their 1-based numbers, and returns where the next reading
 * goes on: a last line that is still being written waits. Undefined where the file has gone.
 */
export function readNewLines(
  path: string,
  from: Readonly<ReadPosition>,
  take: (line: string, number: number) => void,
): ReadPosition | undefined {
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined || size <= from.bytes) return size === undefined ? undefined : from;
  const descriptor = opened(path);
  if (descriptor === undefined) return undefined;
  try {
    const position = { ...from };
    let chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    for (;;) {
      const read = readSync(descriptor, chunk, 0, chunk.length, position.bytes);
      const end = chunk.subarray(0, read).lastIndexOf(NEWLINE);
      if (end !== -1) {
        for (const line of linesOf(chunk, end)) take(line, ++position.lines);
        position.bytes += end + 1;
      }
      if (read < chunk.length) return position;
      if (end === -1) chunk = Buffer.allocUnsafe(chunk.length * 2);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Cuts a flow of bytes into lines. What follows the last newline waits for more. */
export class LineBuffer {
  private rest: Buffer = Buffer.alloc(0);

  add(chunk: Uint8Array): string[] {
    const bytes = Buffer.concat([this.rest, chunk]);
    const end = bytes.lastIndexOf(NEWLINE);
    this.rest = bytes.subarray(end + 1);
    return end === -1 ? [] : linesOf(bytes, end);
  }
}

/** The lines before the newline at `end`. */
function linesOf(bytes: Buffer, end: number): string[] {
  return bytes.toString('utf8', 0, end).split('\n');
}

function opened(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Whether a file or folder is not there, or no longer. */
export function isNotFound(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
