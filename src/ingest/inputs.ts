import { type BigIntStats, statSync } from 'node:fs';
import path from 'node:path';
import { type Diagnostic, InputError } from '../core/errors.ts';

export const STDIN = '-';

/** The files that inputs stand for, each once, sorted; standard input last. */
export interface Inputs {
  files: string[];
  /** Of each file, in bytes; 0 where it is not known. */
  sizes: number[];
  stdin: boolean;
  /** Files that are there and cannot be read as logs. */
  unreadable: Diagnostic[];
  /** Files that were named more than once, under whatever name. */
  repeated: Diagnostic[];
}

const LOG_NAMES = '**/*.{jsonl,json,ndjson,log,txt,gz,zst}';

/** Resolves files, globs, folders and `-`. Throws an `InputError` for what names nothing at all. */
export async function resolveInputs(inputs: readonly string[]): Promise<Inputs> {
  const found = new Map<string, BigIntStats | undefined>();
  for (const input of inputs.filter((name) => name !== STDIN))
    for (const file of await expand(input)) if (!found.has(file)) found.set(file, statOf(file));
  const result: Inputs = { files: [], sizes: [], stdin: inputs.includes(STDIN), unreadable: [], repeated: [] };
  const seen = new Map<string, string>();
  for (const file of [...found.keys()].sort(byCodePoint)) {
    const stats = found.get(file);
    const problem = problemOf(file, stats);
    const identity = stats && `${stats.dev}:${stats.ino}`;
    const first = identity && seen.get(identity);
    if (problem) result.unreadable.push({ file, reason: problem });
    else if (first && stats.ino !== 0n) result.repeated.push({ file, reason: `the same file as ${first}: read once` });
    else {
      result.files.push(file);
      result.sizes.push(Number(stats?.size ?? 0));
      if (identity) seen.set(identity, file);
    }
  }
  return result;
}

function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : 1;
}

function statOf(file: string): BigIntStats | undefined {
  try {
    return statSync(file, { bigint: true });
  } catch {
    // Gone, or in a folder that may not be read: said of each file.
    return undefined;
  }
}

async function expand(input: string): Promise<string[]> {
  const stats = statOf(input);
  if (stats?.isDirectory()) return inFolder(input);
  if (stats) return [input];
  const { glob, isDynamicPattern } = await import('tinyglobby');
  const pattern = path.sep === '\\' ? input.replaceAll('\\', '/') : input;
  if (!isDynamicPattern(pattern)) throw missing(input);
  const files = await glob(pattern, { dot: true, expandDirectories: false, absolute: path.isAbsolute(input) });
  if (files.length > 0) return files;
  throw new InputError(`No file matches ${input}`, {
    hint: 'Quote the pattern and check it: costwatch report "logs/**/*.jsonl"',
  });
}

async function inFolder(folder: string): Promise<string[]> {
  const { glob } = await import('tinyglobby');
  const files = await glob(LOG_NAMES, { cwd: folder, ignore: ['**/node_modules/**'] });
  if (files.length > 0) return files.map((file) => path.join(folder, file));
  throw new InputError(`No logs in ${folder}`, {
    hint: 'Looked for .jsonl, .json, .ndjson, .log, .txt, .gz and .zst. Name other files one by one: costwatch report FILE...',
  });
}

function missing(input: string): InputError {
  return new InputError(`No such file: ${input}`, {
    hint: 'Check the name, or name no files to report on what costwatch recorded itself: costwatch report',
  });
}

/** A pipe in a folder is not opened, since nobody may write to it; `/dev/fd/63` is how a shell hands over output. */
function problemOf(file: string, stats: BigIntStats | undefined): string | undefined {
  if (!stats) return 'gone, or in a folder that may not be read';
  if (stats.isFile() || file.startsWith('/dev/')) return undefined;
  return stats.isDirectory() ? 'a folder' : 'not a regular file';
}
