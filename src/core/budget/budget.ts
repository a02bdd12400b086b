import type { Money } from '../pricing/money.ts';
import { localDay } from '../usage/dimension.ts';
import { ELEVENLABS, GEMINI, type UsageEvent } from '../usage/event.ts';
import { matchesModel } from '../usage/model-name.ts';

/** What may be spent in one run, one day or one month. Dollars are Gemini's, characters are ElevenLabs'; never mixed. */
export interface Budget {
  /** Made from its scope, such as `daily` or `monthly-characters`; of one scope there is one budget. */
  id: string;
  period: BudgetPeriod;
  unit: BudgetUnit;
  limit: Amount;
  /** A model's id, or the start of it with a trailing `*`. */
  model?: string;
  /** Only calls with this label. The value `*` makes every value a budget of its own. */
  label?: { name: string; value: string };
  /** What it does when it is used up: warn, or stop further calls. */
  onBudget: BudgetAction;
  /** What happens when it holds a call without a price. */
  onUnpriced: BudgetAction;
  /** Percent of the limit at which a word is said, ascending. */
  thresholds: number[];
}

export const BUDGET_PERIODS = ['run', 'daily', 'monthly'] as const;
export type BudgetPeriod = (typeof BUDGET_PERIODS)[number];
export const BUDGET_ACTIONS = ['warn', 'stop'] as const;
export type BudgetAction = (typeof BUDGET_ACTIONS)[number];
/** `usd`: Gemini's dollars. `characters`: ElevenLabs' characters of quota, which are its credits. */
export type BudgetUnit = 'usd' | 'characters';
/** Dollars or characters as an integer of 1e-12 of the unit, as `Money` is; `toDecimal` and `parseMoney` are for both. */
export type Amount = Money;

export const THRESHOLDS: readonly number[] = [50, 80, 90, 100];

/** A budget in one period of time and, where each value of a label has its own, for one value: what is filled and used up. */
export interface Bucket {
  /** Equal for equal buckets. */
  key: string;
  budget: Budget;
  /** The local day `2026-11-22`, the local month `2026-11`, or the id of the run. */
  window: string;
  /** The value of the label, where every value has its own budget. */
  value?: string;
}

/** Where a call was made: the zone that cuts days and months, and the run it belongs to. */
export interface BudgetPlace {
  /** An IANA zone. */
  zone: string;
  /** Id of the run; absent for a call of none. */
  session: string | undefined;
}

export const SERVICE_OF: Readonly<Record<BudgetUnit, string>> = { usd: GEMINI, characters: ELEVENLABS };

/** What tells one budget from another; of one scope there is one. */
export type BudgetScope = Pick<Budget, 'period' | 'unit' | 'model' | 'label'>;

export function isSameScope(a: BudgetScope, b: BudgetScope): boolean {
  return scopeKey(a) === scopeKey(b);
}

/** Equal for equal scopes. */
export function scopeKey({ period, unit, model, label }: BudgetScope): string {
  return JSON.stringify([period, unit, model ?? null, label?.name ?? null, label?.value ?? null]);
}

/** An id that names a scope in words safe for a shell: `daily`, `monthly-characters`, `daily-video-each`. */
export function idOfScope({ period, unit, model, label }: BudgetScope, taken: readonly string[]): string {
  const words = [
    period === 'run' ? 'per-run' : period,
    ...(unit === 'characters' ? ['characters'] : []),
    ...(model === undefined ? [] : [model.replace('*', '-all')]),
    ...(label ? [label.name, label.value === EACH ? 'each' : label.value] : []),
  ];
  const id = words
    .join('-')
    .replace(/[^\w.-]+/g, '_')
    .slice(0, 100);
  for (let number = 1; ; number++) {
    const tried = number === 1 ? id : `${id}-${number}`;
    if (!taken.includes(tried)) return tried;
  }
}

export function budgetIds(budgets: readonly Budget[]): string[] {
  return budgets.map(({ id }) => id);
}

/** The buckets that a call falls into. A call belongs to the day on which it was sent; one without a time to no day. */
export function bucketsOf(event: UsageEvent, budgets: readonly Budget[], place: BudgetPlace): Bucket[] {
  const buckets: Bucket[] = [];
  for (const budget of budgets) {
    if (!covers(budget, event)) continue;
    const window = windowOf(budget.period, event.timestamp, place);
    if (window === undefined) continue;
    const { label } = budget;
    buckets.push(bucketOf(budget, window, label?.value === EACH ? event.labels?.[label.name] : undefined));
  }
  return buckets;
}

/** Whether calls with these labels fall into a bucket, as far as its label goes. */
export function isOfLabels({ budget: { label }, value }: Bucket, labels: Readonly<Record<string, string>>): boolean {
  if (label === undefined) return true;
  return Object.hasOwn(labels, label.name) && labels[label.name] === (value ?? label.value);
}

/** In place of a label's value: every value has its own budget. */
export const EACH = '*';

export function bucketOf(budget: Budget, window: string, value?: string): Bucket {
  return {
    key: JSON.stringify([budget.id, window, ...(value === undefined ? [] : [value])]),
    budget,
    window,
    ...(value === undefined ? {} : { value }),
  };
}

/** The period of time of a moment; undefined where the moment or the run is not known. */
export function windowOf(
  period: BudgetPeriod,
  timestamp: string | undefined,
  { zone, session }: BudgetPlace,
): string | undefined {
  if (period === 'run') return session;
  if (timestamp === undefined) return undefined;
  const day = localDay(timestamp, zone);
  return period === 'daily' ? day : day.slice(0, 7);
}

/** Whether calls like this one count: also by the model that was asked for, since that is all a call under way has. */
function covers({ unit, model, label }: Budget, event: UsageEvent): boolean {
  if (event.service !== SERVICE_OF[unit]) return false;
  if (model !== undefined && ![event.requestModel, event.responseModel].some((id) => id && matchesModel(id, model)))
    return false;
  if (label === undefined) return true;
  const value = event.labels && Object.hasOwn(event.labels, label.name) ? event.labels[label.name] : undefined;
  return value !== undefined && (label.value === EACH || label.value === value);
}
