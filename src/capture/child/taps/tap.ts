import { subscribe } from 'node:diagnostics_channel';
import type { Call } from '../call/call.ts';
import { neverReached } from '../call/failure.ts';
import { safe } from '../host.ts';
import type { Watcher } from '../watcher.ts';

/** One way in which a program talks HTTP. A tap only looks: it replaces no object, buffers nothing and asks for nothing. */
export interface Tap {
  install(watcher: Watcher): void;
}

/** Listens to a diagnostics channel of Node or undici; does nothing where Node has no such listening (before 16.17 and 18.7). */
export function listen(channel: string, observe: (message: Readonly<Record<string, unknown>>) => void): void {
  if (typeof subscribe !== 'function') return;
  subscribe(channel, (message) => safe(() => observe(message as Readonly<Record<string, unknown>>)));
}

/**
 * A request has failed. One that was not on its way yet is no call, be it aborted by the script, refused for its own
 * mistake or failed by a mock, unless the server was asked for and not found.
 */
export function fail(call: Call, error: unknown, wasSent: boolean): void {
  if (wasSent || neverReached(error)) call.breakOff(error);
  else call.forget();
}

/** The URL of a request from its origin and path. Behind a plain HTTP proxy the path is a whole URL. */
export function requestUrl(origin: string, path: string): URL {
  return new URL(/^https?:\/\//i.test(path) ? path : origin + path);
}
