import { isObject, type JsonObject, text } from '../../core/json.ts';
import { ELEVENLABS, GEMINI, type Usage } from '../../core/usage/event.ts';
import { CONTENT, costAt, countAt, labelsOf, present, textAt, timeAt } from '../reading/fields.ts';
import { imageSize } from '../reading/image-size.ts';
import { vendorOf } from '../reading/vendor.ts';
import type { LoggedEvent, LogShape } from '../shape.ts';

/**
 * A cost entry of a pipeline: `{timestamp, service, operation, cost, metadata, video_id}`. What was counted is in
 * `metadata`, under names of the project's choice; what is left of it are labels, and so is `video_id` (as `video`).
 */
export const costEntry: LogShape = {
  id: 'cost-entry',
  summary: 'cost entry of a pipeline: service, operation, cost, metadata',
  keys: ['cost'],
  recognises: (record) =>
    text(record.service) !== undefined &&
    text(record.operation) !== undefined &&
    ['string', 'number'].includes(typeof record.cost) &&
    (isObject(record.metadata) || Object.hasOwn(record, 'video_id')),
  toEvents: (record) => [readEntry(record)],
};

const COUNTS = {
  input: ['input_tokens', 'prompt_tokens', 'tokens_in'],
  output: ['output_tokens', 'completion_tokens', 'tokens_out'],
  total: ['tokens', 'total_tokens', 'num_tokens'],
  cached: ['cached_tokens'],
  images: ['num_images', 'images', 'image_count'],
  characters: ['characters', 'num_characters', 'character_count', 'chars', 'text_length'],
  credits: ['character_cost', 'credits'],
  seconds: ['audio_seconds'],
};
const MODELS = ['model', 'model_name', 'model_id'];
const VOICES = ['voice', 'voice_name', 'voice_id'];
const SIZES = ['image_size', 'image_resolution', 'resolution', 'size'];
const COUNT_NAMES = new Set(Object.values(COUNTS).flat());
/** `characters` may as well be the cast of a panel: only what reads as a number is a count, all else is a label. */
const NUMBER = /^(-?\d|-?Infinity$|NaN$)/;

function readEntry(record: JsonObject): LoggedEvent {
  const metadata = isObject(record.metadata) ? record.metadata : {};
  const numbers = Object.entries(metadata).filter(([, value]) => NUMBER.test(String(value)));
  const counted = numbers.filter(([name]) => COUNT_NAMES.has(name));
  const { usage, estimated } = readUsage(Object.fromEntries(counted), imageSize(textAt(metadata, ...SIZES)));
  const noLabels = new Set([...CONTENT, ...MODELS, ...VOICES, ...counted.map(([name]) => name)]);
  const video = textAt(record, 'video_id');
  return {
    // A step of a pipeline may go by a name of its own; a model of Google's says whose it is.
    service: vendorOf(textAt(metadata, ...MODELS)) ?? serviceOf(textAt(record, 'service')!),
    operation: textAt(record, 'operation')!,
    status: 'ok',
    ...present({
      timestamp: timeAt(record, 'timestamp'),
      requestModel: textAt(metadata, ...MODELS),
      voice: textAt(metadata, ...VOICES),
      recordedCost: costAt(record, textAt(record, 'currency')?.toUpperCase() ?? 'USD', 'cost'),
      labels: labelsOf({ ...metadata, ...present({ video }) }, noLabels),
      sessionId: textAt(record, 'session_id'),
      usage,
      estimated,
    }),
  };
}

function serviceOf(name: string): string {
  const plain = name.toLowerCase().replace(/[\s_-]/g, '');
  if (plain === 'elevenlabs') return ELEVENLABS;
  return ['gemini', 'googlegemini', 'geminiapi'].includes(plain) ? GEMINI : name.toLowerCase();
}

function readUsage(metadata: JsonObject, size: string | undefined): { usage?: Usage; estimated?: string } {
  const at = (names: string[]) => countAt(metadata, ...names);
  const [input, output, total] = [at(COUNTS.input), at(COUNTS.output), at(COUNTS.total)];
  const onlyTotal = input === undefined && output === undefined && total !== undefined;
  const images = at(COUNTS.images);
  const usage: Usage = present({
    inputTokens: onlyTotal ? total : input,
    outputTokens: output,
    cacheReadInputTokens: at(COUNTS.cached),
    images: images ? [{ count: images, ...present({ size }) }] : undefined,
    characters: at(COUNTS.characters),
    credits: at(COUNTS.credits),
    audioSeconds: at(COUNTS.seconds),
  });
  if (Object.keys(usage).length === 0) return {};
  return { usage, ...(onlyTotal ? { estimated: 'only a total of tokens is logged: all taken as input' } : {}) };
}
