import { AsyncLocalStorage } from 'node:async_hooks';
import type { ActiveLabels } from './active-labels.ts';
import { activeLabels, HOOK, LABELS } from './active-labels.ts';

/**
 * Labels every call that `fn` makes, also after an `await`, and returns what `fn` returns. Inner labels are added to
 * outer ones. Outside `costwatch run` it only calls `fn`.
 */
export function withLabels<T>(labels: Record<string, string>, fn: () => T): T {
  if (Reflect.get(globalThis, HOOK) === undefined) return fn();
  return storage().run({ ...activeLabels(), ...labels }, fn);
}

/** The library and the hook are two bundles, so they meet on the global object. */
function storage(): ActiveLabels {
  const known = Reflect.get(globalThis, LABELS) as ActiveLabels | undefined;
  if (known) return known;
  const created: ActiveLabels = new AsyncLocalStorage();
  Object.defineProperty(globalThis, LABELS, { value: created, configurable: true });
  return created;
}
