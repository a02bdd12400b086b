import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file of this package by its path from the package root, whether we run from `src` or bundled from `dist`. */
export function packageFile(path: string): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json')) && existsSync(join(folder, 'pricing'))) return join(folder, path);
    if (folder === dirname(folder)) throw new Error(`no package root above ${import.meta.url}`);
  }
}

/** The hook that is preloaded into watched processes. */
export function hookFile(): string {
  return packageFile(join('dist', 'hook.cjs'));
}

/** What the hook loads to refuse calls, where a budget stops them. */
export function gateFile(): string {
  return packageFile(join('dist', 'gate.cjs'));
}
