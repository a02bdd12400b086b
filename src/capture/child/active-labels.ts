import type { AsyncLocalStorage } from 'node:async_hooks';

/** Set on the global object while the hook is at work, so that a second copy of it stays idle. */
export const HOOK = Symbol.for('costwatch.hook');
/** Where `withLabels` keeps the labels of the code that is running. */
export const LABELS = Symbol.for('costwatch.labels');

export type ActiveLabels = AsyncLocalStorage<Readonly<Record<string, string>>>;

/** The labels that `withLabels` set around the code that is running now. */
export function activeLabels(): Readonly<Record<string, string>> | undefined {
  const storage = Reflect.get(globalThis, LABELS) as ActiveLabels | undefined;
  return storage?.getStore();
}
