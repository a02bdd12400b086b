import type { Command } from 'commander';
import type { CommandIo } from '../command-io.ts';
import { collectLabels } from '../options.ts';

type Run = (action: (io: CommandIo) => Promise<number>) => Promise<void>;

/** Declares `costwatch record`; what it needs is loaded when it is called. */
export function registerRecord(program: Command, run: Run): void {
  program
    .command('record')
    .description("record a call that costwatch cannot see: in the running session, or else in the day's log")
    .optionsGroup('Which call:')
    .requiredOption('--service <name>', 'gemini, elevenlabs or another')
    .option('--model <name>')
    .option('--operation <name>')
    .option('--voice <name>')
    .option('--status <status>', 'ok, failed or incomplete')
    .option('--at <time>', 'when it was made: an ISO 8601 time (default: now)')
    .option('--id <id>', 'calls with the same id count once')
    .option('-l, --label <name=value>', 'label it (repeatable)', collectLabels)
    .optionsGroup('What it used:')
    .option('--input-tokens <n>')
    .option('--output-tokens <n>')
    .option('--characters <n>')
    .option('--credits <n>')
    .option('--images <n>')
    .option('--image-size <size>', '512, 1K, 2K or 4K')
    .option('--audio-seconds <n>')
    .option('--songs <n>')
    .action((options) => run(async (io) => (await import('./index.ts')).recordCommand(options, io)));
}
