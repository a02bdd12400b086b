import { openSync, writeSync } from 'node:fs';

// Taken when the hook loads: the host's tests may later replace any of them by a mock.
const RealDate = Date;
const { now } = Date;
const { setTimeout } = globalThis;
const { hrtime, getBuiltinModule } = process;
const nanoseconds = hrtime.bigint;

export const host = {
  openSync,
  writeSync,
  setTimeout,
  /** Milliseconds since 1970. */
  now,
  /** Milliseconds of a clock that never jumps. */
  ticks: (): number => Number(nanoseconds.call(hrtime)) / 1e6,
  iso: (ms: number): string => new RealDate(ms).toISOString(),
};

/** Loads a module of Node, or a file of ours by its path, at first use: a process that makes no call does not pay for it. */
export function builtin<T>(name: string): T {
  return (getBuiltinModule?.(name) ?? require(name)) as T;
}

/** Runs an observation. Nothing of ours may throw into the host: from a diagnostics channel that would end its process. */
export function safe(observe: () => void): void {
  try {
    observe();
  } catch {
    // The host goes on as without us.
  }
}

/** Stands for an object that is made when something of it is first asked for, other than what is `known` of it. */
export function lazily<T extends object>(make: () => T, known: Partial<T>): T {
  let made: T | undefined;
  return new Proxy({} as T, {
    get(_target, name) {
      if (Object.hasOwn(known, name)) return Reflect.get(known, name);
      made ??= make();
      const value: unknown = Reflect.get(made, name);
      return typeof value === 'function' ? value.bind(made) : value;
    },
  });
}

type Method = (...args: unknown[]) => unknown;

/**
 * Lets `before` see the calls of one method of one object. The method's own `this`, arguments and result stay as
 * they are, and its prototype is not touched. Returns false where there is no such method.
 */
export function observeMethod(
  target: object,
  name: string,
  before: (this: unknown, ...args: unknown[]) => void,
): boolean {
  const original: unknown = Reflect.get(target, name);
  if (typeof original !== 'function') return false;
  const wrapper: Method = function (this: unknown, ...args) {
    safe(() => before.apply(this, args));
    return Reflect.apply(original, this, args);
  };
  Object.defineProperty(target, name, { value: wrapper, writable: true, configurable: true, enumerable: false });
  return true;
}

/**
 * Calls `replacement` in place of one method of one object; `original` calls the method as it was asked for. Unlike with
 * `observeMethod`, what `replacement` returns or throws is what the caller gets. Returns false where there is no such
 * method.
 */
export function replaceMethod(
  target: object,
  name: string,
  replacement: (self: object, args: unknown[], original: () => unknown) => unknown,
): boolean {
  const method: unknown = Reflect.get(target, name);
  if (typeof method !== 'function') return false;
  const wrapper: Method = function (this: unknown, ...args) {
    return replacement(this as object, args, () => Reflect.apply(method, this, args));
  };
  Object.defineProperty(target, name, { value: wrapper, writable: true, configurable: true, enumerable: false });
  return true;
}
