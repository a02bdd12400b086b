import { at, isObject, type JsonObject, text } from '../../core/json.ts';
import { GEMINI, type Usage } from '../../core/usage/event.ts';
import { costAt, countAt, labelsOf, present, put, textAt, timeAt } from '../reading/fields.ts';
import { readTokens } from '../reading/tokens.ts';
import { modelName, serviceOf } from '../reading/vendor.ts';
import type { LoggedEvent, LogShape } from '../shape.ts';

const TIMES = ['timestamp', 'ts', 'time', 'created'];

/**
 * An answer of an OpenAI-compatible API, whole or in chunks of which the last usage counts: Google's own compatibility
 * endpoint, OpenRouter (whose `usage.cost` is kept as the recorded cost) and other gateways. Bare or under `response`.
 */
export const openAiCompletion: LogShape = {
  id: 'openai-completion',
  summary: 'OpenAI-compatible chat completion: usage.prompt_tokens',
  keys: ['object', 'response'],
  recognises: (record) => !Object.hasOwn(record, 'call_type') && answerOf(record) !== undefined,
  toEvents: (record, _, chunks) => {
    const answers = chunks.map((chunk) => answerOf(chunk)!);
    return [readAnswer(record, answers.findLast((answer) => isObject(answer.usage)) ?? answers.at(-1)!)];
  },
  continues: (previous, record) => {
    const [before, next] = [answerOf(previous), answerOf(record)];
    return before?.object === CHUNK && next?.object === CHUNK && text(before.id) === text(next.id);
  },
};

const CHUNK = 'chat.completion.chunk';
const OBJECTS = new Set(['chat.completion', CHUNK, 'text_completion', 'response']);

function answerOf(record: JsonObject): JsonObject | undefined {
  if (isAnswer(record)) return record;
  const { response } = record;
  if (isAnswer(response)) return response;
  const body = at(response, 'body');
  return isAnswer(body) ? body : undefined;
}

function isAnswer(value: unknown): value is JsonObject {
  if (!isObject(value)) return false;
  const object = text(value.object);
  return object !== undefined && OBJECTS.has(object) && (object === CHUNK || isObject(value.usage));
}

function readAnswer(record: JsonObject, answer: JsonObject): LoggedEvent {
  const model = textAt(answer, 'model');
  const service = serviceOf(model) ?? 'unknown';
  const { usage, estimated } = readUsage(answer);
  const event: LoggedEvent = { service, operation: 'generate_content', status: usage ? 'ok' : 'incomplete' };
  put(event, 'id', textAt(answer, 'id'));
  put(event, 'responseModel', modelName(model));
  put(event, 'timestamp', timeAt(record, TIMES) ?? timeAt(answer, 'created'));
  if (at(answer, 'usage', 'extra_properties', 'google', 'traffic_type')) event.platform = 'vertex';
  // A line of a batch result file names its request; nothing in the answer tells of the batch.
  const tier = text(record.custom_id) ? 'batch' : tierOf(answer);
  if (service === GEMINI) put(event, 'tier', tier);
  // With the user's own key the gateway charges nothing, and the vendor's bill is the upstream cost.
  const isOwnKey = at(answer, 'usage', 'is_byok') === true;
  const cost = isOwnKey ? 'usage.cost_details.upstream_inference_cost' : 'usage.cost';
  put(event, 'recordedCost', costAt(answer, 'USD', cost));
  put(event, 'labels', labelsOf(record.labels));
  return { ...event, ...present({ usage, estimated }) };
}

/** Google's answers leave thoughts out of `completion_tokens` and keep them in the total. */
function readUsage(answer: JsonObject): { usage?: Usage; estimated?: string } {
  const read = readTokens({
    input: countAt(answer, ['usage.prompt_tokens', 'usage.input_tokens']),
    output: countAt(answer, ['usage.completion_tokens', 'usage.output_tokens']),
    total: countAt(answer, 'usage.total_tokens'),
    cached: countAt(answer, ['usage.prompt_tokens_details.cached_tokens', 'usage.input_tokens_details.cached_tokens']),
    reasoning: countAt(answer, [
      'usage.completion_tokens_details.reasoning_tokens',
      'usage.output_tokens_details.reasoning_tokens',
    ]),
  });
  const image = countAt(answer, 'usage.completion_tokens_details.image_tokens');
  if (image && read.usage) read.usage.outputTokensByModality = { image };
  return read;
}

function tierOf(answer: JsonObject): string | undefined {
  const tier = textAt(answer, 'service_tier');
  return tier && ['flex', 'priority', 'batch'].includes(tier) ? tier : undefined;
}
