// Bundles the hook, without any dependency and as one file: `node scripts/build-hook.js <outfile>`.
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';

const options = {
  bundle: true,
  minify: true,
  format: 'cjs',
  platform: 'node',
  // The hook must load, and do nothing, in any Node that a user's command starts.
  target: 'node14',
  // What looks for files of the package is never called there.
  define: { 'import.meta.url': '""' },
};
/** Common to both parts: it has to keep what it took of Node at the start. */
const SHARED = './host.ts';

if (process.argv[1] === import.meta.filename) await buildHook(process.argv[2]);

export async function buildHook(outfile) {
  const entry = join(import.meta.dirname, '../src/capture/child/preload.ts');
  await build({ ...options, entryPoints: [entry], outfile: resolve(outfile), plugins: [requiredAsText()] });
}

/** What a module `require`s becomes a text in its bundle, evaluated at the first use; see src/capture/child/evaluate.ts. */
function requiredAsText() {
  const shared = {
    name: 'shared',
    setup: ({ onResolve }) => onResolve({ filter: /\/host\.ts$/ }, () => ({ path: SHARED, external: true })),
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
        const { outputFiles } = await build({ ...options, entryPoints: [path], write: false, plugins: [shared] });
        const text = JSON.stringify(outputFiles[0].text);
        const contents = `
          const { evaluate } = require('./evaluate.ts');
          module.exports = evaluate(${text}, { '${SHARED}': require('${SHARED}') });`;
        return { contents, resolveDir: dirname(path) };
      });
    },
  };
}
