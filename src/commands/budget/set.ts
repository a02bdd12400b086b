import { type Budget, budgetIds, idOfScope, isSameScope } from '../../core/budget/budget.ts';
import { budgetsFile } from '../../store/files/paths.ts';
import { readBudgets, writeBudgets } from '../../store/settings/budgets.ts';
import { bucketLabel, describeBudget, scopeText, shareText } from '../../views/budget/text.ts';
import type { CommandIo } from '../command-io.ts';
import { zoneOf } from '../options.ts';
import { bookOf, currentStates } from './current.ts';
import { type BudgetFlags, budgetOf } from './flags.ts';
import { modelWarning } from './model.ts';

/** Sets a budget; one of the same scope is replaced, and both are shown, with what is spent of it already. */
export async function setBudget(amount: string, flags: BudgetFlags, io: CommandIo): Promise<number> {
  const wanted = budgetOf(amount, flags);
  const warning = wanted.model === undefined ? undefined : modelWarning(wanted, bookOf(io));
  const file = budgetsFile(io.env);
  const budgets = readBudgets(file);
  const before = budgets.find((budget) => isSameScope(budget, wanted));
  const budget: Budget = { id: before?.id ?? idOfScope(wanted, budgetIds(budgets)), ...wanted };
  const after = before ? budgets.map((known) => (known === before ? budget : known)) : [...budgets, budget];
  const spent = spentOf(budget, after, io);
  writeBudgets(file, after);
  if (before) io.stdout.write(`old  ${describeBudget(before)}\n`);
  io.stdout.write(`${before ? 'new  ' : ''}${describeBudget(budget)}\n`);
  for (const line of spent) io.stdout.write(`${line}\n`);
  io.stdout.write(`Saved in ${file}. To remove it: costwatch budget remove ${budget.id}\n`);
  if (warning !== undefined) io.stderr.write(`costwatch: ${warning}\n`);
  return 0;
}

/** What a budget of a day or month holds already: `Spent so far: $4.02 of $50.00 (all sessions today)`. All are read, for the next reader. */
function spentOf(budget: Budget, budgets: readonly Budget[], io: CommandIo): string[] {
  if (budget.period === 'run') return [];
  return currentStates(budgets, zoneOf(undefined), io)
    .states.filter(({ bucket, calls }) => bucket.budget === budget && calls > 0)
    .map((state) => {
      const { value } = state.bucket;
      const whose = value === undefined ? '' : `, ${bucketLabel(budget.id, value)}`;
      return `Spent so far${whose}: ${shareText(state)} (${scopeText(state)})`;
    });
}
