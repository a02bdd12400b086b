import { at, count, isObject, type JsonObject, type JsonValue, list, text } from '../../core/json.ts';
import { GEMINI, type Usage } from '../../core/usage/event.ts';
import { readPredictions } from '../../providers/gemini/media/predict.ts';
import { readResponse } from '../../providers/gemini/text/response.ts';
import { servedTier } from '../../providers/gemini/text/tier.ts';
import { put } from '../reading/fields.ts';
import { toUtc } from '../reading/time.ts';
import { type LoggedEvent, RecordError } from '../shape.ts';
import { fromPython, snakePath } from './snake-case.ts';

/** All that is read of a response body or of a chunk of one. No prompt and no answer is among it. */
const RESPONSE_PATHS = [
  'usageMetadata.*',
  'modelVersion',
  'responseId',
  'createTime',
  'error.code',
  'error.status',
  'promptFeedback.blockReason',
  'candidates[].finishReason',
  'candidates[].urlContextMetadata?',
  'candidates[].groundingMetadata.webSearchQueries',
  'candidates[].groundingMetadata.retrievalQueries',
  'candidates[].groundingMetadata.groundingChunks[].maps?',
  'candidates[].content.parts[].thought',
  'candidates[].content.parts[].inlineData.mimeType',
  'candidates[].content.parts[].executableCode?',
  'candidates[].content.parts[].codeExecutionResult?',
  'predictions[].bytesBase64Encoded?',
  'predictions[].gcsUri?',
  'predictions[].contentType',
  'predictions[].raiFilteredReason?',
  'predictions[].embeddings.statistics.*',
  'metadata.billableCharacterCount',
] as const;

const ALSO_READ = ['embedding?', 'embeddings[].statistics.tokenCount', 'sdkHttpResponse.headers.date'];
const CAMEL_PATHS = [...RESPONSE_PATHS, ...ALSO_READ];

/** All that is read of a Gemini response body, as the wire and as Python writes it. */
export const BODY_PATHS = [
  ...CAMEL_PATHS,
  ...CAMEL_PATHS.map(snakePath),
  'sdkHttpResponse.headers.x-gemini-service-tier',
  'sdk_http_response.headers.x-gemini-service-tier',
];

/** A response body or one chunk of it, in the wire's names; undefined for any other value. */
export function asBody(value: unknown): JsonObject | undefined {
  if (!isObject(value)) return undefined;
  const body = PYTHON_KEYS.some((key) => Object.hasOwn(value, key)) ? fromPython(value) : value;
  const isResponse =
    isObject(body.usageMetadata) ||
    isObject(body.promptFeedback) ||
    hasObject(body.candidates) ||
    hasObject(body.predictions);
  return isResponse || isGoogleError(body.error) || isBare(body) ? body : undefined;
}

const PYTHON_KEYS = ['usage_metadata', 'prompt_feedback', 'model_version', 'response_id', 'sdk_http_response'];

function hasObject(value: unknown): boolean {
  return list(value).some(isObject);
}

/** An answer with nothing in it but its model: what is left when a prompt or all candidates were blocked. */
function isBare(body: JsonObject): boolean {
  return (
    text(body.modelVersion) !== undefined && (Array.isArray(body.candidates) || text(body.responseId) !== undefined)
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
  return isObject(body.error) || list(body.candidates).some((candidate) => isReason(at(candidate, 'finishReason')));
}

/** What a whole response says, be it one body or all chunks of a stream: the event as far as the body tells it. */
export function readBody(chunks: readonly JsonObject[]): LoggedEvent {
  const body = chunks[0]!;
  const answer = readResponse(chunks);
  if (answer.read?.doubt && !answer.read.usage) throw new RecordError(answer.read.doubt);
  const { operation, usage } = readUsage(body, answer.read?.usage, answer);
  const failed = answer.error !== undefined && !usage && chunks.length === 1;
  // A whole answer has a finish reason, so one without is what came of a stream.
  const isPart = (chunk: JsonObject) => list(chunk.candidates).some((candidate) => isObject(at(candidate, 'content')));
  const cutOff = answer.error !== undefined || (chunks.some(isPart) && !chunks.some(isFinished));
  const tier = servedTier({
    header: text(at(body, 'sdkHttpResponse', 'headers', 'x-gemini-service-tier')),
    serviceTier: answer.serviceTier,
    trafficType: answer.trafficType,
  });
  const event: LoggedEvent = {
    service: GEMINI,
    operation,
    status: failed ? 'failed' : cutOff ? 'incomplete' : 'ok',
  };
  put(event, 'id', answer.id);
  put(event, 'timestamp', toUtc(answer.createTime) ?? toUtc(at(body, 'sdkHttpResponse', 'headers', 'date')));
  put(event, 'responseModel', answer.model);
  if (tier !== 'standard') put(event, 'tier', tier);
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
  const statistics = list(body.embeddings).map((embedding) => at(embedding, 'statistics', 'tokenCount'));
  const isEmbedding = hasEmbedding(body.embedding) || Array.isArray(body.embeddings);
  if (isEmbedding) return { operation: 'embed_content', usage: usage ?? tokensOf(statistics) };
  if (!usage) return { operation: 'generate_content', usage };
  if (answer.images > 0) usage.images = [{ count: answer.images }];
  if (answer.songs > 0) usage.songs = answer.songs;
  const isEmbeddingUsage = at(body, 'usageMetadata', 'promptTokenDetails') !== undefined;
  return { operation: isEmbeddingUsage ? 'embed_content' : 'generate_content', usage };
}

function hasEmbedding(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null;
}

function tokensOf(values: readonly unknown[]): Usage | undefined {
  const tokens = values.map(count).filter((tokenCount) => tokenCount !== undefined);
  return tokens.length > 0 ? { inputTokens: tokens.reduce((sum, tokenCount) => sum + tokenCount, 0) } : undefined;
}
