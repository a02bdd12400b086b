import { at, count, isObject, type JsonObject, type JsonValue, text } from '../../core/json.ts';
import { plain } from '../../core/text.ts';
import type { RecordedCost, Status, Usage } from '../../core/usage/event.ts';
import { countAt, labelsOf, put, show } from '../reading/fields.ts';
import { toUtc } from '../reading/time.ts';
import { type LoggedEvent, type LogShape, RecordError } from '../shape.ts';

/** A `UsageEvent` as it is: a line of our own session logs, and what any other tool may write for us. */
export const usageEvent: LogShape = {
  id: 'usage-event',
  summary: 'line of a costwatch session log: one UsageEvent',
  keys: ['service'],
  recognises: (record) =>
    text(record.service) !== undefined &&
    text(record.operation) !== undefined &&
    isStatus(record.status) &&
    !Object.hasOwn(record, 'cost'),
  toEvents: (record) => [readEvent(record)],
};

function isStatus(value: unknown): value is Status {
  return value === 'ok' || value === 'failed' || value === 'incomplete';
}

/** Field by field: a session log has a line of these for every call. */
function readEvent(record: JsonObject): LoggedEvent {
  const event: LoggedEvent = {
    service: record.service as string,
    operation: record.operation as string,
    status: record.status as Status,
  };
  const set = <K extends keyof LoggedEvent>(key: K, value: LoggedEvent[K] | undefined) => put(event, key, value);
  set('id', text(record.id));
  set('timestamp', toUtc(record.timestamp));
  set('requestModel', text(record.requestModel));
  set('responseModel', text(record.responseModel));
  set('tier', text(record.tier));
  set('platform', text(record.platform) as LoggedEvent['platform']);
  set('location', text(record.location));
  set('httpStatus', countAt(record, 'httpStatus'));
  set('durationMs', countAt(record, 'durationMs'));
  set('attempt', countAt(record, 'attempt'));
  set('calls', countAt(record, 'calls'));
  set('errorCode', text(record.errorCode));
  set('limitHit', text(record.limitHit));
  set('estimated', text(record.estimated));
  set('voice', text(record.voice));
  set('sessionId', text(record.sessionId));
  set('expiresAt', text(record.expiresAt));
  if (record.lastTimestamp !== undefined) set('lastTimestamp', readLast(record));
  if (record.ids !== undefined) set('ids', readIds(record));
  if (isObject(record.usage)) event.usage = readUsage(record.usage);
  if (record.labels !== undefined) set('labels', labelsOf(record.labels, NONE));
  if (record.recordedCost !== undefined) set('recordedCost', readCost(record));
  return event;
}

function readLast({ lastTimestamp }: JsonObject): string | undefined {
  const time = toUtc(lastTimestamp);
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

const NONE: ReadonlySet<string> = new Set();

/** Counts are checked wherever they are; names are kept as they are, so that a newer log loses nothing. */
function readUsage(usage: JsonObject): Usage {
  for (const key of Object.keys(usage)) if (!isCount(usage[key])) checkCounts(usage[key]!, `usage.${key}`, 1);
  return usage as Usage;
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && count(value) !== undefined;
}

function checkCounts(value: JsonValue, path: string, depth: number): void {
  if (depth > DEEPEST) throw new RecordError(`${path} is nested too deep`);
  if (isObject(value)) for (const key of Object.keys(value)) checkCounts(value[key]!, `${path}.${key}`, depth + 1);
  else if (Array.isArray(value))
    for (const [index, item] of value.entries()) checkCounts(item, `${path}[${index}]`, depth + 1);
  else if (!isCount(value) && !NAMES.test(path)) throw new RecordError(`${plain(path)} is not a count: ${show(value)}`);
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
