import type { Command } from 'commander';
import type { CommandIo } from '../command-io.ts';

type Run = (action: (io: CommandIo) => Promise<number>) => Promise<void>;

/** Declares `costwatch watch`; what it needs is loaded when it is called. */
export function registerWatch(program: Command, run: Run): void {
  program
    .command('watch')
    .description('follow all sessions running on this machine; the same as report --live')
    .option('--once', 'show them as they are now, and end')
    .option('-j, --json', 'a JSON object, and without --once another one for every change')
    .option('--no-color', 'no colours')
    .action((options) => run(async (io) => (await import('./index.ts')).watch(options, io)));
}
