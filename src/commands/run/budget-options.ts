import type { GateConfig } from '../../capture/parent/run.ts';
import { LABELS_JSON, parseLabels } from '../../capture/wire/env.ts';
import { type Budget, budgetIds, idOfScope, isSameScope, THRESHOLDS } from '../../core/budget/budget.ts';
import { budgetRecord } from '../../core/budget/file.ts';
import { gateFile, packageFile } from '../../store/files/package-files.ts';
import { budgetsFile, dataDir, overridesFile } from '../../store/files/paths.ts';
import { readBudgets } from '../../store/settings/budgets.ts';
import { actionOf, limitOf } from '../budget/flags.ts';
import type { CommandIo } from '../command-io.ts';
import { beforeStart } from './before-start.ts';

/** The options of `run` about budgets, as they were typed. */
export interface RunBudgetOptions {
  /** Dollars for this run. */
  budget?: string;
  onBudget?: string;
  onUnpriced?: string;
  /** A shell command that gets every alert. */
  onAlert?: string;
  /** A web address that gets every alert. */
  alertUrl?: string;
  /** The labels of the run. */
  label?: Record<string, string>;
  /** Variables for the command, over those of the environment. */
  env?: Record<string, string>;
}

/**
 * The budgets that hold for a run: those of the user, with what was typed or is in the environment over them. A budget
 * for the run takes the place of the user's own one for every run.
 * @throws UsageError for what was typed wrong.
 * @throws ChildStartError where the user's budgets cannot be read: the command is then not started.
 */
export function budgetsOfRun(options: RunBudgetOptions, io: Pick<CommandIo, 'env'>): Budget[] {
  const amount = amountOfRun(options, io);
  const onBudget = options.onBudget ?? (io.env.COSTWATCH_ON_BUDGET || undefined);
  const changes = {
    ...(onBudget === undefined ? {} : { onBudget: actionOf(onBudget, '--on-budget') }),
    ...(options.onUnpriced === undefined ? {} : { onUnpriced: actionOf(options.onUnpriced, '--on-unpriced') }),
  };
  const own = amount === undefined ? [] : [budgetOfRun(amount)];
  const kept = beforeStart(() => readBudgets(budgetsFile(io.env))).filter(
    (budget) => !own.some((mine) => isSameScope(mine, budget)),
  );
  return [...own.map((budget) => ({ ...budget, id: idOfScope(budget, budgetIds(kept)) })), ...kept].map((budget) => ({
    ...budget,
    ...changes,
  }));
}

/** The amount of the budget that this run has of its own, from a flag or the environment. */
function amountOfRun({ budget }: RunBudgetOptions, { env }: Pick<CommandIo, 'env'>): string | undefined {
  return budget ?? (env.COSTWATCH_BUDGET || undefined);
}

/** The id of the budget that this run has of its own, among those that `budgetsOfRun` gave. */
export function ownBudgetId(
  options: RunBudgetOptions,
  io: Pick<CommandIo, 'env'>,
  budgets: readonly Budget[],
): string | undefined {
  return amountOfRun(options, io) === undefined ? undefined : budgets[0]?.id;
}

/** What every call of the run is labelled with, unless its process says otherwise. */
export function labelsOfRun({ label, env }: RunBudgetOptions, io: Pick<CommandIo, 'env'>): Record<string, string> {
  return { ...parseLabels({ ...io.env, ...env }[LABELS_JSON]), ...label };
}

function budgetOfRun(amount: string): Omit<Budget, 'id'> {
  const limit = limitOf(amount, 'usd');
  return { period: 'run', unit: 'usd', limit, onBudget: 'warn', onUnpriced: 'warn', thresholds: [...THRESHOLDS] };
}

/** What the hook needs to refuse calls; undefined where no budget does. */
export function gateOf(
  budgets: readonly Budget[],
  zone: string,
  { env }: Pick<CommandIo, 'env'>,
): Omit<GateConfig, 'sessionId'> | undefined {
  if (!budgets.some(({ onBudget, onUnpriced }) => onBudget === 'stop' || onUnpriced === 'stop')) return undefined;
  return {
    bundle: gateFile(),
    budgets: budgets.map(budgetRecord),
    zone,
    dataDir: dataDir(env),
    pricing: { directory: packageFile('pricing'), overridesFile: overridesFile(env) },
  };
}
