import { isObject, type JsonObject, text } from '../../core/json.ts';
import { CONTENT, countAt, labelsOf, put, textAt, timeAt } from '../reading/fields.ts';
import type { LoggedEvent, LogShape, Variance, Within } from '../shape.ts';
import { asBody, BODY_PATHS, isFinished, readBody } from './body.ts';
import { snakePath } from './snake-case.ts';

/** Where a line keeps the response body; without one of them the line is the body. */
const WRAPPERS = ['response', 'body', 'result', 'data', 'chunk', 'full_response'] as const;
/** Where a line keeps only the usage of a response, as the wire or Python names it. */
const USAGE_KEYS = ['usage', 'usageMetadata', 'usage_metadata'] as const;
const TIMES = ['timestamp', 'ts', 'time', 'created_at', 'createdAt', 'logging_time'];
const MODELS = ['model', 'model_name', 'modelName'];
const DURATIONS = ['duration_ms', 'durationMs', 'latency_ms', 'latencyMs'];
const SESSIONS = ['session_id', 'sessionId'];

/**
 * A Gemini response body or stream chunk as recorded (camel case) or as Python's `model_dump` writes it (snake case):
 * bare, or in a log line under `response`, `body`, `result`, `data` or `full_response`, or only its usage under `usage`,
 * `usageMetadata` or `usage_metadata`. Of the line it reads time, model, duration, session, `labels` and `metadata`.
 */
export const geminiResponse: LogShape = {
  id: 'gemini-response',
  summary: 'Gemini response body, bare or in a log line',
  general: true,
  paths: [
    ...BODY_PATHS,
    ...WRAPPERS.flatMap((wrapper) => BODY_PATHS.map((path) => `${wrapper}.${path}`)),
    ...[...USAGE_KEYS, 'labels', 'metadata', 'error'].map((key) => `${key}.*`),
    ...[...TIMES, ...MODELS, ...DURATIONS, ...SESSIONS, 'modelVersion', 'operation'],
  ],
  recognises: (record) => bodyOf(record) !== undefined,
  toEvents: (record, _, chunks) => [
    readLine(
      record,
      chunks.map((chunk) => bodyOf(chunk)!),
    ),
  ],
  continues,
  variance,
};

/** A body may stand in any wrapper, and its counts in any of two spellings. */
function variance(): Variance {
  const inBodies = ['', ...WRAPPERS.map((wrapper) => `${wrapper}.`)];
  const usages = [...inBodies.flatMap((body) => USAGE_KEYS.map((key) => `${body}${key}`))];
  const spelled = usages.flatMap((usage) => {
    const paths = USAGE_COUNTS.map((name) => `${usage}.${name}`);
    return [paths, paths.map(snakePath)];
  });
  const sums: Variance['sums'][number][] = [];
  const parts: Variance['parts'][number][] = [];
  for (const [prompt, candidates, thoughts, cached, total, ofPrompt, ofCandidates, ofCached] of spelled as string[][]) {
    sums.push([prompt!, ofPrompt!], [candidates!, ofCandidates!], [cached!, ofCached!]);
    sums.push([total!, prompt!, candidates!, thoughts!]);
    parts.push([cached!, prompt!]);
  }
  return {
    ids: inBodies.flatMap((body) => [`${body}responseId`, `${body}response_id`]),
    times: TIMES,
    counts: spelled.flat(),
    durations: DURATIONS,
    sums,
    parts,
    asides: [],
    sessions: SESSIONS,
    labels: 'labels',
  };
}

const USAGE_COUNTS = [
  ...['promptTokenCount', 'candidatesTokenCount', 'thoughtsTokenCount', 'cachedContentTokenCount', 'totalTokenCount'],
  ...['promptTokensDetails', 'candidatesTokensDetails', 'cacheTokensDetails'].map((key) => `${key}[0].tokenCount`),
];

/** The response in a record, in the wire's names: asked for several times of this record and the one before. */
function bodyOf(record: JsonObject): JsonObject | undefined {
  if (latest.record === record) return latest.body;
  if (former.record === record) return former.body;
  const found = { record, body: findBody(record) };
  former = latest;
  latest = found;
  return found.body;
}

type Found = { record?: JsonObject; body?: JsonObject | undefined };
let latest: Found = {};
let former: Found = {};

function findBody(record: JsonObject): JsonObject | undefined {
  const wrapped = WRAPPERS.find((key) => asBody(record[key]));
  if (wrapped) return asBody(record[wrapped]);
  const usage = USAGE_KEYS.map((key) => record[key]).find(isUsage);
  // A line that keeps only the usage may still be a whole body.
  if (usage && record.usageMetadata !== usage && record.usage_metadata !== usage)
    return asBody({ ...record, usage_metadata: usage });
  return asBody(record);
}

function isUsage(value: unknown): value is JsonObject {
  return isObject(value) && ['promptTokenCount', 'prompt_token_count'].some((key) => Object.hasOwn(value, key));
}

function readLine(record: JsonObject, chunks: JsonObject[]): LoggedEvent {
  const event = readBody(chunks);
  const requestModel = textAt(record, ...MODELS);
  const answeredBy = event.responseModel ?? textAt(record, 'modelVersion');
  // Embeddings do not name the model that answered, and their ids are no aliases.
  const responseModel = answeredBy ?? (event.operation === 'embed_content' ? requestModel : undefined);
  put(event, 'requestModel', requestModel);
  put(event, 'responseModel', responseModel);
  put(event, 'timestamp', timeAt(record, ...TIMES));
  put(event, 'durationMs', countAt(record, ...DURATIONS));
  put(event, 'sessionId', textAt(record, ...SESSIONS));
  put(event, 'operation', textAt(record, 'operation'));
  if (record.metadata || record.labels)
    put(event, 'labels', labelsOf({ ...object(record.metadata), ...object(record.labels) }, NO_LABELS));
  return event;
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

/**
 * Chunks of one response share its id, and all but the last have no finish reason. Older responses have no id:
 * then only the form tells, server-sent events or one array.
 */
function continues(previous: JsonObject, record: JsonObject, within: Within | undefined): boolean {
  const [before, next] = [bodyOf(previous), bodyOf(record)];
  if (!before || !next || text(before.responseId) !== text(next.responseId)) return false;
  const hasId = text(next.responseId) !== undefined;
  // What has a time or a model beside the response is a line of a log: the wire has neither.
  if (!hasId && (!within || [...TIMES, ...MODELS].some((key) => Object.hasOwn(record, key)))) return false;
  if (within === 'events') return hasId || !beginsAnother(before, next);
  const hasCandidates = Array.isArray(before.candidates);
  const isLastCounts = !Array.isArray(next.candidates) && hasCandidates;
  return isLastCounts || (!isFinished(before) && (hasCandidates || !isUsage(before.usageMetadata)));
}
