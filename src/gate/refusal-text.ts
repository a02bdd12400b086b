import type { Bucket } from '../core/budget/budget.ts';
import type { BucketState, Refusal } from '../core/budget/state.ts';
import { ZERO } from '../core/pricing/money.ts';
import { plain } from '../core/text.ts';
import { amountText, budgetName, spentText } from '../views/budget/text.ts';
import { plural } from '../views/terminal/format.ts';

/** Why no further call of a bucket is sent, and what to type to have it sent. */
export function refusalText({ state, why }: { state: BucketState; why: Refusal }): string {
  const { bucket, reserved, underWay, unpriced } = state;
  if (why === 'unpriced') return unpricedText(bucket, `${plural(unpriced, 'call')} had none`);
  const { unit, limit } = bucket.budget;
  const held =
    reserved > ZERO ? `, ${amountText(reserved, unit)} reserved by ${plural(underWay, 'call')} under way` : '';
  const used = `the ${budgetName(bucket)} (${amountText(limit, unit)}) is used up: ${spentText(state)} spent${held}`;
  return `${used}. Raise it (${remedy(bucket)}), or run with --on-budget warn.`;
}

/** Why a call without a price is not sent. */
export function unpricedText(bucket: Bucket, reason = 'no price is known'): string {
  const cannot = `a call without a price would not be in the ${budgetName(bucket)} (${plain(reason)})`;
  return `${cannot}. Set its price (costwatch pricing set), or run with --on-unpriced warn.`;
}

function remedy({ budget }: Bucket): string {
  const { period, unit, model, label } = budget;
  const scope = [
    period === 'run' ? '--per-run' : `--${period}`,
    ...(unit === 'characters' ? ['--characters'] : []),
    ...(model === undefined ? [] : ['--model', plain(model, 60)]),
    ...(label === undefined ? [] : ['--label', `${plain(label.name, 40)}=${plain(label.value, 40)}`]),
  ];
  const set = `costwatch budget set AMOUNT ${scope.join(' ')}`;
  return period === 'run' && scope.length === 1 ? `--budget AMOUNT, or ${set}` : set;
}
