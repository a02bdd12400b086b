import { plain } from '../../core/text.ts';
import type { WatchedProcess } from './receiver.ts';

/** Programs that only start others. */
const STARTERS = new Set([
  'npm',
  'npm-cli.js',
  'npx',
  'npx-cli.js',
  'yarn',
  'yarn.js',
  'pnpm',
  'pnpm.cjs',
  'tsx',
  'cli.mjs',
]);

const REMEDY = 'Keep NODE_OPTIONS and COSTWATCH_* in that environment, or add the calls with costwatch record.';

/** What of a run could not be watched, and why, one sentence each. */
export function unwatched(run: {
  command: readonly string[];
  processes: readonly WatchedProcess[];
  calls: number;
  stillRunning: number;
  /** Names of Node processes that were seen without the hook. */
  unhooked?: readonly string[];
}): string[] {
  const { command, processes, calls, stillRunning, unhooked = [] } = run;
  if (processes.length === 0 && calls === 0) {
    const program = plain(command[0] ?? '');
    return [
      `Nothing was watched: ${program} is neither Node nor Python, or it starts them with another environment. ${REMEDY}`,
    ];
  }
  const sentences = processes
    .filter(({ node }) => node !== undefined && isTooOld(node))
    .map(
      ({ script, node }) => `${plain(script)} runs on Node ${node}, which cannot be watched; it needs 18.7 or later.`,
    );
  if (calls === 0 && unhooked.length === 0 && processes.every(({ script }) => STARTERS.has(script))) {
    const starters = [...new Set(processes.map(({ script }) => plain(script)))].join(', ');
    sentences.push(
      `Only ${starters} was watched: what it started is neither Node nor Python, or has another environment (env -i, NODE_OPTIONS). ${REMEDY}`,
    );
  }
  for (const name of unhooked)
    sentences.push(`${plain(name)} was not watched: its environment has nothing of this run (env -i). ${REMEDY}`);
  if (stillRunning > 0) {
    const [those, their] =
      stillRunning === 1 ? ['1 process of this run is', 'its'] : [`${stillRunning} processes of this run are`, 'their'];
    sentences.push(
      `${those} still running: ${their} later calls are not counted here; the next costwatch command adds them.`,
    );
  }
  return [...new Set(sentences)];
}

/** The hook listens with `diagnostics_channel.subscribe`, which came with 18.7 and 16.17. */
function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < 16 || major === 17 || (major === 16 && minor < 17) || (major === 18 && minor < 7);
}
