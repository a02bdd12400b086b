// Bundles the commands and the library, the hook as one dependency-free CommonJS file, and emits the types.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { buildHook } from './build-hook.js';

process.chdir(resolve(import.meta.dirname, '..'));
const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
rmSync('dist', { recursive: true, force: true });

/** What asks for its own URL finds it in CommonJS too. */
const ASKS_FOR_ITS_URL = {
  define: { 'import.meta.url': '__url' },
  banner: { js: "const __url = require('node:url').pathToFileURL(__filename).href;" },
};
const shared = { outdir: 'dist', bundle: true, metafile: true, platform: 'node', target: 'node20.19' };
const external = Object.keys(dependencies);

// One CommonJS file, each part of which is made when a command asks for it. Measured against modules in chunks: there
// a report would open fifty files, and start a third later.
const commands = await build({
  ...shared,
  entryPoints: { cli: 'src/cli.ts' },
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  minify: true,
  legalComments: 'none',
  external,
  ...ASKS_FOR_ITS_URL,
});

const library = await build({
  ...shared,
  entryPoints: { index: 'src/index.ts' },
  chunkNames: 'chunks/[name]-[hash]',
  splitting: true,
  format: 'esm',
  external,
  // Bundled CommonJS packages ask for Node's own modules with `require`.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});
const inputs = [commands, library].flatMap(({ metafile }) => Object.keys(metafile.inputs));
writeFileSync('dist/THIRD-PARTY-LICENSES.txt', licenses(inputs));

await buildHook('dist/hook.cjs');

for (const [name, entry, target] of [
  // Loaded by the hook where a budget stops calls.
  ['gate', 'src/gate/index.ts', 'node18'],
  // Loads the hook into a program that is not started by `costwatch run`.
  ['register', 'src/register.ts', 'node20.19'],
  // Reads a share of the logs of a large report, on a thread of its own.
  ['report-worker', 'src/commands/report/worker.ts', 'node20.19'],
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
    ...ASKS_FOR_ITS_URL,
  });

execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.types.json'], { stdio: 'inherit' });

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
