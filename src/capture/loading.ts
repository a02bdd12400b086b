import { builtin, safe } from './host.ts';

type Channels = typeof import('node:diagnostics_channel');

/** Whether Node has loaded this module of its own; true where it does not say. */
export function isLoaded(name: string): boolean {
  const list: unknown = Reflect.get(process, 'moduleLoadList');
  return !Array.isArray(list) || list.includes(`NativeModule ${name}`);
}

/**
 * Runs `loaded` as soon as Node has loaded `http`, before the program gets hold of it. Loading it ourselves would cost
 * every process some milliseconds. Its server half creates this channel, when its client half is complete.
 */
export function whenHttpLoads(loaded: () => void): void {
  if (isLoaded('http')) loaded();
  else whenCreated('http.server.request.start', loaded);
}

/**
 * Runs `loaded` once with a module of Node when the program first loads it, before it can use it: after the `require`
 * that gets it or, for an `import`, before the importer runs. Where Node does not tell, the module is loaded at once.
 */
export function whenLoaded<T>(name: string, loaded: (module: T) => void): void {
  let done = false;
  const found = (): void => {
    if (done) return;
    done = true;
    loaded(builtin<T>(`node:${name}`));
  };
  if (isLoaded(name) || !tellsOfRequires()) {
    found();
    return;
  }
  afterRequire((id) => {
    if (id === name || id === `node:${name}`) found();
  });
  // Each of the modules that we wait for creates a channel of its own name, in the midst of its loading.
  whenCreated(name, () => queueMicrotask(() => safe(found)));
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

let tells: boolean | undefined;

/** Newer versions of Node 22 and all later ones publish each `require`; this asks by doing one. */
function tellsOfRequires(): boolean {
  if (tells === undefined) {
    tells = false;
    const heard = (): void => {
      tells = true;
    };
    const { subscribe, unsubscribe } = builtin<Channels>('node:diagnostics_channel');
    if (typeof subscribe !== 'function') return tells;
    subscribe(REQUIRED, heard);
    builtin('node:path');
    unsubscribe(REQUIRED, heard);
  }
  return tells;
}

const REQUIRED = 'tracing:module.require:end';

function afterRequire(required: (id: unknown) => void): void {
  const { subscribe } = builtin<Channels>('node:diagnostics_channel');
  subscribe(REQUIRED, (message) => safe(() => required((message as { id?: unknown }).id)));
}
