import { isObject, type JsonObject, type JsonValue, text } from '../../core/json.ts';
import { ELEVENLABS, GEMINI, type Usage } from '../../core/usage/event.ts';
import { addLabel, CONTENT, costAt, countAt, present, put, textAt } from '../reading/fields.ts';
import { imageSize } from '../reading/image-size.ts';
import { toUtc } from '../reading/time.ts';
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
  const { counts, labels } = parted(metadata);
  const video = text(record.video_id);
  const model = textAt(metadata, MODELS);
  const event: LoggedEvent = {
    // A step of a pipeline may go by a name of its own; a model of Google's says whose it is.
    service: vendorOf(model) ?? serviceOf(record.service as string),
    operation: record.operation as string,
    status: 'ok',
  };
  put(event, 'timestamp', toUtc(record.timestamp));
  put(event, 'requestModel', model);
  put(event, 'voice', textAt(metadata, VOICES));
  put(event, 'recordedCost', costAt(record, text(record.currency)?.toUpperCase() ?? 'USD', 'cost'));
  put(event, 'labels', video === undefined ? labels : { ...labels, video });
  put(event, 'sessionId', text(record.session_id));
  readUsage(event, metadata, counts);
  return event;
}

/** What a project notes about a call: the names of its counts, and the rest as labels. */
interface Parted {
  counts: { [K in Counted]?: string };
  labels: Record<string, string> | undefined;
}

function parted(metadata: JsonObject): Parted {
  const counts: Parted['counts'] = {};
  let labels: Parted['labels'];
  for (const key of Object.keys(metadata)) {
    const value = metadata[key]!;
    const place = COUNT_OF.get(key);
    if (place === undefined || !isNumber(value)) labels = addLabel(labels, key, value, NO_LABELS);
    else if ((counts[place.counted] ?? key) === key || COUNT_OF.get(counts[place.counted]!)!.rank > place.rank)
      counts[place.counted] = key;
  }
  return { counts, labels };
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
