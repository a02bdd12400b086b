// Bundles the CLI and the library for a quick start, the hook as one dependency-free CommonJS file, and emits the types.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';

process.chdir(resolve(import.meta.dirname, '..'));
const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
rmSync('dist', { recursive: true, force: true });

const { metafile } = await build({
  entryPoints: { cli: 'src/cli.ts', index: 'src/index.ts' },
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  metafile: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  external: Object.keys(dependencies),
  // Bundled CommonJS packages ask for Node's own modules with `require`.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});
writeFileSync('dist/THIRD-PARTY-LICENSES.txt', licenses(Object.keys(metafile.inputs)));

const hook = {
  bundle: true,
  minify: true,
  format: 'cjs',
  platform: 'node',
  // The hook must load, and do nothing, in any Node that a user's command starts.
  target: 'node14',
};
await build({
  ...hook,
  entryPoints: { hook: 'src/capture/preload.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  plugins: [requiredAsText()],
});

execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.types.json'], { stdio: 'inherit' });

/**
 * What a module `require`s becomes a text within its bundle, evaluated at the first use; see src/capture/evaluate.ts.
 * `host.ts` is the hook's own there too: it has to keep what it took of Node at the start.
 */
function requiredAsText() {
  const shared = './host.ts';
  const external = {
    name: 'shared',
    setup: ({ onResolve }) => onResolve({ filter: /\/host\.ts$/ }, () => ({ path: shared, external: true })),
  };
  return {
    name: 'required-as-text',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\..*\.ts$/ }, ({ kind, path, namespace, resolveDir }) =>
        kind === 'require-call' && namespace === 'file'
          ? { path: join(resolveDir, path), namespace: 'text' }
          : undefined,
      );
      onLoad({ filter: /./, namespace: 'text' }, async ({ path }) => {
        const { outputFiles } = await build({ ...hook, entryPoints: [path], write: false, plugins: [external] });
        const text = JSON.stringify(outputFiles[0].text);
        const contents = `
          const { evaluate } = require('./evaluate.ts');
          module.exports = evaluate(${text}, { '${shared}': require('${shared}') });`;
        return { contents, resolveDir: dirname(path) };
      });
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
