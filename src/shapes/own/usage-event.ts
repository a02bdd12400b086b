import { at, count, isObject, type JsonObject, type JsonValue, text } from '../../core/json.ts';
import { plain } from '../../core/text.ts';
import type { RecordedCost, Status, Usage } from '../../core/usage/event.ts';
import { countAt, labelsOf, put, show, textAt, timeAt } from '../reading/fields.ts';
import { type LoggedEvent, type LogShape, RecordError } from '../shape.ts';

const TEXTS = [
  'id',
  'service',
  'operation',
  'requestModel',
  'responseModel',
  'tier',
  'platform',
  'location',
  'errorCode',
  'limitHit',
  'estimated',
  'voice',
  'sessionId',
  'expiresAt',
] as const;
const NUMBERS = ['httpStatus', 'durationMs', 'attempt', 'calls'] as const;

/** A `UsageEvent` as it is: a line of our own session logs, and what any other tool may write for us. */
export const usageEvent: LogShape = {
  id: 'usage-event',
  summary: 'line of a costwatch session log: one UsageEvent',
  keys: ['service'],
  recognises: (record) =>
    text(record.service) !== undefined &&
    text(record.operation) !== undefined &&
    STATUSES.includes(record.status as Status) &&
    !Object.hasOwn(record, 'cost'),
  toEvents: (record) => [readEvent(record)],
};

const STATUSES: Status[] = ['ok', 'failed', 'incomplete'];

function readEvent(record: JsonObject): LoggedEvent {
  const event = { status: record.status as Status } as LoggedEvent;
  for (const name of TEXTS) put(event, name, textAt(record, name) as LoggedEvent[typeof name]);
  for (const name of NUMBERS) put(event, name, countAt(record, name));
  put(event, 'timestamp', timeAt(record, 'timestamp'));
  put(event, 'lastTimestamp', readLast(record));
  put(event, 'ids', readIds(record));
  put(event, 'usage', isObject(record.usage) ? readUsage(record.usage) : undefined);
  put(event, 'labels', labelsOf(record.labels, new Set()));
  put(event, 'recordedCost', readCost(record));
  return event;
}

function readLast(record: JsonObject): string | undefined {
  const { lastTimestamp } = record;
  const time = timeAt(record, 'lastTimestamp');
  if (time === undefined && lastTimestamp !== undefined && lastTimestamp !== null)
    throw new RecordError(`lastTimestamp is no time: ${show(lastTimestamp)}`);
  return time;
}

/** The ids of the calls of an aggregate. */
function readIds({ ids }: JsonObject): readonly string[] | undefined {
  if (ids === undefined || ids === null) return undefined;
  if (!Array.isArray(ids) || !ids.every((id) => text(id) !== undefined))
    throw new RecordError('ids is not a list of ids');
  return ids as string[];
}

/** Counts are checked wherever they are; names are kept as they are, so that a newer log loses nothing. */
function readUsage(usage: JsonObject): Usage {
  checkCounts(usage, 'usage', 0);
  return usage as Usage;
}

function checkCounts(value: JsonValue, path: string, depth: number): void {
  if (depth > DEEPEST) throw new RecordError(`${path} is nested too deep`);
  if (isObject(value)) for (const key of Object.keys(value)) checkCounts(value[key]!, `${path}.${key}`, depth + 1);
  else if (Array.isArray(value))
    for (const [index, item] of value.entries()) checkCounts(item, `${path}[${index}]`, depth + 1);
  else if (!NAMES.test(path) && (typeof value !== 'number' || count(value) === undefined))
    throw new RecordError(`${plain(path)} is not a count: ${show(value)}`);
}

/** `usage.images[0].count` */
const DEEPEST = 3;
/** The only parts of a usage that are no counts. */
const NAMES = /\.(size|resolution|audio)$/;

function readCost(record: JsonObject): RecordedCost | undefined {
  const amount = text(at(record, 'recordedCost', 'amount'));
  const currency = text(at(record, 'recordedCost', 'currency'));
  if (amount === undefined || currency === undefined) return undefined;
  if (!/^\d+(\.\d+)?$/.test(amount)) throw new RecordError(`recordedCost.amount is not an amount: ${show(amount)}`);
  return { amount, currency };
}
