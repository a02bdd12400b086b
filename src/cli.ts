import { Command, CommanderError, Option } from 'commander';
import pkg from '../package.json' with { type: 'json' };
import { registerBudget } from './commands/budget/index.ts';
import type { CommandIo } from './commands/command-io.ts';
import { registerEstimate } from './commands/estimate/index.ts';
import { registerHistory } from './commands/history/index.ts';
import { registerInsights } from './commands/insights/index.ts';
import { collectLabels, collectList } from './commands/options.ts';
import { registerPricing } from './commands/pricing/index.ts';
import { registerQuota } from './commands/quota/index.ts';
import { CostwatchError } from './core/errors.ts';
import { hasRuns } from './store/sessions/run-dirs.ts';

const io: CommandIo = {
  stdout: process.stdout,
  stderr: process.stderr,
  // Opened where it is read.
  get stdin() {
    return process.stdin;
  },
  env: process.env,
  now: new Date(),
  raise: (signal) => {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  },
};

/** Declares the command that is named, and every one where it is none of them or help is asked for. */
function declare(name: string | undefined): Command {
  const program = new Command('costwatch')
    .description('See what your Gemini and ElevenLabs scripts spend, while they run and from the logs they left.')
    .version(pkg.version, '-V, --version')
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(`costwatch: ${text.replace(/^error: /, '')}`) })
    .showHelpAfterError('  See: costwatch --help')
    .addHelpText('after', EXAMPLES);

  const named = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (named) named(program);
  else for (const declareOne of Object.values(COMMANDS)) declareOne(program);
  return program;
}

function declareRun(program: Command): void {
  program
    .command('run')
    .description('run a command, watch its spending live, sum it up at the end')
    .argument('<command...>', 'the command and its arguments; -- before it is optional')
    .option('-l, --label <name=value>', 'label every call of this run (repeatable)', collectLabels)
    .option('--no-live', 'no live line')
    .option('-q, --quiet', 'neither live line nor summary; the session is still recorded')
    .option('--no-quota', 'do not ask ElevenLabs for the quota (asked only where its key is set)')
    .option('-f, --format <format>', 'summary as table, json, csv, md or html (on stderr, or in --output)')
    .option('-j, --json', 'the same as --format json')
    .option('-o, --output <file>', 'write the summary to a file too (json unless --format says otherwise)')
    .option('--budget <usd>', 'dollars that this run may spend; see costwatch budget for those of a day or month')
    .option('--on-budget <action>', 'when a budget is used up: warn, or stop further calls and exit with 3')
    .option('--on-unpriced <action>', 'when a budget holds a call without a price: warn or stop')
    .option('--on-alert <command>', 'shell command for every budget alert: JSON on its stdin')
    .option('--alert-url <url>', 'web address for every budget alert: a POST with JSON')
    .option('--no-color', 'no colours')
    .passThroughOptions()
    .action((command: string[], options) =>
      perform(async () => (await import('./commands/run/index.ts')).run({ ...options, command }, io)),
    );
}

function declareReport(program: Command): void {
  program
    .command('report')
    .description('sum up logs: files, globs, folders, - for stdin; without any, your own sessions')
    .argument('[files...]')
    .option('-f, --format <format>', 'table, json, csv, md, html or focus (FinOps billing rows as CSV)')
    .option('-j, --json', 'the same as --format json')
    .option('--calls', 'csv with one row a call')
    .option('-o, --output <file>', 'write to a file instead of stdout')
    .option('-s, --since <day>', 'first day: 2026-11-01, 20261101, today, yesterday, 7d')
    .option('-u, --until <day>', 'last day, inclusive')
    .option('--last <time>', 'the last 7d, 2w or 1m, today included')
    .option('-z, --timezone <zone>', 'IANA time zone for days and ranges (default: local)')
    .option('--week-start <weekday>', 'first day of a week (default: monday)')
    .option(
      '-b, --by <names>',
      'group by day, week, month, hour, service, model, operation, session, voice, status, tier, file, label:<name>',
      collectList,
    )
    .option('--breakdown', 'the models of each group')
    .option('--sort <metric>', 'by cost, calls, tokens, characters, duration or any metric of --json, highest first')
    .option('--order <order>', 'asc or desc')
    .option('--top <number>', 'list this many groups a level and sum up the rest')
    .option('--service <names>', 'only these services', collectList)
    .option('--model <names>', 'only these models; a trailing * matches any ending', collectList)
    .option('--status <names>', 'only calls that are ok, failed or incomplete', collectList)
    .option('-l, --label <name=value>', 'only calls with this label (repeatable)', collectLabels)
    .option('-m, --mode <mode>', 'auto, calculate (from counts) or display (the cost the log recorded)', 'auto')
    .option('--reprice', 'own sessions at the prices of today, not at those they were recorded at')
    .option('--as <model>', 'what if this model had answered; OLD=NEW for the calls of one (repeatable)', collectList)
    .option('--as-tier <tier>', 'what if on this tier: standard, batch, flex or priority')
    .option('--as-of <day>', 'what if at the prices of this day (UTC): 2027-01-01')
    .option('--shape <id>', 'read the logs as this shape only')
    .option('--live', 'follow all sessions that run on this machine, as costwatch watch does')
    .addOption(new Option('--once', 'with --live: show them as they are now, and end').hideHelp())
    .addOption(
      new Option('--explain', 'say of every record what was read and how it was priced, or why not').conflicts([
        'as',
        'asTier',
        'asOf',
      ]),
    )
    .option('--compact', 'fewer columns')
    .option('--strict', 'exit with 2 when anything is missing from the figures')
    .option('--fail-over <usd>', 'exit with 3 when the dollars are more than this')
    .option('--no-color', 'no colours')
    .action((files: string[], options) =>
      perform(async () => {
        if (options.live) return (await import('./commands/watch/index.ts')).watchInstead(files, options, io);
        return options.explain
          ? (await import('./commands/report/explain.ts')).explain(files, options, io)
          : (await import('./commands/report/index.ts')).report(files, options, io);
      }),
    );
}

