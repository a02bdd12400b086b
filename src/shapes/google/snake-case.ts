import { isObject, type JsonObject, type JsonValue } from '../../core/json.ts';

/** All that is read of a response or a Live message, under the names of the wire. */
const NAMES = [
  ...['usageMetadata', 'modelVersion', 'responseId', 'createTime', 'error', 'code', 'status', 'message', 'metadata'],
  ...['promptTokenCount', 'candidatesTokenCount', 'responseTokenCount', 'thoughtsTokenCount', 'totalTokenCount'],
  ...['toolUsePromptTokenCount', 'cachedContentTokenCount', 'initialPromptTokenCount', 'serviceTier', 'trafficType'],
  ...['promptTokensDetails', 'promptTokenDetails', 'toolUsePromptTokensDetails', 'cacheTokensDetails'],
  ...['candidatesTokensDetails', 'responseTokensDetails', 'modality', 'tokenCount'],
  ...['promptFeedback', 'blockReason', 'candidates', 'finishReason', 'urlContextMetadata', 'content', 'parts'],
  ...['thought', 'inlineData', 'mimeType', 'executableCode', 'codeExecutionResult', 'groundingMetadata'],
  ...['webSearchQueries', 'retrievalQueries', 'groundingChunks', 'maps'],
  ...['predictions', 'bytesBase64Encoded', 'gcsUri', 'contentType', 'billableCharacterCount'],
  ...['embedding', 'embeddings', 'statistics', 'sdkHttpResponse', 'headers', 'date', 'x-gemini-service-tier'],
  ...['model', 'usage', 'setup', 'setupComplete', 'sessionId', 'serverContent', 'toolCall', 'toolCallCancellation'],
  ...['sessionResumptionUpdate', 'goAway', 'clientContent', 'realtimeInput', 'toolResponse'],
];

/** The wire's name of each key that is read, in either spelling. */
const WIRE_NAMES = new Map(NAMES.flatMap((name) => [[name, name] as const, [snakeCase(name), name] as const]));

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/**
 * What Python's `model_dump` wrote, as the wire has it: camel-case keys, and `STOP` for `FinishReason.STOP`. What nobody
 * reads is left out, prompts and answers above all.
 */
export function fromPython(value: JsonObject): JsonObject {
  return fields(value, 0);
}

function fields(value: JsonObject, depth: number): JsonObject {
  const result: Record<string, JsonValue> = {};
  for (const key of Object.keys(value)) {
    const name = WIRE_NAMES.get(key);
    if (name !== undefined) result[name] = wire(value[key]!, depth + 1);
  }
  return result;
}

function wire(value: JsonValue, depth: number): JsonValue {
  if (typeof value === 'string') return ENUM.test(value) ? value.slice(value.indexOf('.') + 1) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST) return null;
  if (isObject(value)) return fields(value, depth);
  return value.map((item) => wire(item, depth + 1));
}

const ENUM = /^[A-Z][A-Za-z]+\.[A-Z][A-Z0-9_]*$/;
/** Deeper than any response, and far from the end of the stack. */
const DEEPEST = 50;
