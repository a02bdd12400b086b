// Bundles the CLI and the library for a quick start, the hook as one dependency-free CommonJS file, and emits the types.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { buildHook } from './build-hook.js';

process.chdir(resolve(import.meta.dirname, '..'));
const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
rmSync('dist', { recursive: true, force: true });

const options = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  external: Object.keys(dependencies),
  define: { 'Intl.Segmenter': 'LazySegmenter' },
  inject: ['scripts/lazy-segmenter.js'],
  // Bundled CommonJS packages ask for Node's own modules with `require`.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
};
const { metafile } = await build({
  ...options,
  entryPoints: { cli: 'src/cli.ts', index: 'src/index.ts' },
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  splitting: true,
  metafile: true,
});
// `run` alone is waited for by a program, and one file loads sooner than forty.
await build({
  ...options,
  entryPoints: { run: 'src/cli.ts' },
  outdir: 'dist',
  minifyWhitespace: true,
  minifySyntax: true,
  plugins: [leaveOutOtherCommands()],
});
writeFileSync('dist/THIRD-PARTY-LICENSES.txt', licenses(Object.keys(metafile.inputs)));

await buildHook('dist/hook.cjs');

for (const [name, entry, target] of [
  // Loaded by the hook where a budget stops calls.
  ['gate', 'src/gate/index.ts', 'node18'],
  // Loads the hook into a program that is not started by `costwatch run`.
  ['register', 'src/register.ts', 'node20.19'],
])
  await build({
    entryPoints: { [name]: entry },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    bundle: true,
    minify: true,
    format: 'cjs',
    platform: 'node',
    target,
    // `require` wants CommonJS, which has no `import.meta`.
    define: { 'import.meta.url': '__url' },
    banner: { js: "const __url = require('node:url').pathToFileURL(__filename).href;" },
  });

execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.types.json'], { stdio: 'inherit' });

/** Leaves out what the commands other than `run` load when they are called. */
function leaveOutOtherCommands() {
  const declaration = /src\/(cli|commands\/quota|commands\/\w+\/index)\.ts$/;
  return {
    name: 'leave-out-other-commands',
    setup({ onResolve }) {
      onResolve({ filter: /^\..*\.ts$/ }, ({ kind, importer, path }) =>
        kind === 'dynamic-import' && declaration.test(importer) && !/\/(run|recover)\.ts$/.test(path)
          ? { path, external: true }
          : undefined,
      );
    },
  };
}

/** The licence texts of all packages that are bundled, as their licences ask. */
function licenses(inputs) {
  const packages = new Set(inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []));
  return [...packages]
    .sort()
    .map((folder) => {
      const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
      const text = file
        ? readFileSync(join(folder, file), 'utf8')
        : `License: ${JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).license}\n`;
      return `${folder.replace(/^.*node_modules\//, '')}\n\n${text.trim()}\n`;
    })
    .join(`\n${'-'.repeat(72)}\n\n`);
}
