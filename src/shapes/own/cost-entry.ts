import { isObject, type JsonObject, type JsonValue, text } from '../../core/json.ts';
import { ELEVENLABS, GEMINI, type Usage } from '../../core/usage/event.ts';
import { CONTENT, costAt, countAt, labelsOf, present, put, textAt, timeAt } from '../reading/fields.ts';
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
    (typeof record.cost === 'string' || typeof record.cost === 'number') &&
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
type Counted = keyof typeof COUNTS;

/** What each name counts. Of several names of one thing the first counts. */
const COUNT_OF = new Map(
  (Object.entries(COUNTS) as [Counted, string[]][]).flatMap(([counted, names]) =>
    names.map((name, rank) => [name, { counted, rank }] as const),
  ),
);
const MODELS = ['model', 'model_name', 'model_id'];
const VOICES = ['voice', 'voice_name', 'voice_id'];
const SIZES = ['image_size', 'image_resolution', 'resolution', 'size'];
const NO_LABELS = new Set([...CONTENT, ...MODELS, ...VOICES]);
/** `characters` may as well be the cast of a panel: only what reads as a number is a count, all else is a label. */
const NUMBER = /^(-?\d|-?Infinity$|NaN$)/;

function readEntry(record: JsonObject): LoggedEvent {
  const metadata = isObject(record.metadata) ? record.metadata : {};
  const { counts, others } = parted(metadata);
  const video = textAt(record, 'video_id');
  if (video !== undefined) others.video = video;
  const model = textAt(metadata, MODELS);
  const event: LoggedEvent = {
    // A step of a pipeline may go by a name of its own; a model of Google's says whose it is.
    service: vendorOf(model) ?? serviceOf(textAt(record, 'service')!),
    operation: textAt(record, 'operation')!,
    status: 'ok',
  };
  put(event, 'timestamp', timeAt(record, 'timestamp'));
  put(event, 'requestModel', model);
  put(event, 'voice', textAt(metadata, VOICES));
  put(event, 'recordedCost', costAt(record, textAt(record, 'currency')?.toUpperCase() ?? 'USD', 'cost'));
  put(event, 'labels', labelsOf(others, NO_LABELS));
  put(event, 'sessionId', textAt(record, 'session_id'));
  readUsage(event, metadata, counts);
  return event;
}

/** What a project notes about a call: the names of its counts, and the rest. */
interface Parted {
  counts: { [K in Counted]?: string };
  others: Record<string, JsonValue>;
}

function parted(metadata: JsonObject): Parted {
  const others: Record<string, JsonValue> = {};
  const counts: Parted['counts'] = {};
  for (const key of Object.keys(metadata)) {
    const value = metadata[key]!;
    const place = COUNT_OF.get(key);
    if (place && isNumber(value)) {
      const before = counts[place.counted];
      if (before === undefined || COUNT_OF.get(before)!.rank > place.rank) counts[place.counted] = key;
    } else if (key !== '__proto__') others[key] = value;
    // A key like any other.
    else Object.defineProperty(others, key, { value, enumerable: true });
  }
  return { counts, others };
}

function isNumber(value: JsonValue): boolean {
  return typeof value === 'number' || NUMBER.test(String(value));
}

function serviceOf(name: string): string {
  const plain = name.toLowerCase().replace(/[\s_-]/g, '');
  if (plain === 'elevenlabs') return ELEVENLABS;
  return ['gemini', 'googlegemini', 'geminiapi'].includes(plain) ? GEMINI : name.toLowerCase();
}

function readUsage(event: LoggedEvent, metadata: JsonObject, counts: Parted['counts']): void {
  const at = (counted: Counted) => (counts[counted] === undefined ? undefined : countAt(metadata, counts[counted]));
  const [input, output, total, images] = [at('input'), at('output'), at('total'), at('images')];
  const onlyTotal = input === undefined && output === undefined && total !== undefined;
  const usage: Usage = {};
  put(usage, 'inputTokens', onlyTotal ? total : input);
  put(usage, 'outputTokens', output);
  put(usage, 'cacheReadInputTokens', at('cached'));
  if (images) usage.images = [{ count: images, ...present({ size: imageSize(textAt(metadata, SIZES)) }) }];
  put(usage, 'characters', at('characters'));
  put(usage, 'credits', at('credits'));
  put(usage, 'audioSeconds', at('seconds'));
  if (Object.keys(usage).length === 0) return;
  event.usage = usage;
  if (onlyTotal) event.estimated = 'only a total of tokens is logged: all taken as input';
}
