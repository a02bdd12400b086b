import { builtin } from './host.ts';

type Evaluate = (module: { exports: unknown }, exports: unknown, require: (name: string) => unknown) => void;

/**
 * Runs one of our bundles that the build has put into the hook as a text, and returns its exports: Node then need not
 * parse it before there is a use for it. It gets the modules `shared` with the hook as they are there.
 */
export function evaluate(code: string, shared: Readonly<Record<string, unknown>>): unknown {
  const { Script } = builtin<typeof import('node:vm')>('node:vm');
  const wrapper = new Script(`(function (module, exports, require) {${code}\n})`, { filename: 'costwatch' });
  const module = { exports: {} };
  const run = wrapper.runInThisContext() as Evaluate;
  run(module, module.exports, (name) => shared[name] ?? builtin(name));
  return module.exports;
}
