import { type Budget, budgetIds, idOfScope, isSameScope } from '../../core/budget.ts';
import { readBudgets, writeBudgets } from '../../store/budgets.ts';
import { budgetsFile } from '../../store/paths.ts';
import { describeBudget } from '../../views/budget-text.ts';
import type { CommandIo } from '../command-io.ts';
import { type BudgetFlags, budgetOf } from './flags.ts';

/** Sets a budget; one of the same scope is replaced, and both are shown. */
export async function setBudget(amount: string, flags: BudgetFlags, io: CommandIo): Promise<number> {
  const wanted = budgetOf(amount, flags);
  const file = budgetsFile(io.env);
  const budgets = readBudgets(file);
  const before = budgets.find((budget) => isSameScope(budget, wanted));
  const budget: Budget = { id: before?.id ?? idOfScope(wanted, budgetIds(budgets)), ...wanted };
  writeBudgets(file, before ? budgets.map((known) => (known === before ? budget : known)) : [...budgets, budget]);
  if (before) io.stdout.write(`old  ${describeBudget(before)}\n`);
  io.stdout.write(`${before ? 'new  ' : ''}${describeBudget(budget)}\n`);
  io.stdout.write(`Saved in ${file}. To undo: costwatch budget remove ${budget.id}\n`);
  return 0;
}
