import { join } from 'node:path';

/** `faketime` reaches a process through variables too. */
const OF_MACHINE = /^(?:PATH|HOME|TMPDIR|LD_PRELOAD|FAKETIME\w*)$/;

/** What a process needs of this machine, and nothing else of its environment. */
export function machine(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => OF_MACHINE.test(name)));
}

/** When it is for what the tests start: shortly after the runs and calls that they make up. */
const NOW = '2026-11-22T10:20:00Z';
const shift = Date.parse(NOW) - Date.now();

/** Sets the clock of a Node process, and of all that it starts; it goes on from there. */
export function clock(): NodeJS.ProcessEnv {
  const preload = join(import.meta.dirname, 'clock.cjs');
  return { NODE_OPTIONS: `--require=${JSON.stringify(preload)}`, COSTWATCH_TEST_CLOCK: String(shift) };
}
