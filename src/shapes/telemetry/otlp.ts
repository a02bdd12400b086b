import { at, isObject, type JsonObject, type JsonValue, list, text } from '../../core/json.ts';
import { put } from '../reading/fields.ts';
import { toUtc } from '../reading/time.ts';
import type { LoggedEvent, LogShape } from '../shape.ts';
import { innermost } from './nesting.ts';
import { isCall, isCliEvent, isOuter, readAttributes, readCliEvent } from './otel.ts';

/** An OTLP/JSON export request, as the OpenTelemetry collector and its file exporters write them: traces, logs or metrics. */
export const otlp: LogShape = {
  id: 'otlp',
  summary: 'OTLP/JSON traces, logs or metrics (OpenTelemetry)',
  keys: ['resourceSpans', 'resourceLogs', 'resourceMetrics'],
  recognises: (record) =>
    ['resourceSpans', 'resourceLogs', 'resourceMetrics'].some((key) => Object.hasOwn(record, key)),
  toEvents: (record) => [...readSpans(record), ...readLogs(record)],
};

/** The spans of gemini-cli repeat what its logs say. */
const CLI = 'gemini-cli';

function itemsOf(value: JsonValue | undefined, scopes: string, items: string): JsonObject[] {
  return list(value)
    .filter(isObject)
    .flatMap((resource) => list(resource[scopes]).filter(isObject))
    .filter((scope) => !isObject(scope.scope) || scope.scope.name !== CLI || items === 'logRecords')
    .flatMap((scope) => list(scope[items]).filter(isObject));
}

function readSpans(record: JsonObject): LoggedEvent[] {
  const spans = itemsOf(record.resourceSpans, 'scopeSpans', 'spans').map((span) => ({
    span,
    attributes: attributesOf(span),
  }));
  const calls = innermost(
    spans.filter(({ span, attributes }) => isCall(attributes) || isFailedCall(span, attributes)),
    { all: spans, idOf: ({ span }) => text(span.spanId), parentOf: ({ span }) => text(span.parentSpanId) },
  );
  return calls.filter(({ attributes }) => !isOuter(attributes)).map(({ span, attributes }) => ofSpan(span, attributes));
}

const ERROR = 2;

function isFailedCall(span: JsonObject, attributes: JsonObject): boolean {
  return at(span, 'status', 'code') === ERROR && text(attributes['gen_ai.request.model']) !== undefined;
}

function ofSpan(span: JsonObject, attributes: JsonObject): LoggedEvent {
  const event = readAttributes(attributes);
  event.id ??= `${text(span.traceId) ?? ''}:${text(span.spanId) ?? ''}`;
  if (!event.usage && isFailedCall(span, attributes)) event.status = 'failed';
  const [start, end] = [Number(span.startTimeUnixNano), Number(span.endTimeUnixNano)];
  put(event, 'timestamp', toUtc(span.startTimeUnixNano));
  if (end >= start) event.durationMs = Math.round((end - start) / 1e6);
  return event;
}

function readLogs(record: JsonObject): LoggedEvent[] {
  const logs = itemsOf(record.resourceLogs, 'scopeLogs', 'logRecords').map((log) => ({
    log,
    attributes: { ...(text(log.eventName) ? { 'event.name': log.eventName! } : {}), ...attributesOf(log) },
  }));
  const isCli = logs.some(({ attributes }) => isCliEvent(attributes));
  return logs.flatMap(({ log, attributes }) => {
    const events = isCli ? readCliEvent(attributes) : isCall(attributes) ? [readAttributes(attributes)] : [];
    for (const event of events) if (!event.timestamp) put(event, 'timestamp', toUtc(log.timeUnixNano));
    return events;
  });
}

/** `[{key, value: {stringValue | intValue | …}}]` as an object; protobuf's JSON has integers as text. */
function attributesOf(item: JsonObject): JsonObject {
  const entries = list(item.attributes).filter(isObject);
  return Object.fromEntries(
    entries.flatMap(({ key, value }) => (text(key) ? [[text(key)!, scalarOf(value)] as const] : [])),
  );
}

function scalarOf(value: JsonValue | undefined): JsonValue {
  if (!isObject(value)) return null;
  return value.stringValue ?? value.intValue ?? value.doubleValue ?? value.boolValue ?? null;
}
