import { isObject, type JsonObject, type JsonValue, text } from '../../core/json.ts';
import { remember } from '../../core/remember.ts';
import { ELEVENLABS, GEMINI, newEvent, newUsage, type Usage } from '../../core/usage/event.ts';
import { addLabel, CONTENT, costAt, countAt, present, textAt } from '../reading/fields.ts';
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
  // A step of a pipeline may go by a name of its own; a model of Google's says whose it is.
  const service = vendorOf(model) ?? serviceOf(record.service as string);
  const event = newEvent(service, record.operation as string, 'ok');
  event.timestamp = toUtc(record.timestamp);
  event.requestModel = model;
  event.voice = textAt(metadata, VOICES);
  event.recordedCost = costAt(record, text(record.currency)?.toUpperCase() ?? 'USD', 'cost');
  event.labels = video === undefined ? labels : addLabel(labels, 'video', video);
  event.sessionId = text(record.session_id);
  readUsage(event, metadata, counts);
  return event;
}

/** What a project notes about a call: the names of its counts, and the rest as labels. */
interface Parted {
  counts: Record<Counted, string | undefined>;
  labels: Record<string, string> | undefined;
}

function parted(metadata: JsonObject): Parted {
  const counts: Parted['counts'] = {
    input: undefined,
    output: undefined,
    total: undefined,
    cached: undefined,
    images: undefined,
    characters: undefined,
    credits: undefined,
    seconds: undefined,
  };
  let labels: Parted['labels'];
  for (const key in metadata) {
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

const serviceOf = remember((name): string => {
  const plain = name.toLowerCase().replace(/[\s_-]/g, '');
  if (plain === 'elevenlabs') return ELEVENLABS;
  return ['gemini', 'googlegemini', 'geminiapi'].includes(plain) ? GEMINI : name.toLowerCase();
});

function readUsage(event: LoggedEvent, metadata: JsonObject, counts: Parted['counts']): void {
  const at = (name: string | undefined) => (name === undefined ? undefined : countAt(metadata, name));
  const usage = newUsage();
  usage.inputTokens = at(counts.input);
  usage.outputTokens = at(counts.output);
  usage.cacheReadInputTokens = at(counts.cached);
  usage.characters = at(counts.characters);
  usage.credits = at(counts.credits);
  usage.audioSeconds = at(counts.seconds);
  const images = at(counts.images);
  if (images) usage.images = [{ count: images, ...present({ size: imageSize(textAt(metadata, SIZES)) }) }];
  const total = at(counts.total);
  if (total !== undefined && usage.inputTokens === undefined && usage.outputTokens === undefined) {
    usage.inputTokens = total;
    event.estimated = 'only a total of tokens is logged: all taken as input';
  }
  for (const name in usage) {
    if (usage[name as keyof Usage] === undefined) continue;
    event.usage = usage;
    return;
  }
}
