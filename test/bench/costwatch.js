import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The variable that says how many threads a report may use; without it the report decides. */
const THREADS = 'COSTWATCH_THREADS';
/** What of a data folder is no derived file. */
const KEPT = ['sessions', 'bench.json'];

/** A run of our own report of some files, or of the own history in `home` where there are none. */
export function reportRun(cli, { name, threads, first }, home, files) {
  return {
    name,
    command: [process.execPath, cli, 'report', ...files, '--json', '-z', 'UTC'],
    env: { TZ: 'UTC', COSTWATCH_HOME: home, [THREADS]: threads === undefined ? undefined : String(threads) },
    before: first ? () => forgetDerived(home) : undefined,
    sums: (output) => {
      const { calls, inputTokens, outputTokens, costUsd } = JSON.parse(output).totals;
      return [calls, inputTokens, outputTokens, costUsd];
    },
  };
}

function forgetDerived(home) {
  for (const name of readdirSync(home))
    if (!KEPT.includes(name)) rmSync(join(home, name), { recursive: true, force: true });
}
