import { at, isObject, type JsonObject, list, text } from '../../core/json.ts';
import { put } from '../reading/fields.ts';
import { toUtc } from '../reading/time.ts';
import type { LoggedEvent, LogShape } from '../shape.ts';
import { isCall, isCliEvent, isOuter, readAttributes, readCliEvent } from './otel.ts';

/**
 * What the file and console exporters of OpenTelemetry's SDKs dump, one object after the other: logs, spans and metrics.
 * gemini-cli's telemetry file is one of these, also flattened to `{timestamp, name, metadata}` by other tools.
 */
export const otelDump: LogShape = {
  id: 'otel-dump',
  summary: 'OpenTelemetry SDK dump, such as gemini-cli telemetry',
  keys: ['attributes', 'metadata', 'scopeMetrics', 'resource_metrics'],
  recognises: (record) =>
    Object.hasOwn(record, 'scopeMetrics') ||
    Object.hasOwn(record, 'resource_metrics') ||
    attributesOf(record) !== undefined,
  toEvents: readRecord,
};

function attributesOf(record: JsonObject): JsonObject | undefined {
  const { attributes, metadata } = record;
  if (isObject(attributes)) {
    const isLogOrSpan =
      Array.isArray(record.hrTime) || isObject(record._spanContext) || text(at(record, 'context', 'span_id'));
    return isLogOrSpan || isCliEvent(attributes) || isCall(attributes) ? attributes : undefined;
  }
  const name = text(record.name);
  return isObject(metadata) && name?.startsWith('gemini_cli.') ? { 'event.name': name, ...metadata } : undefined;
}

function readRecord(record: JsonObject): LoggedEvent[] {
  const attributes = attributesOf(record);
  if (!attributes) return [];
  // Beside its own events gemini-cli repeats each call under OpenTelemetry's names, once as a log and once as a span.
  const isCli = isCliEvent(attributes) || at(record, 'instrumentationScope', 'name') === 'gemini-cli';
  const isRestated = attributes['gen_ai.agent.name'] === 'gemini-cli' || isOuter(attributes);
  const events =
    isCli || isRestated ? readCliEvent(attributes) : isCall(attributes) ? [readAttributes(attributes)] : [];
  const span = text(at(record, '_spanContext', 'spanId')) ?? text(at(record, 'context', 'span_id'));
  for (const event of events) {
    if (span)
      event.id ??= `${text(at(record, '_spanContext', 'traceId')) ?? text(at(record, 'context', 'trace_id')) ?? ''}:${span}`;
    if (!event.timestamp) put(event, 'timestamp', timeOf(record));
  }
  return events;
}

/** `[seconds, nanoseconds]`, or a time as text. */
function timeOf(record: JsonObject): string | undefined {
  const [seconds, nanoseconds] = list(record.hrTime ?? record.startTime).map(Number);
  if (seconds !== undefined) return toUtc(seconds + (nanoseconds ?? 0) / 1e9);
  return toUtc(record.start_time) ?? toUtc(record.startTime) ?? toUtc(record.timestamp);
}
