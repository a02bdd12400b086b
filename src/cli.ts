import { Command, CommanderError } from 'commander';
import pkg from '../package.json' with { type: 'json' };
import { registerBudget } from './commands/budget/index.ts';
import type { CommandIo } from './commands/command-io.ts';
import { registerDemo } from './commands/demo/register.ts';
import { registerEstimate } from './commands/estimate/index.ts';
import { registerHistory } from './commands/history/index.ts';
import { registerInsights } from './commands/insights/index.ts';
import { registerPricing } from './commands/pricing/index.ts';
import { registerQuota } from './commands/quota/index.ts';
import { registerRecord } from './commands/record/register.ts';
import { registerReport } from './commands/report/register.ts';
import { registerRun } from './commands/run/register.ts';
import { registerWatch } from './commands/watch/register.ts';
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
  for (const register of named ? [named] : Object.values(COMMANDS)) register(program, run, runAlone);
  return program;
}

type Run = (action: (io: CommandIo) => Promise<number>) => Promise<void>;

const run: Run = (action) => perform(() => action(io));
const runAlone: Run = async (action) => {
  process.exitCode = await action(io);
};

/** By name, in the order of the help. What they need is loaded when they run. */
const COMMANDS: Readonly<Record<string, (program: Command, run: Run, alone: Run) => void>> = {
  run: registerRun,
  report: registerReport,
  watch: registerWatch,
  history: registerHistory,
  pricing: registerPricing,
  estimate: registerEstimate,
  quota: registerQuota,
  budget: registerBudget,
  insights: registerInsights,
  record: registerRecord,
  demo: registerDemo,
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
