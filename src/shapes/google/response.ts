import { hasAny, isObject, type JsonObject, text } from '../../core/json.ts';
import { CONTENT, countAt, labelsOf } from '../reading/fields.ts';
import { toUtc } from '../reading/time.ts';
import type { LoggedEvent, LogShape, Within } from '../shape.ts';
import { inWireNames, isBody, isFinished, readBody } from './body.ts';

/** Where a line keeps the response body; without one of them the line is the body. */
const WRAPPERS = ['response', 'body', 'result', 'data', 'chunk', 'full_response'] as const;
const RANKS: ReadonlyMap<string, number> = new Map(WRAPPERS.map((wrapper, rank) => [wrapper, rank]));
const DURATIONS = ['duration_ms', 'durationMs', 'latency_ms', 'latencyMs'];

/**
 * A Gemini response body or stream chunk as recorded (camel case) or as Python's `model_dump` writes it (snake case):
 * bare, or in a log line under `response`, `body`, `result`, `data` or `full_response`, or only its usage under `usage`,
 * `usageMetadata` or `usage_metadata`. Of the line it reads time, model, duration, session, `labels` and `metadata`.
 */
export const geminiResponse: LogShape = {
  id: 'gemini-response',
  summary: 'Gemini response body, bare or in a log line',
  keys: [
    ...[...WRAPPERS, 'usage', 'usageMetadata', 'usage_metadata', 'candidates', 'predictions', 'error'],
    ...['promptFeedback', 'prompt_feedback', 'modelVersion', 'model_version'],
  ],
  general: true,
  recognises: (record) => placeOf(record) !== undefined,
  toEvents: (record, _, chunks) => [
    readLine(
      record,
      chunks.map((chunk) => bodyOf(chunk)!),
    ),
  ],
  continues,
};

/** Where the response of a record stands: in a wrapper or the record itself. Undefined where there is none. */
function placeOf(record: JsonObject): JsonObject | undefined {
  let place: JsonObject | undefined;
  let rank: number = WRAPPERS.length;
  for (const key in record) {
    const found = RANKS.get(key);
    if (found === undefined || found >= rank) continue;
    const value = record[key];
    if (!isBody(value)) continue;
    place = value;
    rank = found;
  }
  return place ?? (isUsage(record.usage) || isBody(record) ? record : undefined);
}

/** The response in a record, in the wire's names. */
function bodyOf(record: JsonObject): JsonObject | undefined {
  const place = placeOf(record);
  if (place === undefined) return undefined;
  // A line that keeps only the usage may still be a whole body.
  return inWireNames(place === record && isUsage(record.usage) ? { ...record, usage_metadata: record.usage } : place);
}

function isUsage(value: unknown): value is JsonObject {
  return isObject(value) && (value.promptTokenCount !== undefined || value.prompt_token_count !== undefined);
}

function readLine(record: JsonObject, chunks: JsonObject[]): LoggedEvent {
  const event = readBody(chunks);
  // Most records are the answer and nothing around it.
  if (event.responseModel !== undefined && !hasAny(record, AROUND)) return event;
  const requestModel = text(record.model) ?? text(record.model_name) ?? text(record.modelName);
  const answeredBy = event.responseModel ?? text(record.modelVersion);
  // Embeddings do not name the model that answered, and their ids are no aliases.
  const responseModel = answeredBy ?? (event.operation === 'embed_content' ? requestModel : undefined);
  event.requestModel = requestModel ?? event.requestModel;
  event.responseModel = responseModel ?? event.responseModel;
  event.timestamp = toUtc(timeOf(record)) ?? event.timestamp;
  event.durationMs = countAt(record, DURATIONS);
  event.sessionId = text(record.session_id) ?? text(record.sessionId);
  event.operation = text(record.operation) ?? event.operation;
  if (record.metadata || record.labels)
    event.labels = labelsOf({ ...object(record.metadata), ...object(record.labels) }, NO_LABELS);
  return event;
}

/** What a line has to say around its answer. */
const AROUND = new Set([
  ...['timestamp', 'ts', 'time', 'created_at', 'createdAt', 'logging_time', 'model', 'model_name', 'modelName'],
  ...[...DURATIONS, 'session_id', 'sessionId', 'operation', 'metadata', 'labels'],
]);

function timeOf(record: JsonObject): unknown {
  return record.timestamp ?? record.ts ?? record.time ?? record.created_at ?? record.createdAt ?? record.logging_time;
}

/** The metadata of an embedding answer is about its bill. */
const NO_LABELS = new Set([...CONTENT, 'billablecharactercount']);

function object(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/**
 * Whether a chunk without an id begins another answer: in one answer the model and the prompt stay, and counts only grow.
 * A finish reason alone does not tell, since there were answers with one in every chunk.
 */
function beginsAnother(before: JsonObject, next: JsonObject): boolean {
  if (!isFinished(before)) return false;
  const [was, is] = [object(before.usageMetadata), object(next.usageMetadata)];
  const both = (name: string) => typeof was[name] === 'number' && typeof is[name] === 'number';
  const isLess = (name: string) => both(name) && Number(is[name]) < Number(was[name]);
  const [model, nextModel] = [text(before.modelVersion), text(next.modelVersion)];
  const hasOtherModel = model !== undefined && nextModel !== undefined && model !== nextModel;
  const hasOtherPrompt = both('promptTokenCount') && is.promptTokenCount !== was.promptTokenCount;
  const startsOver = Array.isArray(next.candidates) && isUsage(was) && !isUsage(is);
  return hasOtherModel || hasOtherPrompt || startsOver || isLess('candidatesTokenCount') || isLess('totalTokenCount');
}

function idOf(body: JsonObject): string | undefined {
  return text(body.responseId ?? body.response_id);
}

const NOT_ON_THE_WIRE = new Set([
  ...['timestamp', 'ts', 'time', 'created_at', 'createdAt', 'logging_time'],
  ...['model', 'model_name', 'modelName'],
]);

/**
 * Chunks of one response share its id, and all but the last have no finish reason. Older responses have no id:
 * then only the form tells, server-sent events or one array.
 */
function continues(previous: JsonObject, record: JsonObject, within: Within | undefined): boolean {
  const place = placeOf(record);
  const id = place && idOf(place);
  // What has a time or a model beside the response is a line of a log: the wire has neither.
  if (!place || (id === undefined && (!within || hasAny(record, NOT_ON_THE_WIRE)))) return false;
  if (id !== idOf(placeOf(previous)!)) return false;
  const [before, next] = [bodyOf(previous)!, bodyOf(record)!];
  if (within === 'events') return id !== undefined || !beginsAnother(before, next);
  const hasCandidates = Array.isArray(before.candidates);
  const isLastCounts = !Array.isArray(next.candidates) && hasCandidates;
  return isLastCounts || (!isFinished(before) && (hasCandidates || !isUsage(before.usageMetadata)));
}
