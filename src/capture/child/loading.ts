import { safe } from './host.ts';

const waiting = new Map<string, (() => void)[]>();

/** Whether Node has loaded this module of its own; true where the runtime does not say. */
export function isLoaded(name: string): boolean {
  const list = loadList();
  return !list?.includes('NativeModule fs') || list.includes(entry(name));
}

/**
 * Runs `loaded` as soon as Node has loaded this module of its own, before the program gets hold of it. Loading `http`
 * or `child_process` ourselves would cost every process some milliseconds.
 */
export function whenLoaded(name: string, loaded: () => void): void {
  const list = loadList();
  if (!list || isLoaded(name)) {
    safe(loaded);
    return;
  }
  if (waiting.size === 0) watch(list);
  waiting.set(entry(name), [...(waiting.get(entry(name)) ?? []), loaded]);
}

/**
 * Node adds each module to the list when it is complete. An array asks its prototype where it has no element yet, so a
 * prototype between the list and its own one sees what is added; unlike a wrapped `require` it is in no error's stack.
 */
function watch(list: unknown[]): void {
  const prototype = new Proxy(Object.create(Array.prototype), {
    set(_target, index, value, receiver) {
      Object.defineProperty(receiver, index, { value, writable: true, enumerable: true, configurable: true });
      for (const loaded of waiting.get(value) ?? []) safe(loaded);
      return true;
    },
  });
  Object.setPrototypeOf(list, prototype);
}

function loadList(): unknown[] | undefined {
  const list: unknown = Reflect.get(process, 'moduleLoadList');
  // Other runtimes may have the list and leave it empty.
  return Array.isArray(list) && list.length > 0 ? list : undefined;
}

function entry(name: string): string {
  return `NativeModule ${name}`;
}
