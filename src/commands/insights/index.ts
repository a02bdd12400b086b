import type { Command } from 'commander';
import type { CommandIo } from '../command-io.ts';
import { collectLabels, collectList } from '../options.ts';
import type { InsightsOptions } from './show.ts';

type Run = (action: (io: CommandIo) => Promise<number>) => Promise<void>;

/** Declares `costwatch insights`; what it needs is loaded when it is called. */
export function registerInsights(program: Command, run: Run): void {
  program
    .command('insights')
    .description('what your calls cost per unit, what would have been cheaper, and what the month will come to')
    .argument('[files...]', 'logs as for report; without any, your own sessions')
    .optionsGroup('Figures:')
    .option('--unit <names>', 'cost per session, day, label:<name> or any other group of report', collectList)
    .option('--target <name=value>', 'mark a figure met or missed: retryRate=5% (see docs/insights.md)', collectList)
    .optionsGroup('Which calls:')
    .option('-s, --since <day>', 'first day: 2026-11-01, 20261101, today, yesterday or 7d')
    .option('-u, --until <day>', 'last day, inclusive')
    .option('--last <time>', 'the last 7d, 2w or 1m, including today')
    .option('-z, --timezone <zone>', 'IANA time zone for days and ranges (default: local)')
    .option('--service <names>', 'only these services', collectList)
    .option('--model <names>', 'only these models; a trailing * matches any ending', collectList)
    .option('-l, --label <name=value>', 'only calls with this label (repeatable)', collectLabels)
    .optionsGroup('Output:')
    .option('-f, --format <format>', 'table or json')
    .option('-j, --json', 'the same as --format json')
    .option('-o, --output <file>', 'write to a file instead of stdout')
    .option('--strict', 'exit with 2 when anything is missing from the figures')
    .option('--no-color', 'no colours')
    .action((files: string[], options: InsightsOptions) =>
      run(async (io) => (await import('./show.ts')).showInsights(files, options, io)),
    );
}
