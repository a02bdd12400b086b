import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { at, isObject, type JsonObject, objectOf } from '../../core/json.ts';
import type { SessionInfo } from '../../core/ledger/summary.ts';

/** What the first and the last line of a session log say of its session; undefined for a log without such lines. */
export function readSessionInfo(file: string): SessionInfo | undefined {
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const opening = lineWith('session', piece(descriptor, 0).split('\n', 1));
    const closing = lineWith(
      'closed',
      piece(descriptor, Math.max(0, size - LONGEST))
        .split('\n')
        .slice(-2),
    );
    return sessionInfoOf(opening, closing);
  } finally {
    closeSync(descriptor);
  }
}

/** What a log says of its session, as `session` of its first line and `closed` of its last. */
export function sessionInfoOf(opening: unknown, closing: unknown): SessionInfo | undefined {
  if (!isObject(opening) || typeof opening.id !== 'string' || typeof opening.startedAt !== 'string') return undefined;
  const { calls: _, ...closed } = isObject(closing) ? closing : {};
  return { command: [], ...opening, ...closed } as unknown as SessionInfo;
}

const LONGEST = 1 << 16;

function piece(descriptor: number, position: number): string {
  const bytes = Buffer.alloc(LONGEST);
  return bytes.toString('utf8', 0, readSync(descriptor, bytes, 0, LONGEST, position));
}

function lineWith(key: 'session' | 'closed', lines: readonly string[]): JsonObject | undefined {
  for (const line of lines) {
    if (!line.startsWith('{"costwatch":')) continue;
    // A line that was cut off or damaged says nothing; the calls are read all the same.
    const found = at(objectOf(line), key);
    if (isObject(found)) return found;
  }
  return undefined;
}
