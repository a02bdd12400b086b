import type { Command } from 'commander';
import type { CommandIo } from '../command-io.ts';

type Run = (action: (io: CommandIo) => Promise<number>) => Promise<void>;

/** Declares `costwatch demo`; what it needs is loaded when it is called. */
export function registerDemo(program: Command, run: Run): void {
  program
    .command('demo')
    .description('see costwatch at work, offline: a bundled script against a bundled local API')
    .option('--no-live', 'do not show the live line')
    .option('-q, --quiet', 'show neither live line nor summary')
    .option('-f, --format <format>', 'summary as table, json, csv, md or html')
    .option('-j, --json', 'the same as --format json')
    .option('-o, --output <file>', 'also write the summary to a file')
    .option('--no-color', 'no colours')
    .action((options) => run(async (io) => (await import('./index.ts')).demo(io, options)));
}
