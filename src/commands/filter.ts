import { UsageError } from '../core/errors.ts';
import { type DayRange, inRange, parseDay, parseLast } from '../core/time/day-range.ts';
import { localDay } from '../core/usage/dimension.ts';
import type { Status, UsageEvent } from '../core/usage/event.ts';
import { isOfModel } from '../core/usage/model-name.ts';

/** Which calls a report is about. */
export interface FilterOptions {
  since?: string;
  until?: string;
  last?: string;
  service?: string[];
  model?: string[];
  status?: string[];
  label?: Record<string, string>;
}

/** True for calls to count, false for calls that were not asked for, a reason for calls that cannot be placed. */
export type Filter = (event: UsageEvent) => boolean | string;

export function filterOf(options: FilterOptions, zone: string, now: Date): Filter {
  const range = rangeOf(options, zone, now);
  const statuses = options.status?.map(statusOf);
  const labels = Object.entries(options.label ?? {});
  return (event) => {
    if (options.service && !options.service.includes(event.service)) return false;
    if (options.model && !options.model.some((pattern) => isOfModel(event, pattern))) return false;
    if (statuses && !statuses.includes(event.status)) return false;
    if (labels.some(([name, value]) => event.labels?.[name] !== value)) return false;
    if (range.since === undefined && range.until === undefined) return true;
    if (event.timestamp === undefined) return 'no time in the record, so it is in no range of days';
    return inRange(localDay(event.timestamp, zone), range);
  };
}

/** The same filters for calls of any day. */
export function ofAnyDay<T extends FilterOptions>(options: T): Omit<T, 'since' | 'until' | 'last'> {
  const { since: _since, until: _until, last: _last, ...others } = options;
  return others;
}

/** The days of a report. @throws UsageError for days that cannot be. */
export function rangeOf({ since, until, last }: FilterOptions, zone: string, now: Date): DayRange {
  if (since !== undefined && last !== undefined) {
    throw new UsageError('--since and --last both set the first day.', { hint: 'Use one of them.' });
  }
  const range: DayRange = {};
  if (since !== undefined) range.since = parseDay(since, '--since', now, zone);
  if (last !== undefined) range.since = parseLast(last, now, zone);
  if (until !== undefined) range.until = parseDay(until, '--until', now, zone);
  if (range.since !== undefined && range.until !== undefined && range.since > range.until) {
    const first = last === undefined ? '--since' : `the first day of --last ${last},`;
    throw new UsageError(`${first} ${range.since} is after --until ${range.until}.`, {
      hint: last === undefined ? 'Swap the two days.' : 'Use --since and --until.',
    });
  }
  return range;
}

const STATUSES: readonly Status[] = ['ok', 'failed', 'incomplete'];

function statusOf(name: string): Status {
  const status = STATUSES.find((known) => known === name);
  if (!status) throw new UsageError(`Unknown status '${name}'.`, { hint: `Use --status with ${STATUSES.join(', ')}.` });
  return status;
}
