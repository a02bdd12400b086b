import { isObject, type JsonObject, text } from '../../core/json.ts';
import { GEMINI, newEvent, type Usage } from '../../core/usage/event.ts';
import { usageFromMetadata } from '../../providers/gemini/text/usage-metadata.ts';
import { costAt, countAt, errorCodeOf, labelsOf, present, statusOf, textAt, timeAt } from '../reading/fields.ts';
import { imageSize } from '../reading/image-size.ts';
import { vendorOf } from '../reading/vendor.ts';
import type { LoggedEvent, LogShape } from '../shape.ts';

/** Where one form of a tracker's record keeps what; the rest is common to both forms. */
interface Places {
  prompt: string;
  output: string;
  cached: string;
  total: string;
  cost: string;
  resolution: string;
  duration: string;
}

const FLAT: Places = {
  prompt: 'prompt_tokens',
  output: 'output_tokens',
  cached: 'cached_tokens',
  total: 'total_tokens',
  cost: 'cost_usd',
  resolution: 'image_resolution',
  duration: 'generation_time_ms',
};

const NESTED: Places = {
  prompt: 'input.prompt_tokens',
  output: 'output.output_tokens',
  cached: 'input.cached_tokens',
  total: 'output.total_tokens',
  cost: 'cost.total_cost_usd',
  resolution: 'output.image_resolution',
  duration: 'performance.generation_time_ms',
};

/** A Gemini cost tracker's call, all fields side by side; also the elements of its exported `calls`. */
export const callRecord: LogShape = {
  id: 'call-record',
  summary: 'cost tracker record: prompt_tokens, output_tokens, cost_usd',
  keys: ['prompt_tokens'],
  recognises: (record) =>
    text(record.model) !== undefined &&
    Object.hasOwn(record, 'prompt_tokens') &&
    Object.hasOwn(record, 'output_tokens') &&
    ['cost_usd', 'image_resolution', 'generation_time_ms'].some((key) => Object.hasOwn(record, key)),
  toEvents: (record) => [readCall(record, FLAT)],
};

/** The same with `input`, `output`, `cost` and `performance` as objects. */
export const callEntry: LogShape = {
  id: 'call-entry',
  summary: 'cost tracker entry: input.prompt_tokens, output.output_tokens, cost.total_cost_usd',
  keys: ['input'],
  recognises: ({ model, input, output }) =>
    text(model) !== undefined &&
    isObject(input) &&
    isObject(output) &&
    (Object.hasOwn(input, 'prompt_tokens') || Object.hasOwn(output, 'output_tokens')),
  toEvents: (record) => [readCall(record, NESTED)],
};

function readCall(record: JsonObject, places: Places): LoggedEvent {
  const model = textAt(record, 'model');
  const status = record.error ? 'failed' : statusOf(record.status);
  const { usage, estimated } = readTokens(record, places, status === 'failed');
  const event = newEvent(vendorOf(model) ?? GEMINI, textAt(record, 'operation') ?? 'generate_content', status);
  event.requestModel = model;
  event.timestamp = timeAt(record, 'timestamp');
  event.durationMs = countAt(record, places.duration);
  event.errorCode = errorCodeOf(record.error);
  event.recordedCost = costAt(record, 'USD', places.cost);
  event.labels = labelsOf(record.metadata);
  event.sessionId = textAt(record, 'session_id');
  event.usage = usage;
  event.estimated = estimated;
  return event;
}

/** The tracker copies `usage_metadata`: its total may hold thoughts that no other field of it shows. */
function readTokens(record: JsonObject, places: Places, failed: boolean): { usage?: Usage; estimated?: string } {
  const output = countAt(record, places.output);
  const metadata = {
    promptTokenCount: countAt(record, places.prompt),
    candidatesTokenCount: output,
    cachedContentTokenCount: countAt(record, places.cached),
    totalTokenCount: countAt(record, places.total),
  };
  const read = usageFromMetadata(present(metadata));
  if (!read?.usage) return {};
  const { usage } = read;
  if (record.operation === 'image_generation' && !failed) {
    const size = imageSize(textAt(record, places.resolution));
    usage.images = [{ count: 1, ...present({ size }) }];
    if (output) usage.outputTokensByModality = { image: output };
  }
  return {
    usage,
    ...(read.doubt ? { estimated: `${places.total} is more than input and output: the rest taken as output` } : {}),
  };
}
