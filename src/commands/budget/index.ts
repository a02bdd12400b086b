import type { Command } from 'commander';
import type { CommandIo } from '../command-io.ts';
import { collectLabels, collectList } from '../options.ts';
import type { BudgetFlags } from './flags.ts';
import type { ListBudgetsOptions } from './list.ts';

type Run = (action: (io: CommandIo) => Promise<number>) => Promise<void>;

/** Declares `costwatch budget …`; what an action needs is loaded when it is called. */
export function registerBudget(program: Command, run: Run): void {
  const budget = program
    .command('budget')
    .description('limits for a run, a day or a month, and how much of them is spent');

  budget
    .command('set <amount>')
    .description('set a budget in dollars, or in credits for ElevenLabs; one of the same scope is replaced')
    .option('--daily', 'for every day, by the clock of this machine')
    .option('--monthly', 'for every month')
    .option('--per-run', 'for every run')
    .option('--service <name>', 'gemini (in dollars) or elevenlabs (in credits)')
    .option('--model <name>', 'only for this model; a trailing * matches any ending')
    .option('-l, --label <name=value>', "only for this label; 'name=*' gives each value its own budget", collectLabels)
    .option('--characters', 'the amount is ElevenLabs credits, its characters of quota')
    .option('--on-budget <action>', 'when it is used up: warn, or stop further calls (default: warn)')
    .option('--on-unpriced <action>', 'when it holds a call without a price: warn or stop (default: warn)')
    .option('--thresholds <percents>', 'when to say something (default: 50,80,90,100)', collectList)
    .action((amount: string, options: BudgetFlags) =>
      run(async (io) => (await import('./set.ts')).setBudget(amount, options, io)),
    );

  budget
    .command('list')
    .description('the budgets, what all sessions of this machine have spent of them, and when they reset')
    .option('-z, --timezone <zone>', 'IANA time zone of days and months (default: local)')
    .option('-j, --json', 'as JSON')
    .option('--no-color', 'no colours')
    .action((options: ListBudgetsOptions) => run(async (io) => (await import('./list.ts')).listBudgets(options, io)));

  budget
    .command('remove [id]')
    .description('remove one budget by the id that list shows, or all')
    .option('--all', 'remove all')
    .action((id: string | undefined, options: { all?: boolean }) =>
      run(async (io) => (await import('./remove.ts')).removeBudget(id, options, io)),
    );
}
