import { ABSENT, at, count, fieldReader, isObject, type JsonObject, type JsonValue, text } from '../../core/json.ts';
import { plain } from '../../core/text.ts';
import { newEvent, newUsage, type RecordedCost, type Status, type Usage } from '../../core/usage/event.ts';
import { countOf, labelsOf, show } from '../reading/fields.ts';
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

const readFields = fieldReader(() => ({
  id: ABSENT,
  timestamp: ABSENT,
  service: ABSENT,
  operation: ABSENT,
  requestModel: ABSENT,
  responseModel: ABSENT,
  tier: ABSENT,
  platform: ABSENT,
  location: ABSENT,
  status: ABSENT,
  httpStatus: ABSENT,
  errorCode: ABSENT,
  limitHit: ABSENT,
  durationMs: ABSENT,
  attempt: ABSENT,
  usage: ABSENT,
  estimated: ABSENT,
  voice: ABSENT,
  labels: ABSENT,
  sessionId: ABSENT,
  recordedCost: ABSENT,
  expiresAt: ABSENT,
  calls: ABSENT,
  ids: ABSENT,
  lastTimestamp: ABSENT,
}));

function readEvent(record: JsonObject): LoggedEvent {
  const fields = readFields(record);
  const event = newEvent(fields.service as string, fields.operation as string, fields.status as Status);
  event.id = text(fields.id);
  event.timestamp = toUtc(fields.timestamp);
  event.requestModel = text(fields.requestModel);
  event.responseModel = text(fields.responseModel);
  event.tier = text(fields.tier);
  event.platform = text(fields.platform) as LoggedEvent['platform'];
  event.location = text(fields.location);
  event.httpStatus = countOf(fields.httpStatus, 'httpStatus');
  event.durationMs = countOf(fields.durationMs, 'durationMs');
  event.attempt = countOf(fields.attempt, 'attempt');
  event.calls = countOf(fields.calls, 'calls');
  event.errorCode = text(fields.errorCode);
  event.limitHit = text(fields.limitHit);
  event.estimated = text(fields.estimated);
  event.voice = text(fields.voice);
  event.sessionId = text(fields.sessionId);
  event.expiresAt = text(fields.expiresAt);
  event.lastTimestamp = readLast(fields.lastTimestamp);
  event.ids = readIds(fields.ids);
  if (isObject(fields.usage)) event.usage = readUsage(fields.usage);
  event.labels = labelsOf(fields.labels, NONE);
  event.recordedCost = readCost(fields.recordedCost);
  return event;
}

function readLast(value: JsonValue | undefined): string | undefined {
  const time = toUtc(value);
  if (time === undefined && value !== undefined && value !== null)
    throw new RecordError(`lastTimestamp is no time: ${show(value)}`);
  return time;
}

/** The ids of the calls of an aggregate. */
function readIds(ids: JsonValue | undefined): readonly string[] | undefined {
  if (ids === undefined || ids === null) return undefined;
  if (!Array.isArray(ids) || !ids.every((id) => text(id) !== undefined))
    throw new RecordError('ids is not a list of ids');
  return ids as string[];
}

const NONE: ReadonlySet<string> = new Set();

/** Counts are checked wherever they are; names are kept as they are, so that a newer log loses nothing. */
function readUsage(read: JsonObject): Usage {
  const usage: Record<string, JsonValue | undefined> = newUsage() as Record<string, undefined>;
  for (const key in read) {
    const value = read[key]!;
    if (!isCount(value)) checkCounts(value, `usage.${key}`, 1);
    if (key !== '__proto__') usage[key] = value;
  }
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

function readCost(cost: JsonValue | undefined): RecordedCost | undefined {
  const amount = text(at(cost, 'amount'));
  const currency = text(at(cost, 'currency'));
  if (amount === undefined || currency === undefined) return undefined;
  if (!/^\d+(\.\d+)?$/.test(amount)) throw new RecordError(`recordedCost.amount is not an amount: ${show(amount)}`);
  return { amount, currency };
}
