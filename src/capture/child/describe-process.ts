import { basename } from 'node:path';
import { builtin } from './host.ts';
import { isLoaded } from './loading.ts';

/** What the first record of a process says of it. */
export function describeProcess() {
  return {
    pid: process.pid,
    ppid: process.ppid,
    thread: threadId(),
    script: basename(process.argv[1] ?? process.argv0),
    node: process.versions.node,
  };
}

/** Node has this module loaded in every thread but the main one, whose number is 0. */
function threadId(): number {
  if (!isLoaded('worker_threads')) return 0;
  return builtin<typeof import('node:worker_threads')>('node:worker_threads').threadId;
}
