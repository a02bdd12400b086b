import { type Command, Option } from 'commander';
import type { CommandIo } from '../command-io.ts';
import { collectLabels, collectList } from '../options.ts';

type Run = (action: (io: CommandIo) => Promise<number>) => Promise<void>;

/** Declares `costwatch report`; what it needs is loaded when it is called. */
export function registerReport(program: Command, run: Run): void {
  program
    .command('report')
    .description('sum up logs: files, globs, folders, - for stdin; without any, your own sessions')
    .argument('[files...]')
    .optionsGroup('Which calls:')
    .option('-s, --since <day>', 'first day: 2026-11-01, 20261101, today, yesterday or 7d')
    .option('-u, --until <day>', 'last day, inclusive')
    .option('--last <time>', 'the last 7d, 2w or 1m, including today')
    .option('-z, --timezone <zone>', 'IANA time zone for days and ranges (default: local)')
    .option('--service <names>', 'only these services', collectList)
    .option('--model <names>', 'only these models; a trailing * matches any ending', collectList)
    .option('--status <names>', 'only calls that are ok, failed or incomplete', collectList)
    .option('-l, --label <name=value>', 'only calls with this label (repeatable)', collectLabels)
    .option('--shape <id>', 'read the logs as this shape only')
    .option('--live', 'follow all sessions running on this machine, as costwatch watch does')
    .addOption(new Option('--once', 'with --live: show them as they are now, and end').hideHelp())
    .optionsGroup('Grouping:')
    .option(
      '-b, --by <names>',
      'group by day, week, month, hour, service, model, operation, session, voice, status, tier, file, label:<name>',
      collectList,
    )
    .option('--breakdown', 'list the models of each group')
    .option('--sort <metric>', 'by cost, calls, tokens, characters, duration or any metric of --json, highest first')
    .option('--order <order>', 'asc or desc')
    .option('--top <number>', 'list this many groups per level and sum up the rest')
    .option('--week-start <weekday>', 'first day of a week (default: monday)')
    .optionsGroup('Prices:')
    .option('-m, --mode <mode>', 'auto, calculate (from counts) or display (the cost the log recorded)', 'auto')
    .option('--reprice', 'price your own sessions at current prices instead of the recorded ones')
    .option('--as <model>', 'what if this model had answered; OLD=NEW replaces one model (repeatable)', collectList)
    .option('--as-tier <tier>', 'what if on this tier: standard, batch, flex or priority')
    .option('--as-of <day>', 'what if at the prices of this day (UTC): 2027-01-01')
    .optionsGroup('Output:')
    .option('-f, --format <format>', 'table, json, csv, md, html or focus (FinOps billing rows as CSV)')
    .option('-j, --json', 'the same as --format json')
    .option('--calls', 'csv with one row per call')
    .option('-o, --output <file>', 'write to a file instead of stdout')
    .option('--compact', 'fewer columns')
    .addOption(
      new Option('--explain', 'explain how each record was read and priced, or why it was not').conflicts([
        'as',
        'asTier',
        'asOf',
      ]),
    )
    .option('--no-color', 'no colours')
    .optionsGroup('Exit code:')
    .option('--strict', 'exit with 2 when anything is missing from the figures')
    .option('--fail-over <usd>', 'exit with 3 when the cost is more than this many dollars')
    .action((files: string[], options) =>
      run(async (io) => {
        if (options.live) return (await import('../watch/index.ts')).watchInstead(files, options, io);
        return options.explain
          ? (await import('./explain.ts')).explain(files, options, io)
          : (await import('./index.ts')).report(files, options, io);
      }),
    );
}
