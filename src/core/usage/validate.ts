import { isObject } from '../json.ts';
import { MAX_COUNT } from '../pricing/charge.ts';
import type { Usage, UsageEvent } from './event.ts';

/** Why an event from outside cannot be counted; undefined when it can. Counts must be finite and not negative. */
export function invalidEvent(event: Partial<UsageEvent>): string | undefined {
  const { service, operation, status, timestamp, lastTimestamp, durationMs, labels, ids, usage } = event;
  if (!isText(service)) return 'service is missing';
  if (!isText(operation)) return 'operation is missing';
  if (!isText(status)) return 'status is missing';
  if (status !== 'ok' && status !== 'failed' && status !== 'incomplete')
    return `status '${status}' is none of ok, failed, incomplete`;
  if (timestamp !== undefined && !isTime(timestamp)) return `timestamp '${timestamp}' is no time`;
  if (lastTimestamp !== undefined && !isTime(lastTimestamp)) return `lastTimestamp '${lastTimestamp}' is no time`;
  if (ids !== undefined && !(Array.isArray(ids) && ids.every((id) => typeof id === 'string')))
    return 'ids is not a list of strings';
  if (event.calls !== undefined && !isPositive(event.calls)) return 'calls is not a positive number';
  if (event.attempt !== undefined && !isPositive(event.attempt)) return 'attempt is not a positive number';
  if (durationMs !== undefined && !isCount(durationMs)) return 'durationMs is not a duration';
  if (labels !== undefined && !areLabels(labels)) return 'labels is not an object of strings';
  if (usage === undefined) return undefined;
  return isObject(usage) ? invalidUsage(usage) : 'usage is not an object';
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && (AS_WRITTEN.test(value) || !Number.isNaN(Date.parse(value)));
}

/** A time as we write it: known to be one without having it worked out. */
const AS_WRITTEN = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

function isPositive(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= MAX_COUNT;
}

function areLabels(labels: unknown): boolean {
  if (!isObject(labels)) return false;
  for (const key in labels) if (typeof labels[key] !== 'string') return false;
  return true;
}

/** The path of the first value that is not a count, with the value. */
function invalidUsage(usage: Usage): string | undefined {
  if (usage.images !== undefined && !Array.isArray(usage.images)) return 'usage.images is not a list';
  if (usage.video !== undefined && !Array.isArray(usage.video)) return 'usage.video is not a list';
  const bad = badNumber(usage);
  if (bad) return `usage.${bad}`;
  const { inputTokens = 0, cacheReadInputTokens = 0, outputTokens = 0, reasoningOutputTokens = 0 } = usage;
  if (cacheReadInputTokens > inputTokens) return 'usage.cacheReadInputTokens is more than usage.inputTokens';
  if (reasoningOutputTokens > outputTokens) return 'usage.reasoningOutputTokens is more than usage.outputTokens';
  return undefined;
}

const NOT_NUMBERS = new Set(['size', 'resolution', 'audio']);

/** The path of the first value that is not a count, with the value. Built on failure only: every logged event passes here. */
function badNumber(value: object): string | undefined {
  for (const key in value) {
    const inner = (value as Record<string, unknown>)[key];
    if (inner === undefined || isCount(inner) || NOT_NUMBERS.has(key)) continue;
    if (typeof inner !== 'object' || inner === null) return `${key} is not a count: ${String(inner)}`;
    const below = badNumber(inner);
    if (below) return `${key}.${below}`;
  }
  return undefined;
}
