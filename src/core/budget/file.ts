import { InputError } from '../errors.ts';
import { isObject, type JsonObject } from '../json.ts';
import { moneyFromNumber, parseMoney, toDecimal, ZERO } from '../pricing/money.ts';
import {
  type Amount,
  BUDGET_ACTIONS,
  BUDGET_PERIODS,
  type Budget,
  type BudgetUnit,
  budgetIds,
  THRESHOLDS,
} from './budget.ts';

/** A budget as `budgets.json` has it; see schema/budgets.schema.json. */
export interface BudgetRecord extends Omit<Budget, 'unit' | 'limit'> {
  /** Dollars are a decimal string, characters a number. */
  limit: { usd: string } | { characters: number };
}

export function budgetRecord({ id, period, unit, limit, ...rest }: Budget): BudgetRecord {
  const amount = toDecimal(limit);
  return { id, period, limit: unit === 'usd' ? { usd: amount } : { characters: Number(amount) }, ...rest };
}

/**
 * The budgets of a list as `budgets.json` holds it. `where` is the file, for messages.
 * @throws InputError naming file and field where one is not valid; unknown fields are not.
 */
export function parseBudgets(value: unknown, where: string): Budget[] {
  if (!Array.isArray(value)) throw invalid(where, 'budgets', 'is not a list');
  const budgets = value.map((entry, index) => parseBudget(entry, where, `budgets[${index}]`));
  const twice = budgetIds(budgets).find((id, index, all) => all.indexOf(id) !== index);
  if (twice !== undefined) throw invalid(where, 'budgets', `has two with the id '${twice}'`);
  return budgets;
}

const FIELDS = ['id', 'period', 'limit', 'model', 'label', 'onBudget', 'onUnpriced', 'thresholds'];

function parseBudget(entry: unknown, where: string, path: string): Budget {
  if (!isObject(entry)) throw invalid(where, path, 'is not an object');
  refuseOthers(entry, FIELDS, where, path);
  const { id, model, label } = entry;
  if (typeof id !== 'string' || !/^[\w.=-]{1,200}$/.test(id)) throw invalid(where, `${path}.id`, 'is not an id');
  if (model !== undefined && (typeof model !== 'string' || !/^[\w.:-]+\*?$/.test(model)))
    throw invalid(where, `${path}.model`, 'is not a model id, with a * at its end at most');
  return {
    id,
    period: oneOf(entry.period, BUDGET_PERIODS, where, `${path}.period`),
    ...limitOf(entry.limit, where, `${path}.limit`),
    ...(typeof model === 'string' ? { model } : {}),
    ...(label === undefined ? {} : { label: labelOf(label, where, `${path}.label`) }),
    onBudget: oneOf(entry.onBudget ?? 'warn', BUDGET_ACTIONS, where, `${path}.onBudget`),
    onUnpriced: oneOf(entry.onUnpriced ?? 'warn', BUDGET_ACTIONS, where, `${path}.onUnpriced`),
    thresholds: thresholdsOf(entry.thresholds ?? THRESHOLDS, where, `${path}.thresholds`),
  };
}

function limitOf(value: unknown, where: string, path: string): { unit: BudgetUnit; limit: Amount } {
  if (isObject(value) && Object.keys(value).length === 1) {
    const { usd, characters } = value;
    const dollars = typeof usd === 'string' ? parseMoney(usd) : undefined;
    if (dollars !== undefined && dollars > ZERO) return { unit: 'usd', limit: dollars };
    if (typeof characters === 'number' && Number.isSafeInteger(characters) && characters > 0)
      return { unit: 'characters', limit: moneyFromNumber(characters)! };
  }
  throw invalid(where, path, 'is neither {"usd": "50"} nor {"characters": 20000}, more than 0');
}

function labelOf(value: unknown, where: string, path: string): { name: string; value: string } {
  if (isObject(value) && typeof value.name === 'string' && value.name !== '' && typeof value.value === 'string') {
    refuseOthers(value, ['name', 'value'], where, path);
    return { name: value.name, value: value.value };
  }
  throw invalid(where, path, 'is not {"name": "video", "value": "ep01"}');
}

/** Percents of the limit, ascending, each once. */
function thresholdsOf(value: unknown, where: string, path: string): number[] {
  if (Array.isArray(value) && value.length <= 20 && value.every(isPercent))
    return [...new Set<number>(value)].sort((a, b) => a - b);
  throw invalid(where, path, 'is not a list of percents above 0, such as [50, 80, 90, 100]');
}

/** A percent of a limit at which a word can be said: above 0, with three decimals at most. */
export function isPercent(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value <= 1000 && /^\d+(\.\d{1,3})?$/.test(String(value));
}

function oneOf<T extends string>(value: unknown, names: readonly T[], where: string, path: string): T {
  const found = names.find((name) => name === value);
  if (found !== undefined) return found;
  throw invalid(where, path, `is none of ${names.join(', ')}`);
}

function refuseOthers(object: JsonObject, known: readonly string[], where: string, path: string): void {
  const stray = Object.keys(object).find((key) => !known.includes(key));
  if (stray !== undefined) throw invalid(where, `${path}.${stray}`, `is no field; there are ${known.join(', ')}`);
}

function invalid(where: string, path: string, problem: string): InputError {
  return new InputError(`${where}: ${path} ${problem}`, {
    hint: 'Correct the file, or remove all budgets: costwatch budget remove --all',
  });
}
