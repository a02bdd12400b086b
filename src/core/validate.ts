import type { Usage, UsageEvent } from './event.ts';

/** Why an event from outside cannot be counted; undefined when it can. Counts must be finite and not negative. */
export function invalidEvent(event: Partial<UsageEvent>): string | undefined {
  for (const field of ['service', 'operation', 'status'] as const) {
    if (typeof event[field] !== 'string' || event[field] === '') return `${field} is missing`;
  }
  if (!STATUSES.has(event.status!)) return `status '${event.status}' is none of ${[...STATUSES].join(', ')}`;
  if (event.timestamp !== undefined && Number.isNaN(Date.parse(event.timestamp)))
    return `timestamp '${event.timestamp}' is no time`;
  if (event.calls !== undefined && !(Number.isInteger(event.calls) && event.calls > 0))
    return 'calls is not a positive number';
  return event.usage === undefined ? undefined : invalidUsage(event.usage);
}

const STATUSES = new Set(['ok', 'failed', 'incomplete']);

/** The path of the first value that is not a count, with the value. */
function invalidUsage(usage: Usage): string | undefined {
  for (const [path, value] of numbersIn(usage, 'usage')) {
    if (typeof value !== 'number' || !Number.isFinite(value) || value < 0)
      return `${path} is not a count: ${String(value)}`;
  }
  const { inputTokens = 0, cacheReadInputTokens = 0, outputTokens = 0, reasoningOutputTokens = 0 } = usage;
  if (cacheReadInputTokens > inputTokens) return 'usage.cacheReadInputTokens is more than usage.inputTokens';
  if (reasoningOutputTokens > outputTokens) return 'usage.reasoningOutputTokens is more than usage.outputTokens';
  return undefined;
}

const NOT_NUMBERS = new Set(['size', 'resolution', 'audio']);

function* numbersIn(value: object, path: string): Generator<[string, unknown]> {
  for (const [key, inner] of Object.entries(value)) {
    if (inner === undefined || NOT_NUMBERS.has(key)) continue;
    if (typeof inner === 'object' && inner !== null) yield* numbersIn(inner, `${path}.${key}`);
    else yield [`${path}.${key}`, inner];
  }
}
