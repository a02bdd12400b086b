import { at, count, isObject, type JsonObject, type JsonValue, list, text } from '../../core/json.ts';
import { GEMINI, type Usage } from '../../core/usage/event.ts';
import { readPredictions } from '../../providers/gemini/media/predict.ts';
import { readResponse } from '../../providers/gemini/text/response.ts';
import { servedTier } from '../../providers/gemini/text/tier.ts';
import { put } from '../reading/fields.ts';
import { toUtc } from '../reading/time.ts';
import { type LoggedEvent, RecordError } from '../shape.ts';
import { fromPython } from './snake-case.ts';

/** Whether a value is a response body or one chunk of it, as the wire or as Python names its keys. */
export function isBody(value: unknown): value is JsonObject {
  if (!isObject(value)) return false;
  return (
    isObject(value.usageMetadata) ||
    isObject(value.usage_metadata) ||
    hasObject(value.candidates) ||
    isObject(value.promptFeedback) ||
    isObject(value.prompt_feedback) ||
    hasObject(value.predictions) ||
    isGoogleError(value.error) ||
    isBare(value)
  );
}

/** A response body or one chunk of it, in the wire's names; undefined for any other value. */
export function asBody(value: unknown): JsonObject | undefined {
  return isBody(value) ? inWireNames(value) : undefined;
}

export function inWireNames(body: JsonObject): JsonObject {
  return isPython(body) ? fromPython(body) : body;
}

function isPython(body: JsonObject): boolean {
  return (
    body.usage_metadata !== undefined ||
    body.model_version !== undefined ||
    body.response_id !== undefined ||
    body.prompt_feedback !== undefined ||
    body.sdk_http_response !== undefined
  );
}

function hasObject(value: unknown): boolean {
  return Array.isArray(value) && value.some(isObject);
}

/** An answer with nothing in it but its model: what is left when a prompt or all candidates were blocked. */
function isBare(body: JsonObject): boolean {
  return (
    text(body.modelVersion ?? body.model_version) !== undefined &&
    (Array.isArray(body.candidates) || text(body.responseId ?? body.response_id) !== undefined)
  );
}

/** https://cloud.google.com/apis/design/errors: other vendors' errors have no numeric code beside a status word. */
function isGoogleError(error: unknown): boolean {
  return isObject(error) && typeof error.code === 'number' && (text(error.status) ?? text(error.message)) !== undefined;
}

/** Python writes it as a number too; 0 is that of none. */
function isReason(value: JsonValue | undefined): boolean {
  return typeof value === 'number' ? value > 0 : text(value) !== undefined;
}

/** Whether this chunk says that the answer, or the attempt at one, is over. */
export function isFinished(body: JsonObject): boolean {
  if (isObject(body.promptFeedback) && text(body.promptFeedback.blockReason)) return true;
  return isObject(body.error) || list(body.candidates).some(hasFinished);
}

function hasFinished(candidate: JsonValue): boolean {
  return isObject(candidate) && isReason(candidate.finishReason);
}

/** A whole answer has a finish reason, so one without is what came of a stream. */
function isPart(body: JsonObject): boolean {
  return list(body.candidates).some(hasContent);
}

function hasContent(candidate: JsonValue): boolean {
  return isObject(candidate) && isObject(candidate.content);
}

/** What a whole response says, be it one body or all chunks of a stream: the event as far as the body tells it. */
export function readBody(chunks: readonly JsonObject[]): LoggedEvent {
  const body = chunks[0]!;
  const answer = readResponse(chunks);
  if (answer.read?.doubt && !answer.read.usage) throw new RecordError(answer.read.doubt);
  const { operation, usage } = readUsage(body, answer.read?.usage, answer);
  const failed = answer.error !== undefined && !usage && chunks.length === 1;
  const cutOff = answer.error !== undefined || (!chunks.some(isFinished) && chunks.some(isPart));
  const headers = body.sdkHttpResponse === undefined ? undefined : at(body.sdkHttpResponse, 'headers');
  const { serviceTier, trafficType } = answer;
  const tier = servedTier({ header: text(at(headers, 'x-gemini-service-tier')), serviceTier, trafficType });
  const event: LoggedEvent = {
    service: GEMINI,
    operation,
    status: failed ? 'failed' : cutOff ? 'incomplete' : 'ok',
  };
  put(event, 'id', answer.id);
  put(event, 'timestamp', toUtc(answer.createTime) ?? toUtc(at(headers, 'date')));
  put(event, 'responseModel', answer.model);
  if (tier !== undefined && tier !== 'standard') event.tier = tier;
  // Only Vertex AI names the traffic type and the time.
  if (answer.trafficType || answer.createTime) event.platform = 'vertex';
  if (failed) put(event, 'httpStatus', count(at(body, 'error', 'code')));
  put(event, 'errorCode', answer.error ?? answer.blocked);
  put(event, 'estimated', answer.read?.doubt);
  put(event, 'usage', usage);
  return event;
}

function readUsage(
  body: JsonObject,
  usage: Usage | undefined,
  answer: { images: number; songs: number },
): { operation: string; usage: Usage | undefined } {
  // A body names neither its model nor what was asked for.
  if (hasObject(body.predictions)) return { usage: undefined, ...readPredictions('', body) };
  const isEmbedding = isThere(body.embedding) || Array.isArray(body.embeddings);
  if (isEmbedding) return { operation: 'embed_content', usage: usage ?? tokensOf(list(body.embeddings)) };
  if (!usage) return { operation: 'generate_content', usage };
  if (answer.images > 0) usage.images = [{ count: answer.images }];
  if (answer.songs > 0) usage.songs = answer.songs;
  const isEmbeddingUsage = isObject(body.usageMetadata) && body.usageMetadata.promptTokenDetails !== undefined;
  return { operation: isEmbeddingUsage ? 'embed_content' : 'generate_content', usage };
}

function isThere(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null;
}

function tokensOf(embeddings: readonly JsonValue[]): Usage | undefined {
  const tokens = embeddings
    .map((embedding) => count(at(embedding, 'statistics', 'tokenCount')))
    .filter((tokenCount) => tokenCount !== undefined);
  return tokens.length > 0 ? { inputTokens: tokens.reduce((sum, tokenCount) => sum + tokenCount, 0) } : undefined;
}
