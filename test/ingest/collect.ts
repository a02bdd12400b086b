import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import type { Diagnostic } from '../../src/core/errors.ts';
import type { UsageEvent } from '../../src/core/usage/event.ts';
import { type ReadOptions, readLogs } from '../../src/ingest/read.ts';

export interface Collected {
  events: UsageEvent[];
  skipped: Diagnostic[];
  notes: Diagnostic[];
}

export async function collect(inputs: string[], options: ReadOptions = {}): Promise<Collected> {
  const result: Collected = { events: [], skipped: [], notes: [] };
  await readLogs(
    inputs,
    {
      event: ({ isPlace: _, ...event }) => result.events.push(event),
      skip: (diagnostic) => result.skipped.push(diagnostic),
      note: (diagnostic) => result.notes.push(diagnostic),
    },
    options,
  );
  return result;
}

/** Reads a text as standard input, in pieces of `size` bytes. */
export async function collectText(text: string | Buffer, size = 1 << 20): Promise<Collected> {
  const bytes = Buffer.from(text as string);
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return collect(['-'], { stdin: Readable.from(pieces) });
}

/** Runs with a folder of files that is gone afterwards. */
export async function withFiles<T>(
  files: Record<string, string | Buffer>,
  run: (folder: string, at: (name: string) => string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'costwatch-ingest-'));
  try {
    for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder, name), content);
    return await run(folder, (name) => path.join(folder, name));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
