import type { PreviousPeriod } from '../../core/ledger/previous.ts';
import { formatCost, formatCount, plural } from '../terminal/format.ts';

/** `Before that, 2026-11-09 to 2026-11-15: $4.20 in 40 calls; now $0.39 more (+9 %)` */
export function previousLine(previous: PreviousPeriod): string {
  const { from, to, before, calls, costUsd, costAccuracy, credits, change } = previous;
  const days = from === to ? from : `${from} to ${to}`;
  const part = before === null ? '' : `, up to ${before.slice(0, 16).replace('T', ' ')} UTC`;
  if (calls === 0) return `Before that, ${days}${part}: no calls`;
  const mark = { exact: '', estimated: '~', 'lower-bound': '≥ ' }[costAccuracy];
  const hasCredits = credits > 0 || change.credits !== 0;
  const figures = [`${mark}${formatCost(costUsd)}`, ...(hasCredits ? [plural(credits, 'credit')] : [])];
  const changes = [
    changed(change.costUsd, change.costRate, formatCost),
    ...(hasCredits ? [changed(change.credits, change.creditsRate, (count) => plural(count, 'credit'))] : []),
  ];
  return `Before that, ${days}${part}: ${figures.join(' and ')} in ${plural(calls, 'call')}; now ${changes.join(', ')}`;
}

function changed(difference: number, rate: number | null, format: (amount: number) => string): string {
  if (difference === 0) return 'the same';
  const direction = difference > 0 ? 'more' : 'less';
  const percent =
    rate === null ? '' : ` (${rate > 0 ? '+' : rate < 0 ? '-' : ''}${formatCount(Math.abs(Math.round(rate * 100)))} %)`;
  return `${format(Math.abs(difference))} ${direction}${percent}`;
}
