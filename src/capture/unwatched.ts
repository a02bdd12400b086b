import { plain } from '../core/text.ts';
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
/** What of a run could not be watched, and why, one sentence each. */
export function unwatched(run: {
  command: readonly string[];
  processes: readonly WatchedProcess[];
  calls: number;
  insideRun: boolean;
}): string[] {
  const { command, processes, calls, insideRun } = run;
  if (insideRun) return ['Another costwatch run is watching this one and counts its calls.'];
  if (processes.length === 0) {
    const program = plain(command[0] ?? '');
    return [`No Node process was watched: ${program} is not Node, or it starts Node with another environment.`];
  }
  const sentences = processes
    .filter(({ node }) => isTooOld(node))
    .map(
      ({ script, node }) => `${plain(script)} runs on Node ${node}, which cannot be watched; it needs 18.7 or later.`,
    );
  if (calls === 0 && processes.every(({ script }) => STARTERS.has(script))) {
    const starters = [...new Set(processes.map(({ script }) => plain(script)))].join(', ');
    sentences.push(
      `Only ${starters} was watched: what it started is not Node, or has another environment (env -i, NODE_OPTIONS).`,
    );
  }
  return [...new Set(sentences)];
}

/** The hook listens with `diagnostics_channel.subscribe`, which came with 18.7 and 16.17. */
function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < 16 || major === 17 || (major === 16 && minor < 17) || (major === 18 && minor < 7);
}
