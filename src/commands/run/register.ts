import type { Command } from 'commander';
import type { CommandIo } from '../command-io.ts';
import { collectLabels } from '../options.ts';

type Run = (action: (io: CommandIo) => Promise<number>) => Promise<void>;

/** Declares `costwatch run`; what it needs is loaded when it is called. */
export function registerRun(program: Command, run: Run): void {
  program
    .command('run')
    .description('run a command, watch its spending live and sum it up at the end')
    .argument('<command...>', 'the command and its arguments; -- before it is optional')
    .optionsGroup('Recording:')
    .option('-l, --label <name=value>', 'label every call of this run (repeatable)', collectLabels)
    .option('--no-quota', 'do not ask ElevenLabs for the quota (asked only where its key is set)')
    .optionsGroup('Budget:')
    .option('--budget <usd>', 'dollars that this run may spend; for a day or month see costwatch budget')
    .option('--on-budget <action>', 'when a budget is used up: warn, or stop further calls and exit with 3')
    .option('--on-unpriced <action>', 'when a call within a budget has no price: warn or stop')
    .option('--on-alert <command>', 'shell command to run for every budget alert, with JSON on its stdin')
    .option('--alert-url <url>', 'web address to POST every budget alert to, as JSON')
    .optionsGroup('Output:')
    .option('--no-live', 'do not show the live line')
    .option('-q, --quiet', 'show neither live line nor summary; the session is still recorded')
    .option('-f, --format <format>', 'summary as table, json, csv, md or html (on stderr, or in --output)')
    .option('-j, --json', 'the same as --format json')
    .option('-o, --output <file>', 'also write the summary to a file (json unless --format says otherwise)')
    .option('--no-color', 'no colours')
    .passThroughOptions()
    .action((command: string[], options) =>
      run(async (io) => (await import('./index.ts')).run({ ...options, command }, io)),
    );
}
