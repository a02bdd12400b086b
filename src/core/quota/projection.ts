import { addDays, daysBetween } from '../time/day.ts';

/** When the quota is used up at the pace of the own sessions. */
export interface QuotaProjection {
  /** The day the last character goes; null where that is more than ten years away. */
  day: string | null;
  /** Mean credits a day, to one decimal. */
  perDay: number;
  /** Days the mean is taken over, today included. */
  days: number;
  /** Whether that day comes before the reset; null where no reset in the future is known. */
  beforeReset: boolean | null;
}

/** Days looked back at. */
export const QUOTA_WINDOW = 30;
const TEN_YEARS = 3652;

/**
 * Projects the day of exhaustion from credits by UTC day: what is left over the mean of the last 30 days, or of the days
 * since the first use within them. Undefined when nothing was used, or nothing is known to be left.
 */
export function projectQuota(
  credits: ReadonlyMap<string, number>,
  left: number | null,
  today: string,
  resetsAt: string | null,
): QuotaProjection | undefined {
  const oldest = addDays(today, 1 - QUOTA_WINDOW);
  const recent = [...credits].filter(([day, count]) => day >= oldest && day <= today && count > 0);
  if (recent.length === 0 || left === null) return undefined;
  const [first = today] = recent.map(([day]) => day).sort();
  const days = daysBetween(first, today) + 1;
  const mean = recent.reduce((sum, [, count]) => sum + count, 0) / days;
  const daysLeft = Math.ceil(left / mean);
  const day = daysLeft > TEN_YEARS ? null : addDays(today, daysLeft);
  const reset = resetsAt?.slice(0, 10);
  const beforeReset = reset === undefined || reset < today ? null : day !== null && day < reset;
  return { day, perDay: Math.round(mean * 10) / 10, days, beforeReset };
}
