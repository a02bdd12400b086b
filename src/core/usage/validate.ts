import { isObject } from '../json.ts';
import { MAX_COUNT } from '../pricing/charge.ts';
import type { Usage, UsageEvent } from './event.ts';

/** Why an event from outside cannot be counted; undefined when it can. Counts must be finite and not negative. */
export function invalidEvent(event: Partial<UsageEvent>): string | undefined {
  for (const field of NEEDED) {
    if (typeof event[field] !== 'string' || event[field] === '') return `${field} is missing`;
  }
  if (!STATUSES.has(event.status!)) return `status '${event.status}' is none of ${[...STATUSES].join(', ')}`;
  const { labels, usage, ids } = event;
  for (const field of ['timestamp', 'lastTimestamp'] as const) {
    const time: unknown = event[field];
    if (time !== undefined && (typeof time !== 'string' || Number.isNaN(Date.parse(time)))) {
      return `${field} '${time}' is no time`;
    }
  }
  if (ids !== undefined && !(Array.isArray(ids) && ids.every((id) => typeof id === 'string'))) {
    return 'ids is not a list of strings';
  }
  for (const field of ['calls', 'attempt'] as const) {
    if (event[field] !== undefined && !(Number.isSafeInteger(event[field]) && event[field] > 0))
      return `${field} is not a positive number`;
  }
  if (event.durationMs !== undefined && !isCount(event.durationMs)) return 'durationMs is not a duration';
  if (
    labels !== undefined &&
    !(isObject(labels) && Object.values(labels).every((value) => typeof value === 'string'))
  ) {
    return 'labels is not an object of strings';
  }
  if (usage === undefined) return undefined;
  return isObject(usage) ? invalidUsage(usage) : 'usage is not an object';
}

const NEEDED = ['service', 'operation', 'status'] as const;
const STATUSES = new Set(['ok', 'failed', 'incomplete']);
const LISTS = ['images', 'video'] as const;

/** The path of the first value that is not a count, with the value. */
function invalidUsage(usage: Usage): string | undefined {
  for (const name of LISTS) {
    if (usage[name] !== undefined && !Array.isArray(usage[name])) return `usage.${name} is not a list`;
  }
  const bad = badNumber(usage);
  if (bad) return `usage.${bad}`;
  const { inputTokens = 0, cacheReadInputTokens = 0, outputTokens = 0, reasoningOutputTokens = 0 } = usage;
  if (cacheReadInputTokens > inputTokens) return 'usage.cacheReadInputTokens is more than usage.inputTokens';
  if (reasoningOutputTokens > outputTokens) return 'usage.reasoningOutputTokens is more than usage.outputTokens';
  return undefined;
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= MAX_COUNT;
}

const NOT_NUMBERS = new Set(['size', 'resolution', 'audio']);

/** The path of the first value that is not a count, with the value. Built on failure only: every logged event passes here. */
function badNumber(value: object): string | undefined {
  for (const key of Object.keys(value)) {
    const inner = (value as Record<string, unknown>)[key];
    if (inner === undefined || NOT_NUMBERS.has(key)) continue;
    if (typeof inner === 'object' && inner !== null) {
      const below = badNumber(inner);
      if (below) return `${key}.${below}`;
    } else if (!isCount(inner)) return `${key} is not a count: ${String(inner)}`;
  }
  return undefined;
}
