import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../files/atomic.ts';
import { dataDir } from '../files/paths.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Old logs as sums: `<data dir>/rollups/<YYYY-MM>.jsonl`, a header and one line a log. */
export interface Rollup {
  file: string;
  month: string;
  /** One log each, as `writeRollupLine` made it; bytes, for there may be many. */
  lines: Buffer[];
}

function rollupsDir(env: Environment): string {
  return join(dataDir(env), 'rollups');
}

/** All rollups, oldest first. A month without one has none. */
export function readRollups(env: Environment): Rollup[] {
  const folder = rollupsDir(env);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^\d{4}-\d{2}\.jsonl$/.test(name))
    .sort()
    .map((name) => readRollup(env, name.slice(0, 7)));
}

export function readRollup(env: Environment, month: string): Rollup {
  const file = join(rollupsDir(env), `${month}.jsonl`);
  const lines = existsSync(file) ? linesOf(readFileSync(file)) : [];
  return {
    file,
    month,
    lines: lines.filter((line) => line.length > 0 && !line.subarray(0, HEADER.length).equals(HEADER)),
  };
}

/** Replaces the rollup of a month, whole or not at all; for one process at a time. @throws the file system's error, with the old one untouched. */
export function writeRollup(env: Environment, month: string, lines: readonly Buffer[]): void {
  const folder = rollupsDir(env);
  // Of writers that were killed; the caller is the only one.
  if (existsSync(folder))
    for (const name of readdirSync(folder)) if (name.endsWith('.tmp')) rmSync(join(folder, name), { force: true });
  const header = Buffer.from(`${HEADER}{"month":"${month}"}}`);
  writeFileAtomic(
    join(folder, `${month}.jsonl`),
    Buffer.concat([header, ...lines].flatMap((line) => [line, NEWLINE])),
    { mode: 0o600 },
  );
}

const HEADER = Buffer.from('{"costwatch":1,"rollup":');
const NEWLINE = Buffer.from('\n');

function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline === -1 ? bytes.length : newline;
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return lines;
}
