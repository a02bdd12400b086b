import { at, isObject, type JsonObject, text } from '../../core/json.ts';
import { GEMINI } from '../../core/usage/event.ts';
import { countAt, put, textAt, timeAt } from '../reading/fields.ts';
import { readTokens } from '../reading/tokens.ts';
import { modelName, serviceOf } from '../reading/vendor.ts';
import type { LoggedEvent, LogShape } from '../shape.ts';

const TIMES = ['timestamp', 'ts', 'time'];

/**
 * A message of LangChain, as the JS library serialises it (`lc`, `kwargs`) or as Python dumps it. Its output leaves out
 * the thoughts, which only the total shows.
 */
export const langChain: LogShape = {
  id: 'langchain',
  summary: 'LangChain AI message: usage_metadata.input_tokens',
  keys: ['lc', 'usage_metadata'],
  recognises: (record) => {
    const message = messageOf(record);
    return message !== undefined && Object.hasOwn(message.usage_metadata as JsonObject, 'input_tokens');
  },
  toEvents: (record) => [readMessage(messageOf(record)!, record)],
};

function messageOf(record: JsonObject): JsonObject | undefined {
  const message = typeof record.lc === 'number' ? record.kwargs : record;
  return isObject(message) && isObject(message.usage_metadata) ? message : undefined;
}

function readMessage(message: JsonObject, record: JsonObject): LoggedEvent {
  const about = message.response_metadata;
  const model = text(at(about, 'model_name')) ?? text(at(about, 'model')) ?? textAt(record, 'model');
  const read = readTokens({
    input: countAt(message, 'usage_metadata.input_tokens'),
    output: countAt(message, 'usage_metadata.output_tokens'),
    total: countAt(message, 'usage_metadata.total_tokens'),
    cached: countAt(message, 'usage_metadata.input_token_details.cache_read'),
    reasoning: countAt(message, 'usage_metadata.output_token_details.reasoning'),
  });
  const provider = text(at(about, 'model_provider')) ?? text(at(about, 'ls_provider'));
  const event: LoggedEvent = {
    service: serviceOf(model, provider) ?? (isOfGemini(about) ? GEMINI : 'unknown'),
    operation: 'generate_content',
    status: 'ok',
    ...read,
  };
  // LangChain's own run ids are the same in each copy of a message.
  const id = textAt(message, 'id');
  put(event, 'id', id);
  put(event, 'responseModel', modelName(model));
  put(event, 'timestamp', timeAt(record, TIMES));
  return event;
}

/** Only Gemini names its finish reasons in capitals. */
function isOfGemini(about: unknown): boolean {
  const reason = text(at(about, 'finishReason')) ?? text(at(about, 'finish_reason'));
  return reason !== undefined && /^[A-Z_]+$/.test(reason);
}
