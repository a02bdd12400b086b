import { type Amount, type Bucket, type Budget, type BudgetUnit, EACH } from '../../core/budget/budget.ts';
import { accuracyOf, type BudgetRow } from '../../core/budget/row.ts';
import type { BucketState } from '../../core/budget/state.ts';
import { formatUsd, toDecimal, ZERO } from '../../core/pricing/money.ts';
import { plain } from '../../core/text.ts';
import { formatCost, formatCount, plural } from '../terminal/format.ts';

/** `daily budget`, `monthly budget of ElevenLabs credits`, `budget of this run for video=ep01`. */
export function budgetName({ budget, value }: Pick<Bucket, 'budget' | 'value'>): string {
  const { period, unit, model, label } = budget;
  const words = [
    period === 'run' ? 'budget of this run' : `${period} budget`,
    unit === 'characters' ? 'of ElevenLabs credits' : '',
    model === undefined ? '' : `for ${plain(model, 60)}`,
    label === undefined ? '' : `for ${plain(label.name, 40)}=${plain(value ?? label.value, 40)}`,
  ];
  return words.filter((word) => word !== '').join(' ');
}

/** `$4.02`, `20,000 credits`. */
export function amountText(amount: Amount, unit: BudgetUnit): string {
  if (unit === 'usd') return amount === ZERO ? '$0.00' : formatUsd(amount);
  return plural(Number(toDecimal(amount)), 'credit');
}

const MARKS = { exact: '', estimated: '~', 'lower-bound': '≥ ' };

/** `≥ $4.02`: with a mark where it is a lower bound or holds an estimate. */
export function spentText(state: BucketState): string {
  const { unit } = state.bucket.budget;
  const amount = unit === 'usd' ? amountText(state.spent, unit) : formatCount(Number(toDecimal(state.spent)));
  return MARKS[accuracyOf(state)] + amount;
}

/** `$4.02 of $5.00`, `18,000 of 20,000 credits`. */
export function shareText(state: BucketState): string {
  const { unit, limit } = state.bucket.budget;
  return `${spentText(state)} of ${amountText(limit, unit)}`;
}

const WHOSE = { run: 'this run', daily: 'all sessions today', monthly: 'all sessions this month' };

/** What has been counted: `all sessions today`. */
export function scopeText({ bucket }: Pick<BucketState, 'bucket'>): string {
  return WHOSE[bucket.budget.period];
}

const EVERY = { run: 'a run', daily: 'a day', monthly: 'a month' };
const ACTIONS = { warn: 'warns', stop: 'stops further calls' };

/** A budget in one line: `daily: $50.00 a day for gemini-3.8*; stops further calls when used up`. */
export function describeBudget({ id, period, unit, limit, model, label, onBudget, onUnpriced }: Budget): string {
  const scope = [
    `${amountText(limit, unit)} ${EVERY[period]}`,
    unit === 'characters' ? 'of ElevenLabs' : '',
    model === undefined ? '' : `for ${plain(model, 60)}`,
    label === undefined ? '' : labelText(label),
  ].filter((word) => word !== '');
  const unpriced = onUnpriced === 'stop' ? ', and after a call without a price' : '';
  return `${id}: ${scope.join(' ')}; ${ACTIONS[onBudget]} when used up${unpriced}`;
}

function labelText({ name, value }: { name: string; value: string }): string {
  return value === EACH ? `for each ${plain(name, 40)}` : `for ${plain(name, 40)}=${plain(value, 40)}`;
}

/** `daily-video-each (ep01)`: the id, with the value or the run that has this one of its own. */
export function bucketLabel(id: string, which: string | undefined): string {
  return which === undefined ? id : `${id} (${plain(which, 40)})`;
}

/** As `bucketLabel`, of a row. */
export function rowLabel({ id, label }: Pick<BudgetRow, 'id' | 'label'>): string {
  return bucketLabel(id, /-each(?:-\d+)?$/.test(id) ? label?.value : undefined);
}

/** `daily: $4.02 of $5.00 (80 %), 3 calls not sent` */
export function budgetLine(row: BudgetRow): string {
  const { unit, spent, limit, percent, accuracy } = row;
  const amount = (value: number) => (unit === 'usd' ? formatCost(value) : formatCount(value));
  const share = `${MARKS[accuracy]}${amount(spent)} of ${amount(limit)}${unit === 'usd' ? '' : ' credits'}`;
  return `${rowLabel(row)}: ${share} (${formatCount(percent)} %)${refusedText(row)}`;
}

function refusedText({ refused, refusedUnpriced = 0 }: BudgetRow): string {
  if (refused === 0) return '';
  const calls = `, ${plural(refused, 'call')} not sent`;
  if (refusedUnpriced === 0) return calls;
  return refusedUnpriced === refused ? `${calls}: no price` : `${calls} (${formatCount(refusedUnpriced)}: no price)`;
}
