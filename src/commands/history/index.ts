import type { Command } from 'commander';
import { UsageError } from '../../core/errors.ts';
import { plain } from '../../core/text.ts';
import type { CommandIo } from '../command-io.ts';
import { collectLabels } from '../options.ts';
import type { ListOptions } from './list.ts';
import type { PruneOptions } from './prune.ts';
import type { ShowOptions } from './show.ts';

type Run = (action: (io: CommandIo) => Promise<number>) => Promise<void>;

/** Declares `costwatch history …`. Each action is loaded only when it is called; `alone` does not recover sessions first. */
export function registerHistory(program: Command, run: Run, alone: Run): void {
  const history = program
    .command('history')
    .description('your own sessions: list, show, compact and recover them')
    // Any other word would be an argument of the default command, which takes none.
    .hook('preSubcommand', ({ args, commands }) => checkName(args[0], commands));

  history
    .command('list', { isDefault: true })
    .description('every session, newest first, with what it cost')
    .option('-s, --since <day>', 'first day: 2026-11-01, 20261101, today, yesterday, 7d')
    .option('-u, --until <day>', 'last day, inclusive')
    .option('--last <time>', 'the last 7d, 2w or 1m, today included')
    .option('-z, --timezone <zone>', 'IANA time zone (default: local)')
    .option('-l, --label <name=value>', 'only calls with this label (repeatable)', collectLabels)
    .option('-j, --json', 'as JSON')
    .option('--no-color', 'no colours')
    .action((options: ListOptions) => run(async (io) => (await import('./list.ts')).listHistory(options, io)));

  history
    .command('show <id>')
    .description('the summary of one session; the start of its id is enough')
    .option('-j, --json', 'as JSON')
    .option('--no-color', 'no colours')
    .action((id: string, options: ShowOptions) =>
      run(async (io) => (await import('./show.ts')).showSession(id, options, io)),
    );

  history
    .command('prune')
    .description(
      'compact old sessions, month by month: no total changes, calls that no report can tell apart become one',
    )
    .option('--older-than <time>', 'sessions older than 90d, 12w or 6m')
    .option('--before <day>', 'sessions of the days before this one (UTC)')
    .option('--dry-run', 'say what would be done; so does every prune without --yes')
    .option('--yes', 'do it')
    .action((options: PruneOptions) => run(async (io) => (await import('./prune.ts')).pruneHistory(options, io)));

  history
    .command('recover')
    .description('finish the logs of interrupted sessions, and name what cannot be read')
    .action(() => alone(async (io) => (await import('./recover.ts')).recoverHistory(io)));
}

function checkName(name: string | undefined, commands: readonly Command[]): void {
  const names = commands.map((command) => command.name());
  if (name === undefined || name.startsWith('-') || names.includes(name)) return;
  throw new UsageError(`unknown command '${plain(name, 40)}' of history.`, {
    hint: `Use one of ${names.join(', ')}: costwatch history list`,
  });
}
