// Bundles the commands and the library for a quick start, the hook as one dependency-free CommonJS file, and emits the types.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
/** What packages ask for at once and we hardly use: each brings more of Node than a small report needs. */
const INSTEAD = {
  // commander starts subcommands that are programs of their own; we have none.
  'node:child_process': `exports.spawn = (...args) => require('child_process').spawn(...args);`,
  // chalk asks what the terminal can show; src/views/terminal/color.ts tells it.
  '#supports-color': 'export default { stdout: false, stderr: false };',
};
const INSTEAD_OF_PARTS = {
  name: 'instead-of-parts',
  setup({ onResolve, onLoad }) {
    const namespace = 'instead';
    onResolve({ filter: /^(?:node:child_process|#supports-color)$/ }, ({ path, importer }) =>
      /node_modules.(?:commander|chalk)/.test(importer) ? { path, namespace } : undefined,
    );
    onLoad({ filter: /./, namespace }, ({ path }) => ({ contents: INSTEAD[path] }));
  },
};
const shared = { outdir: 'dist', bundle: true, metafile: true, platform: 'node', target: 'node20.19' };
const external = Object.keys(dependencies);

// The commands are one file, each part of which is made when a command asks for it: finding and opening many files
// would take longer than all else that a small report does.
const commands = await build({
  ...shared,
  entryPoints: { commands: 'src/cli.ts' },
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  external,
  // Node 20 refuses `import()` in kept code.
  supported: { 'dynamic-import': false },
  inject: ['src/views/late-segmenter.ts'],
  plugins: [INSTEAD_OF_PARTS],
  ...ASKS_FOR_ITS_URL,
  define: { ...ASKS_FOR_ITS_URL.define, 'Intl.Segmenter': 'LateSegmenter' },
});
// Text of ASCII alone takes half the memory and is compiled sooner; esbuild leaves regular expressions as they are.
const ascii = readFileSync('dist/commands.cjs', 'utf8').replace(
  /[^\0-\x7f]/g,
  (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
);
writeFileSync('dist/commands.cjs', ascii);
const buildId = createHash('sha256').update(ascii).digest('hex').slice(0, 16);
await build({
  ...shared,
  entryPoints: { cli: 'src/start.ts' },
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  define: { BUILD_ID: JSON.stringify(buildId), 'import.meta.dirname': '__dirname' },
  // Node loads CommonJS ten milliseconds sooner than modules.
  banner: { js: '#!/usr/bin/env node' },
});
chmodSync('dist/cli.cjs', 0o755);

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
