import { type Budget, bucketOf } from '../../core/budget/budget.ts';
import { type BudgetRow, budgetRow, startOfDay } from '../../core/budget/row.ts';
import { type BucketState, noSpend } from '../../core/budget/state.ts';
import { addDays } from '../../core/time/day.ts';
import { localDay } from '../../core/usage/dimension.ts';
import { budgetsFile } from '../../store/files/paths.ts';
import { readBudgets } from '../../store/settings/budgets.ts';
import { renderBudgets } from '../../views/budget/list.ts';
import { jsonText } from '../../views/formats/json.ts';
import { type CommandIo, look } from '../command-io.ts';
import { zoneOf } from '../options.ts';
import { currentStates } from './current.ts';

export interface ListBudgetsOptions {
  timezone?: string;
  json?: boolean;
  color?: boolean;
}

/** A budget of the list: its current states, several where each value of a label or each run has its own. */
export interface ListedBudget {
  budget: Budget;
  states: BucketState[];
  /** When it resets, ISO 8601 in UTC; null for runs. */
  resetsAt: string | null;
}

/** Lists the budgets with what all sessions of this machine have spent of them. */
export async function listBudgets(options: ListBudgetsOptions, io: CommandIo): Promise<number> {
  const budgets = readBudgets(budgetsFile(io.env));
  const zone = zoneOf(options.timezone);
  const { states, sessionsRunning } = currentStates(budgets, zone, io);
  const listed: ListedBudget[] = budgets.map((budget) => ({
    budget,
    states: states.filter(({ bucket }) => bucket.budget === budget),
    resetsAt: resetOf(budget, io.now, zone),
  }));
  io.stdout.write(
    options.json
      ? jsonText({ schemaVersion: 1, timezone: zone, sessionsRunning, budgets: listed.flatMap(rowsOf) })
      : renderBudgets(listed, { zone, sessionsRunning }, look(io.stdout, io.env, options)),
  );
  return 0;
}

function rowsOf({ budget, states, resetsAt }: ListedBudget): (BudgetRow & object)[] {
  const { onBudget, onUnpriced, thresholds } = budget;
  const shown = states.length > 0 ? states : [{ bucket: bucketOf(budget, ''), ...noSpend() }];
  return shown.map((state) => ({ ...budgetRow(state), resetsAt, onBudget, onUnpriced, thresholds }));
}

function resetOf({ period }: Budget, now: Date, zone: string): string | null {
  if (period === 'run') return null;
  const today = localDay(now.toISOString(), zone);
  if (period === 'daily') return startOfDay(addDays(today, 1), zone);
  return startOfDay(`${addDays(`${today.slice(0, 7)}-28`, 4).slice(0, 7)}-01`, zone);
}
