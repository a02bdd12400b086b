import { GEMINI } from '../core/event.ts';
import { at, isObject, type JsonObject, text } from '../core/json.ts';
import { countAt, errorCodeOf, present, timeAt } from './fields.ts';
import { asBody, BODY_PATHS, readBody } from './gemini-body.ts';
import type { LoggedEvent, LogShape } from './shape.ts';

/** A line of a Gemini batch result file. Nothing in the response tells of the batch: the envelope alone does. */
export const geminiBatch: LogShape = {
  id: 'gemini-batch',
  summary: 'Gemini API batch result line',
  paths: [
    'key',
    'method',
    'error.*',
    'metadata.*',
    'response.tokenCount',
    ...BODY_PATHS.map((path) => `response.${path}`),
  ],
  recognises: isGeminiBatchLine,
  toEvents: (record) => [readGeminiLine(record)],
};

/** A line of a Vertex AI batch prediction output file. */
export const vertexBatch: LogShape = {
  id: 'vertex-batch',
  summary: 'Vertex AI batch prediction line',
  paths: ['processed_time', 'request?', 'status', ...BODY_PATHS.map((path) => `response.${path}`)],
  recognises: isVertexBatchLine,
  toEvents: (record) => [readVertexLine(record)],
};

export function isBatchLine(record: JsonObject): boolean {
  return isGeminiBatchLine(record) || isVertexBatchLine(record);
}

/** In a file a line is named by `key`, in an inline answer by `metadata.key`. */
function isGeminiBatchLine(record: JsonObject): boolean {
  const key = text(record.key) ?? text(at(record, 'metadata', 'key'));
  return key !== undefined && !Object.hasOwn(record, 'method') && (isObject(record.response) || isObject(record.error));
}

function isVertexBatchLine(record: JsonObject): boolean {
  return text(record.processed_time) !== undefined && Object.hasOwn(record, 'request');
}

function readGeminiLine(record: JsonObject): LoggedEvent {
  const body = asBody(record.response);
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
  return { ...present({ timestamp }), ...event, platform: 'vertex' };
}

function failedLine(error: unknown): LoggedEvent {
  const errorCode = errorCodeOf(error);
  return { service: GEMINI, operation: 'generate_content', tier: 'batch', status: 'failed', ...present({ errorCode }) };
}
