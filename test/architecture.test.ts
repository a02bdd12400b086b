import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');

/** What each folder may import: folders of ours, `node` for Node's modules, or named packages. */
const ARROWS: Record<string, string[]> = {
  core: [],
  providers: ['core'],
  shapes: ['core', 'providers'],
  ingest: ['core', 'shapes', 'node', 'tinyglobby'],
  capture: ['core', 'providers', 'node'],
  gate: ['core', 'providers', 'capture', 'store', 'views', 'node'],
  store: ['core', 'ingest', 'node', 'env-paths', 'yaml'],
  views: ['core', 'node', 'chalk', 'cli-table3', 'string-width'],
  demo: ['core', 'store', 'node'],
  commands: [
    'core',
    'providers',
    'shapes',
    'ingest',
    'capture',
    'store',
    'views',
    'demo',
    'node',
    'chalk',
    'commander',
    '@google/genai',
  ],
};

const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => join(SRC, name));

interface Import {
  target: string;
  typeOnly: boolean;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const statements = text.matchAll(
    /^(?:import|export)\s(type\s)?[^;]*?from\s+'([^']+)'|import\(\s*'([^']+)'\s*\)|^import\s+'([^']+)'/gm,
  );
  return [...statements].map(([, typeOnly, from, lazy, bare]) => ({
    target: (from ?? lazy ?? bare)!,
    typeOnly: typeOnly !== undefined,
  }));
}

/** The folder of ours, `node`, or the package that an import leads to. */
function destination(file: string, target: string): string {
  if (target.startsWith('.')) return relative(SRC, resolve(dirname(file), target)).split('/')[0]!;
  if (target.startsWith('node:') || builtinModules.includes(target)) return 'node';
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');
}

describe('dependency arrows', () => {
  const inFolders = sources.filter((file) => relative(SRC, file).includes('/'));

  it.each(inFolders.map((file) => [relative(SRC, file), file]))('%s', (name, file) => {
    const folder = name.split('/')[0]!;
    const allowed = ARROWS[folder];
    expect(allowed, `src/${folder} is not in the table of folders`).toBeDefined();
    const strays = importsOf(file)
      .map(({ target }) => destination(file, target))
      .filter((to) => to !== folder && !allowed!.includes(to));
    expect(strays).toEqual([]);
  });

  it('knows only folders that exist', () => {
    const folders = new Set(inFolders.map((file) => relative(SRC, file).split('/')[0]));
    expect(Object.keys(ARROWS).filter((folder) => !folders.has(folder))).toEqual([]);
  });
});

describe('the hook', () => {
  it('is made of capture, core, providers and Node alone', () => {
    const seen = new Set<string>();
    const queue = [join(SRC, 'capture/child/preload.ts')];
    for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
      if (seen.has(file)) continue;
      seen.add(file);
      for (const { target, typeOnly } of importsOf(file)) {
        if (!typeOnly)
          expect(['capture', 'core', 'providers', 'node'], `${relative(SRC, file)} imports ${target}`).toContain(
            destination(file, target),
          );
        if (!typeOnly && target.startsWith('.')) queue.push(resolve(dirname(file), target));
      }
    }
    expect(seen.size).toBeGreaterThan(10);
  });
});

describe('core', () => {
  it.each(sources.filter((file) => file.includes('/core/')).map((file) => [relative(SRC, file), file]))(
    '%s reads no clock, no environment, no console',
    (_name, file) => {
      expect(readFileSync(file, 'utf8')).not.toMatch(/\bprocess\.|\bconsole\.|Date\.now\(|new Date\(\)|Math\.random/);
    },
  );
});
