import type { Command } from 'commander';
import type { CommandIo } from '../command-io.ts';
import type { QuotaOptions } from './show.ts';

type Run = (action: (io: CommandIo) => Promise<number>) => Promise<void>;

/** Declares `costwatch quota`; what it needs is loaded when it is called. */
export function registerQuota(program: Command, run: Run): void {
  program
    .command('quota')
    .description('ElevenLabs characters used and left, when they reset and when they run out')
    .option('-j, --json', 'as JSON')
    .option('--no-color', 'no colours')
    .action((options: QuotaOptions) => run(async (io) => (await import('./show.ts')).showQuota(options, io)));
}
