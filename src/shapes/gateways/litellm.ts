import { at, isObject, type JsonObject, text } from '../../core/json.ts';
import type { Status } from '../../core/usage/event.ts';
import { costAt, countAt, errorCodeOf, put, textAt, timeAt } from '../reading/fields.ts';
import { objectIn } from '../reading/json-text.ts';
import { readTokens } from '../reading/tokens.ts';
import { modelName, providerName, vendorOf } from '../reading/vendor.ts';
import { type LoggedEvent, type LogShape, RecordError } from '../shape.ts';

/**
 * A call as LiteLLM logs it: the StandardLoggingPayload of its callbacks, or a row of its SpendLogs table, where
 * `metadata` is JSON text. Its `completion_tokens` hold the thoughts.
 */
export const liteLlm: LogShape = {
  id: 'litellm',
  summary: 'LiteLLM log: call_type, custom_llm_provider, response_cost or spend',
  keys: ['call_type'],
  recognises: (record) =>
    text(record.call_type) !== undefined &&
    ['response_cost', 'spend'].some((key) => Object.hasOwn(record, key)) &&
    Object.hasOwn(record, 'custom_llm_provider'),
  toEvents: (record) => [readCall(record)],
};

const OPERATIONS: [RegExp, string][] = [
  [/embedding/, 'embed_content'],
  [/image/, 'generate_images'],
  [/speech/, 'text_to_speech'],
  [/transcription/, 'speech_to_text'],
];

function readCall(record: JsonObject): LoggedEvent {
  // The word is text also for a boolean, and `None` for no cache at all.
  if (String(record.cache_hit).toLowerCase() === 'true')
    throw new RecordError("answered from LiteLLM's cache: not a call");
  const model = modelName(textAt(record, 'model'));
  const callType = textAt(record, 'call_type')!;
  const provider = textAt(record, 'custom_llm_provider');
  const failed = /^fail/.test(text(record.status) ?? text(at(objectIn(record.metadata), 'status')) ?? '');
  const event: LoggedEvent = {
    service: vendorOf(model) ?? providerName(provider) ?? 'unknown',
    operation: OPERATIONS.find(([pattern]) => pattern.test(callType))?.[1] ?? 'generate_content',
    status: (failed ? 'failed' : 'ok') satisfies Status,
    ...(failed ? {} : readUsage(record)),
  };
  put(event, 'id', textAt(record, ['id', 'request_id']));
  put(event, 'responseModel', model);
  put(event, 'timestamp', timeAt(record, 'startTime'));
  put(event, 'sessionId', textAt(record, ['session_id', 'trace_id']));
  if (provider?.startsWith('vertex')) event.platform = 'vertex';
  if (failed) put(event, 'errorCode', textAt(record, 'error_information.error_code') ?? errorCodeOf('failure'));
  if (!failed) put(event, 'recordedCost', costAt(record, 'USD', ['response_cost', 'spend']));
  return event;
}

function readUsage(record: JsonObject) {
  const response = at(record, 'response', 'usage');
  const details = isObject(response) ? response : (objectIn(at(objectIn(record.metadata), 'usage_object')) ?? {});
  return readTokens({
    input: countAt(record, 'prompt_tokens'),
    output: countAt(record, 'completion_tokens'),
    total: countAt(record, 'total_tokens'),
    cached: countAt(details, ['prompt_tokens_details.cached_tokens', 'cache_read_input_tokens']),
    reasoning: countAt(details, 'completion_tokens_details.reasoning_tokens'),
  });
}
