import { budgetIds } from '../../core/budget/budget.ts';
import { UsageError } from '../../core/errors.ts';
import { plain } from '../../core/text.ts';
import { budgetsFile } from '../../store/files/paths.ts';
import { readBudgets, writeBudgets } from '../../store/settings/budgets.ts';
import { describeBudget } from '../../views/budget/text.ts';
import type { CommandIo } from '../command-io.ts';

/** Removes one budget, or all: also those of a file that cannot be read. */
export async function removeBudget(id: string | undefined, { all }: { all?: boolean }, io: CommandIo): Promise<number> {
  const file = budgetsFile(io.env);
  if (all && id === undefined) {
    const isSet = isAnySet(file);
    writeBudgets(file, []);
    io.stdout.write(isSet ? 'Removed all budgets.\n' : 'There is no budget to remove.\n');
    return 0;
  }
  const budgets = readBudgets(file);
  const found = budgets.find((budget) => budget.id === id);
  if (!found || all) throw notFound(id, all === true, budgetIds(budgets));
  writeBudgets(
    file,
    budgets.filter((budget) => budget !== found),
  );
  io.stdout.write(`Removed ${describeBudget(found)}\n`);
  return 0;
}

/** Also where the file cannot be read. */
function isAnySet(file: string): boolean {
  try {
    return readBudgets(file).length > 0;
  } catch {
    return true;
  }
}

function notFound(id: string | undefined, all: boolean, ids: string[]): UsageError {
  const known = ids.length > 0 ? `Your budgets: ${ids.join(', ')}.` : 'No budget is set.';
  if (all) return new UsageError('One budget, or all of them?', { hint: `Leave out --all or the id. ${known}` });
  const hint = ids.length > 0 ? `${known} To remove all: --all` : known;
  return new UsageError(id === undefined ? 'Which budget?' : `No budget is called '${plain(id, 60)}'.`, { hint });
}
