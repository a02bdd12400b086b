import {
  ABSENT,
  at,
  count,
  fieldReader,
  hasAny,
  isObject,
  type JsonObject,
  type JsonValue,
  list,
  text,
} from '../../core/json.ts';
import { GEMINI, newEvent, type Usage } from '../../core/usage/event.ts';
import { readPredictions } from '../../providers/gemini/media/predict.ts';
import { type GeminiResponse, isReason, readResponse } from '../../providers/gemini/text/response.ts';
import { servedTier } from '../../providers/gemini/text/tier.ts';
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
  return hasAny(body, OF_PYTHON) ? fromPython(body) : body;
}

const OF_PYTHON = new Set(['usage_metadata', 'model_version', 'response_id', 'prompt_feedback', 'sdk_http_response']);

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

/** Whether this chunk says that the answer, or the attempt at one, is over. */
export function isFinished(body: JsonObject): boolean {
  if (isObject(body.promptFeedback) && text(body.promptFeedback.blockReason)) return true;
  return isObject(body.error) || list(body.candidates).some(hasFinished);
}

function hasFinished(candidate: JsonValue): boolean {
  return isObject(candidate) && isReason(candidate.finishReason);
}

/** What a whole response says, be it one body or all chunks of a stream: the event as far as the body tells it. */
export function readBody(chunks: readonly JsonObject[]): LoggedEvent {
  const body = chunks[0]!;
  const answer = readResponse(chunks);
  if (answer.read?.doubt && !answer.read.usage) throw new RecordError(answer.read.doubt);
  const fields = readFields(body);
  const { operation, usage } = readUsage(body, fields, answer);
  const failed = answer.error !== undefined && !usage && chunks.length === 1;
  const cutOff = answer.error !== undefined || (!answer.isFinished && answer.hasContent);
  const headers = fields.sdkHttpResponse === undefined ? undefined : at(fields.sdkHttpResponse, 'headers');
  const { serviceTier, trafficType } = answer;
  const tier = servedTier({ header: text(at(headers, 'x-gemini-service-tier')), serviceTier, trafficType });
  const event = newEvent(GEMINI, operation, failed ? 'failed' : cutOff ? 'incomplete' : 'ok');
  event.id = answer.id;
  event.timestamp = toUtc(answer.createTime) ?? toUtc(at(headers, 'date'));
  event.responseModel = answer.model;
  if (tier !== 'standard') event.tier = tier;
  // Only Vertex AI names the traffic type and the time.
  if (answer.trafficType || answer.createTime) event.platform = 'vertex';
  if (failed) event.httpStatus = count(at(body, 'error', 'code'));
  event.errorCode = answer.error ?? answer.blocked;
  event.estimated = answer.read?.doubt;
  event.usage = usage;
  return event;
}

/** What else a body may have than `readResponse` reads. */
const readFields = fieldReader(() => ({
  sdkHttpResponse: ABSENT,
  predictions: ABSENT,
  embedding: ABSENT,
  embeddings: ABSENT,
  usageMetadata: ABSENT,
}));

function readUsage(
  body: JsonObject,
  { predictions, embedding, embeddings, usageMetadata }: ReturnType<typeof readFields>,
  { read, images, songs }: GeminiResponse,
): { operation: string; usage: Usage | undefined } {
  // A body names neither its model nor what was asked for.
  if (hasObject(predictions)) return { usage: undefined, ...readPredictions('', body) };
  const usage = read?.usage;
  if (isThere(embedding) || Array.isArray(embeddings))
    return { operation: 'embed_content', usage: usage ?? tokensOf(list(embeddings)) };
  if (!usage) return { operation: 'generate_content', usage };
  if (images > 0) usage.images = [{ count: images }];
  if (songs > 0) usage.songs = songs;
  const isEmbeddingUsage = isObject(usageMetadata) && usageMetadata.promptTokenDetails !== undefined;
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
