import { builtin, safe } from './host.ts';

type Channels = typeof import('node:diagnostics_channel');

/** Whether Node has loaded this module of its own; true where the runtime does not say. */
export function isLoaded(name: string): boolean {
  const list: unknown = Reflect.get(process, 'moduleLoadList');
  // Other runtimes may have the list and leave it empty.
  const says = Array.isArray(list) && list.includes('NativeModule fs');
  return !says || list.includes(`NativeModule ${name}`);
}

/**
 * Runs `loaded` as soon as Node has loaded `http`, before the program gets hold of it. Loading it ourselves would cost
 * every process some milliseconds. Its server half creates this channel, when its client half is complete.
 */
export function whenHttpLoads(loaded: () => void): void {
  if (isLoaded('http')) loaded();
  else whenCreated('http.server.request.start', loaded);
}

/** Runs `created` the next time that anybody asks for a diagnostics channel of this name. */
function whenCreated(name: string, created: () => void): void {
  const channels = builtin<Channels>('node:diagnostics_channel');
  const original = channels.channel;
  let done = false;
  channels.channel = function (this: unknown, ...args: Parameters<Channels['channel']>) {
    if (args[0] === name && !done) {
      done = true;
      safe(created);
    }
    return Reflect.apply(original, this, args);
  };
}
