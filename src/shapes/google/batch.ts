import { at, isObject, type JsonObject, text } from '../../core/json.ts';
import { GEMINI } from '../../core/usage/event.ts';
import { countAt, errorCodeOf, present, timeAt } from '../reading/fields.ts';
import type { LoggedEvent, LogShape } from '../shape.ts';
import { asBody, readBody } from './body.ts';

/** A line of a Gemini batch result file. Nothing in the response tells of the batch: the envelope alone does. */
export const geminiBatch: LogShape = {
  id: 'gemini-batch',
  summary: 'Gemini API batch result line',
  keys: ['key', 'metadata', 'custom_id'],
  recognises: isGeminiBatchLine,
  toEvents: (record) => [readGeminiLine(record)],
};

/** A line of a Vertex AI batch prediction output file. */
export const vertexBatch: LogShape = {
  id: 'vertex-batch',
  summary: 'Vertex AI batch prediction line',
  keys: ['processed_time'],
  recognises: isVertexBatchLine,
  toEvents: (record) => [readVertexLine(record)],
};

/** In a file a line is named by `key`, in an inline answer by `metadata.key`; tools rewrite it to `custom_id` and `result`. */
function isGeminiBatchLine(record: JsonObject): boolean {
  if (text(record.custom_id) !== undefined && asBody(at(record, 'result', 'response'))) return true;
  const key = text(record.key) ?? text(at(record, 'metadata', 'key'));
  return key !== undefined && !Object.hasOwn(record, 'method') && (isObject(record.response) || isObject(record.error));
}

function isVertexBatchLine(record: JsonObject): boolean {
  return text(record.processed_time) !== undefined && Object.hasOwn(record, 'request');
}

function readGeminiLine(record: JsonObject): LoggedEvent {
  const body = asBody(record.response) ?? asBody(at(record, 'result', 'response'));
  const tokens = countAt(record, 'response.tokenCount');
  if (body) return { ...readBody([body]), tier: 'batch' };
  if (tokens !== undefined)
    return { service: GEMINI, operation: 'embed_content', tier: 'batch', status: 'ok', usage: { inputTokens: tokens } };
  return failedLine(record.error);
}

function readVertexLine(record: JsonObject): LoggedEvent {
  const body = asBody(record.response);
  const timestamp = timeAt(record, 'processed_time');
  const event = body ? { ...readBody([body]), tier: 'batch' } : failedLine(record.status);
  return { ...event, timestamp: event.timestamp ?? timestamp, platform: 'vertex' };
}

function failedLine(error: unknown): LoggedEvent {
  const errorCode = errorCodeOf(error);
  return { service: GEMINI, operation: 'generate_content', tier: 'batch', status: 'failed', ...present({ errorCode }) };
}
