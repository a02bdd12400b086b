import { QUOTA_WINDOW, type QuotaProjection } from '../../core/quota/projection.ts';
import {
  isResetOverdue,
  percentUsed,
  type Quota,
  type QuotaReading,
  type QuotaRow,
  remaining,
} from '../../core/quota/quota.ts';
import { plain } from '../../core/text.ts';
import { DAY_MS } from '../../core/time/day.ts';
import { widest } from '../terminal/fitting.ts';
import { formatCount, plural } from '../terminal/format.ts';
import type { Look } from '../terminal/look.ts';
import { tableLines } from '../terminal/table.ts';

/** A number of characters against the quota: `12 % of 40,000`. Undefined without a known limit. */
export function quotaShare(characters: number, reading: QuotaReading | undefined): string | undefined {
  if (!reading?.known || !reading.limit) return undefined;
  const percent = percentUsed({ used: characters, limit: reading.limit }) ?? 0;
  return `${percent === 0 && characters > 0 ? '< 1' : percent} % of ${formatCount(reading.limit)}`;
}

/**
 * The account around a run: `Quota: 9,600 of 40,000 used (+5,000), 30,400 left, resets 1 Dec`, or why
 * it is not known.
 */
export function quotaChangeLine(quota: QuotaRow, now: Date): string {
  if (!quota.known) return `Quota: ${plain(quota.message)}`;
  const { used, usedBefore, limit, remaining, resetsAt } = quota;
  const spent = usedBefore === null ? 0 : used - usedBefore;
  const more = spent > 0 ? ` (+${formatCount(spent)})` : '';
  const parts = [
    `${formatCount(used)}${limit === null ? '' : ` of ${formatCount(limit)}`} used${more}`,
    ...(remaining === null ? [] : [`${formatCount(remaining)} left`]),
    ...(resetsAt === null
      ? []
      : [`${isResetOverdue({ resetsAt }, now) ? 'reset was due' : 'resets'} ${shortDay(resetsAt, now)}`]),
  ];
  return `Quota: ${parts.join(', ')}`;
}

/** The answer of `costwatch quota`. */
export function renderQuota(quota: Quota, projection: QuotaProjection | undefined, now: Date, look: Look): string {
  const { bold, dim, red } = look.colors;
  const { used, limit, overage } = quota;
  const left = remaining(quota);
  const percent = percentUsed(quota);
  const over = limit !== null && used > limit ? red(`${formatCount(used - limit)} over the limit`) : '';
  const rows: [string, string][] = [
    [
      'used',
      joined([
        limit === null ? `${formatCount(used)}, no limit` : `${formatCount(used)} of ${formatCount(limit)}`,
        percent === null ? '' : `(${percent} %)`,
      ]),
    ],
    ['remaining', left === null ? 'no limit' : joined([plural(left, 'character'), over && `(${over})`])],
    ...(overage === 0 ? [] : [['overage', overageText(overage)] as [string, string]]),
    ['resets', resetRow(quota, now)],
    ['runs out', projectionText(quota, projection)],
  ];
  const title = `${bold('ElevenLabs quota')}${quota.plan === null ? '' : ` (plan: ${plain(quota.plan, 40)})`}`;
  const table = tableLines(
    [
      { width: 2 + NAME_WIDTH, align: 'left' },
      { width: widest(rows.map(([, value]) => value)), align: 'left' },
    ],
    rows.map(([name, value]) => [`  ${dim(name)}`, value]),
  );
  return `${[title, ...table].join('\n')}\n`;
}

const NAME_WIDTH = 'remaining'.length;

function joined(parts: string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}

function overageText(overage: number | 'unlimited'): string {
  return overage === 'unlimited' ? 'any number of characters' : plural(overage, 'character');
}

/** `1 Dec`, in UTC; with the year where it is not within a year of now. */
function shortDay(time: string, now: Date): string {
  const isFar = Math.abs(Date.parse(time) - now.valueOf()) > 330 * DAY_MS;
  const year = isFar ? { year: 'numeric' as const } : {};
  return new Date(time).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', ...year, timeZone: 'UTC' });
}

function resetRow(quota: Quota, now: Date): string {
  if (quota.resetsAt === null) return 'no date given';
  const day = `${quota.resetsAt.slice(0, 16).replace('T', ' ')} UTC`;
  if (isResetOverdue(quota, now)) return `was due ${day}; ElevenLabs moves the date when the account is used again`;
  const days = Math.floor((Date.parse(quota.resetsAt) - now.valueOf()) / DAY_MS);
  return `${day}, ${days === 0 ? 'within a day' : `in ${plural(days, 'day')}`}`;
}

function projectionText(quota: Quota, projection: QuotaProjection | undefined): string {
  const left = remaining(quota);
  if (left === null) return 'never: no limit';
  if (left === 0) return 'now';
  if (!projection) return 'not known: no ElevenLabs calls in your sessions of the last 30 days';
  const { day, perDay, days, beforeReset } = projection;
  const over = days === QUOTA_WINDOW ? `the last ${days} days` : `the ${plural(days, 'day')} since the first call`;
  const pace = `at ${formatCount(perDay)} a day, the average of your sessions over ${over}`;
  const when = day === null ? 'not within ten years' : day;
  return `${beforeReset === false ? 'not before the reset' : when} (${pace})`;
}
