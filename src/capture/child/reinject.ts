import type { ChildProcess } from 'node:child_process';
import { type Injection, missing } from '../wire/env.ts';
import { builtin, observeMethod } from './host.ts';
import { isLoaded, whenLoaded } from './loading.ts';
import { listen } from './taps/tap.ts';

/**
 * Programs like to start their children with an environment of their own making, and then nobody would watch those.
 * Puts back what is missing in it; everything else that was asked for stays.
 */
export function keepWatchingChildren(injection: Injection): void {
  // The channel announces a child before it is started (spawn, fork, exec, execFile).
  listen('child_process', ({ process: child }) => {
    observeMethod(child as ChildProcess, 'spawn', (options) => addToPairs(options, injection));
  });
  whenLoaded('child_process', () => keepWatchingSyncChildren(injection));
  whenLoaded('worker_threads', () => keepWatchingWorkers(injection));
  // For those who have imported them already. Amid the loading of a module Node does it itself, and for us to do it
  // then would ask for lazy properties that are just being made, which ends the process in V8.
  if (isLoaded('child_process') || isLoaded('worker_threads'))
    builtin<typeof import('node:module')>('node:module').syncBuiltinESMExports();
}

function addToPairs(options: unknown, injection: Injection): void {
  const pairs: unknown = isObjectLike(options) ? options.envPairs : undefined;
  if (!Array.isArray(pairs)) return;
  const env: NodeJS.ProcessEnv = {};
  for (const pair of pairs.map(String)) {
    const end = pair.indexOf('=', 1);
    env[pair.slice(0, end)] = pair.slice(end + 1);
  }
  for (const [name, value] of Object.entries(missing(env, injection))) {
    const index = pairs.findIndex((pair) => String(pair).startsWith(`${name}=`));
    if (index === -1) pairs.push(`${name}=${value}`);
    else pairs[index] = `${name}=${value}`;
  }
}

function keepWatchingSyncChildren(injection: Injection): void {
  const childProcess = builtin<typeof import('node:child_process')>('node:child_process');
  for (const name of ['spawnSync', 'execSync', 'execFileSync'] as const) {
    replace(childProcess, name, (original) => ({
      apply: (_target, self, args) =>
        Reflect.apply(
          original,
          self,
          args.map((arg) => withEnv(arg, injection)),
        ),
    }));
  }
}

function keepWatchingWorkers(injection: Injection): void {
  const workers = builtin<typeof import('node:worker_threads')>('node:worker_threads');
  replace(workers, 'Worker', (original) => ({
    construct: (_target, args, newTarget) =>
      Reflect.construct(
        original,
        args.map((arg) => withEnv(arg, injection)),
        newTarget,
      ),
  }));
}

/** A proxy keeps name, length and statics. */
function replace(
  module: object,
  name: string,
  handler: (original: CallableFunction) => ProxyHandler<CallableFunction>,
): void {
  const original: unknown = Reflect.get(module, name);
  if (typeof original !== 'function') return;
  Reflect.set(module, name, new Proxy(original as CallableFunction, handler(original as CallableFunction)));
}

/** An options object with its own environment gets ours added, in a copy; any other argument stays as it is. */
function withEnv(argument: unknown, injection: Injection): unknown {
  if (!isObjectLike(argument) || !isObjectLike(argument.env)) return argument;
  return { ...argument, env: { ...argument.env, ...missing(argument.env as NodeJS.ProcessEnv, injection) } };
}

function isObjectLike(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
