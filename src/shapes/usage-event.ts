import type { RecordedCost, Status, Usage, UsageEvent } from '../core/event.ts';
import { at, count, isObject, type JsonObject, type JsonValue, text } from '../core/json.ts';
import { countAt, labelsOf, present, textAt, timeAt } from './fields.ts';
import { type LoggedEvent, type LogShape, RecordError } from './shape.ts';

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
  'estimated',
  'voice',
  'sessionId',
] as const;

/** A `UsageEvent` as it is: a line of our own session logs, and what any other tool may write for us. */
export const usageEvent: LogShape = {
  id: 'usage-event',
  summary: 'line of a costwatch session log: one UsageEvent',
  paths: [
    ...TEXTS,
    'status',
    'timestamp',
    'httpStatus',
    'durationMs',
    'attempt',
    'calls',
    'usage.*',
    'labels.*',
    'recordedCost.amount',
    'recordedCost.currency',
  ],
  recognises: (record) =>
    text(record.service) !== undefined &&
    text(record.operation) !== undefined &&
    STATUSES.includes(record.status as Status) &&
    !Object.hasOwn(record, 'cost'),
  toEvents: (record) => [readEvent(record)],
};

const STATUSES: Status[] = ['ok', 'failed', 'incomplete'];

function readEvent(record: JsonObject): LoggedEvent {
  const texts = Object.fromEntries(TEXTS.map((name) => [name, textAt(record, name)]));
  return {
    ...(present(texts) as Pick<UsageEvent, 'service' | 'operation'>),
    status: record.status as Status,
    ...present({
      timestamp: timeAt(record, 'timestamp'),
      httpStatus: countAt(record, 'httpStatus'),
      durationMs: countAt(record, 'durationMs'),
      attempt: countAt(record, 'attempt'),
      calls: countAt(record, 'calls'),
      usage: isObject(record.usage) ? readUsage(record.usage) : undefined,
      labels: labelsOf(record.labels, new Set()),
      recordedCost: readCost(record),
    }),
  };
}

/** Counts are checked wherever they are; names are kept as they are, so that a newer log loses nothing. */
function readUsage(usage: JsonObject): Usage {
  checkCounts(usage, 'usage');
  return usage as Usage;
}

function checkCounts(value: JsonValue, path: string): void {
  if (isObject(value)) for (const [key, item] of Object.entries(value)) checkCounts(item, `${path}.${key}`);
  else if (Array.isArray(value)) for (const [index, item] of value.entries()) checkCounts(item, `${path}[${index}]`);
  else if (!NAMES.test(path) && (typeof value !== 'number' || count(value) === undefined))
    throw new RecordError(`${path} is not a count: ${JSON.stringify(value)}`);
}

/** The only parts of a usage that are no counts. */
const NAMES = /\.(size|resolution|audio)$/;

function readCost(record: JsonObject): RecordedCost | undefined {
  const amount = text(at(record, 'recordedCost', 'amount'));
  const currency = text(at(record, 'recordedCost', 'currency'));
  if (amount === undefined || currency === undefined) return undefined;
  if (!/^\d+(\.\d+)?$/.test(amount))
    throw new RecordError(`recordedCost.amount is not an amount: ${amount.slice(0, 40)}`);
  return { amount, currency };
}