function declareWatch(program: Command): void {
  program
    .command('watch')
    .description('follow all sessions that run on this machine at once; the same as report --live')
    .option('--once', 'show them as they are now, and end')
    .option('-j, --json', 'a JSON object, and without --once another one for every change')
    .option('--no-color', 'no colours')
    .action((options) => perform(async () => (await import('./commands/watch/index.ts')).watch(options, io)));
}

function declareRecord(program: Command): void {
  program
    .command('record')
    .description('record a call that costwatch cannot see: in the running session, else in the log of the day')
    .requiredOption('--service <name>', 'gemini, elevenlabs or another')
    .option('--model <name>')
    .option('--operation <name>')
    .option('--voice <name>')
    .option('--input-tokens <n>')
    .option('--output-tokens <n>')
    .option('--characters <n>')
    .option('--credits <n>')
    .option('--images <n>')
    .option('--image-size <size>', '512, 1K, 2K or 4K')
    .option('--audio-seconds <n>')
    .option('--songs <n>')
    .option('--status <status>', 'ok, failed or incomplete')
    .option('--at <time>', 'when it was: an ISO 8601 time (default: now)')
    .option('--id <id>', 'calls of one id count once')
    .option('-l, --label <name=value>', 'label it (repeatable)', collectLabels)
    .action((options) => perform(async () => (await import('./commands/record/index.ts')).recordCommand(options, io)));
}

function declareDemo(program: Command): void {
  program
    .command('demo')
    .description('the main job, offline: a bundled script against a bundled local API')
    .option('--no-live', 'no live line')
    .option('-q, --quiet', 'neither live line nor summary')
    .option('-f, --format <format>', 'summary as table, json, csv, md or html')
    .option('-j, --json', 'the same as --format json')
    .option('-o, --output <file>', 'write the summary to a file too')
    .option('--no-color', 'no colours')
    .action((options) => perform(async () => (await import('./commands/demo/index.ts')).demo(io, options)));
}

const run = (action: (io: CommandIo) => Promise<number>) => perform(() => action(io));
const runAlone = async (action: (io: CommandIo) => Promise<number>) => {
  process.exitCode = await action(io);
};

/**
 * By name, in the order of the help. Declaring all of them takes a tenth of a small report's time; what they need is
 * loaded when they run.
 */
const COMMANDS: Readonly<Record<string, (program: Command) => void>> = {
  run: declareRun,
  report: declareReport,
  watch: declareWatch,
  history: (program) => registerHistory(program, run, runAlone),
  pricing: (program) => registerPricing(program, run),
  estimate: (program) => registerEstimate(program, run),
  quota: (program) => registerQuota(program, run),
  budget: (program) => registerBudget(program, run),
  insights: (program) => registerInsights(program, run),
  record: declareRecord,
  demo: declareDemo,
};

const EXAMPLES = `
Examples:
  costwatch demo                                  see it work, offline and free
  costwatch run -- node gen.js                    watch a script
  costwatch report logs/*.jsonl --by day,model    sum up logs
  costwatch pricing show gemini-3.8-flash         what a model costs, and from when`;

async function perform(command: () => Promise<number>): Promise<void> {
  if (hasRuns(io.env)) await (await import('./commands/recover.ts')).recoverSessions(io);
  process.exitCode = await command();
}

/** Turns every way a command can fail into a message and an exit code. */
function fail(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 || error.code === 'commander.help' ? 0 : 2;
  if (error instanceof CostwatchError) {
    process.stderr.write(`costwatch: ${error.message}\n${error.hint ? `  ${error.hint}\n` : ''}`);
    return error.exitCode;
  }
  const stack = error instanceof Error ? error.stack : String(error);
  process.stderr.write(
    `costwatch ${pkg.version} on Node ${process.version} failed, and it is not your fault. Please report this:\n${stack}\n`,
  );
  return 1;
}

// Nobody reads our messages any more; the command goes on.
process.stderr.on('error', () => {});
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader that closes early, such as head, is a normal end.
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(`costwatch: the output could not be written: ${error.message}\n`);
  process.exit(2);
});

declare(process.argv[2])
  .parseAsync(process.argv)
  .catch((error: unknown) => {
    process.exitCode = fail(error);
  })
  // All that was begun has ended, but for the engine's own threads: they may still compile what nobody will run.
  .then(() => process.stdout.write('', () => process.stderr.write('', () => process.exit())));
