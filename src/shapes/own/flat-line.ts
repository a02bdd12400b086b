import { count, isObject, type JsonObject, type JsonValue, text } from '../../core/json.ts';
import { divide, parseMoney, toDecimal } from '../../core/pricing/money.ts';
import { ELEVENLABS, GEMINI, type RecordedCost, type Usage } from '../../core/usage/event.ts';
import {
  costAt,
  countAt,
  errorCodeOf,
  labelsOf,
  present,
  put,
  statusOf,
  textAt,
  timeAt,
  valueAt,
} from '../reading/fields.ts';
import { imageSize } from '../reading/image-size.ts';
import { readTokens } from '../reading/tokens.ts';
import { modelName, providerName, serviceOf } from '../reading/vendor.ts';
import { type LoggedEvent, type LogShape, RecordError } from '../shape.ts';
import { ALIASES, COSTS, LABELS } from './aliases.ts';
import { isNoCall } from './no-call.ts';

const OWN_CURRENCY = ['cost', 'total_cost'];

/**
 * A call as projects log it themselves, all in one line under names of their choice: time, model, counts, cost. The
 * most common of all shapes, and the last to be tried.
 */
export const flatLine: LogShape = {
  id: 'flat-line',
  summary: "a project's own line: model, input_tokens, output_tokens, cost_usd under any of their names",
  general: true,
  recognises: (record) => isCall(record) && !isNoCall(record),
  toEvents: (record) => [readLine(record)],
};

/** What must stand in a line for it to be a call, by how much its names alone say. */
function isCall(record: JsonObject): boolean {
  const has = (paths: readonly string[]) => paths.some((path) => isNumber(valueAt(record, path)));
  if (has(ALIASES.input) || has(ALIASES.output)) return true;
  const isCounted = has(ALIASES.characters) || has(ALIASES.credits) || has(ALIASES.images) || has(ALIASES.total);
  const hasCost = has(COSTS.map(({ path }) => path)) || (has(OWN_CURRENCY) && !isObject(record.cost));
  const hasOutcome = typeof record.success === 'boolean' || typeof record.ok === 'boolean' || isOutcome(record.status);
  if (textAt(record, ...ALIASES.model)) {
    if (isCounted || hasCost || record.cached === true) return true;
    return hasOutcome && (has(ALIASES.duration) || textAt(record, ...ALIASES.operation) !== undefined);
  }
  const service = providerName(textAt(record, ...ALIASES.service));
  if (service === ELEVENLABS && isCounted) return true;
  if (service !== undefined) return hasCost;
  // A price beside a time may be that of a coin; a cost of something that has a name is one.
  const isCost = has(COSTS.map(({ path }) => path).filter((path) => /cost/i.test(path)));
  return isCost && textAt(record, ...ALIASES.operation, ...LABELS) !== undefined;
}

/** Numbers and what means to be one: a count that is none is refused by name, not overlooked. */
function isNumber(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && /^(-?\d[\d.,eE+-]*|-?Infinity|NaN)$/.test(value));
}

function isOutcome(status: unknown): boolean {
  return /^(ok|success|succeeded|completed|failed|failure|error)$/i.test(text(status) ?? '');
}

/** The call of a line. `given` is what a line around it says of all its parts. */
export function readLine(record: JsonObject, given: Partial<LoggedEvent> = {}): LoggedEvent {
  // A hit with cached tokens is one of the vendor's own cache: only part of the prompt was cheaper.
  if ((record.cached === true || record.cache_hit === true) && !hasCount(record, ALIASES.cached))
    throw new RecordError('answered from a cache of its own: not a call');
  const model = textAt(record, ...ALIASES.model);
  const service = serviceOf(model, textAt(record, ...ALIASES.service)) ?? 'unknown';
  const status = outcomeOf(record);
  const read = status === 'failed' ? {} : readUsage(record, service);
  const event: LoggedEvent = {
    ...given,
    service,
    operation: operationOf(record, service, read.usage),
    status,
    ...read,
  };
  put(event, 'id', textAt(record, ...ALIASES.id, ...(service === ELEVENLABS ? ALIASES.elevenLabsId : [])));
  put(event, 'timestamp', timeOf(record));
  // What a project calls its model is what it asked for.
  put(event, 'requestModel', modelName(model));
  put(event, 'voice', textAt(record, ...ALIASES.voice));
  put(event, 'sessionId', textAt(record, ...ALIASES.session));
  put(event, 'durationMs', durationOf(record));
  put(event, 'errorCode', errorOf(record));
  put(event, 'recordedCost', costOf(record));
  put(event, 'labels', mergedLabels(record, given.labels));
  return event;
}

/** The first of the times that reads as one: `date` may be a day beside a clock time. */
function timeOf(record: JsonObject): string | undefined {
  for (const name of ALIASES.timestamp) {
    const time = timeAt(record, name);
    if (time !== undefined) return time;
  }
  return undefined;
}

function durationOf(record: JsonObject): number | undefined {
  const value = ALIASES.duration.map((name) => count(record[name])).find((each) => each !== undefined);
  return value === undefined ? undefined : Math.round(value);
}

/** What has an output was answered and is billed, whatever the project made of the answer. */
function outcomeOf(record: JsonObject): LoggedEvent['status'] {
  if (hasCount(record, ALIASES.output) || hasCount(record, ALIASES.credits)) return 'ok';
  if (record.success === false || record.ok === false) return 'failed';
  if (record.success === true || record.ok === true) return 'ok';
  return errorOf(record) === undefined ? statusOf(record.status) : 'failed';
}

function hasCount(record: JsonObject, names: readonly string[]): boolean {
  return names.some((name) => Number(valueAt(record, name)) > 0);
}

/** `RATE_LIMIT: too many requests` keeps its word. */
function errorOf(record: JsonObject): string | undefined {
  const error = ALIASES.error.map((name) => record[name]).find((value) => isObject(value) || text(value));
  const word = typeof error === 'string' ? /^[A-Z][A-Z0-9_]+(?=:)/.exec(error)?.[0] : undefined;
  return word ?? errorCodeOf(error);
}

function operationOf(record: JsonObject, service: string, usage: Usage | undefined): string {
  const told = textAt(record, ...ALIASES.operation);
  if (told) return OPERATIONS[told.toLowerCase()] ?? told;
  if (usage?.images) return 'generate_images';
  if (/embed/i.test(textAt(record, ...ALIASES.model) ?? '')) return 'embed_content';
  return service === ELEVENLABS || (usage?.characters && !usage.outputTokens) ? 'text_to_speech' : 'generate_content';
}

const OPERATIONS: Record<string, string> = {
  image: 'generate_images',
  text: 'generate_content',
  tts: 'text_to_speech',
  embedding: 'embed_content',
};

function readUsage(record: JsonObject, service: string): { usage?: Usage; estimated?: string } {
  const at = (names: readonly string[]) => countAt(record, ...names);
  const read = readTokens(
    {
      input: at(ALIASES.input),
      output: at(ALIASES.output),
      total: at(ALIASES.total) ?? (typeof record.tokens === 'object' ? undefined : countAt(record, 'tokens')),
      cached: at(ALIASES.cached),
      cacheWrite: at(ALIASES.cacheWrite),
      reasoning: at(ALIASES.reasoning),
    },
    // Anthropic's counts keep cached input beside the rest, and so do lines copied from them.
    { cachedBeside: service === 'anthropic' },
  );
  const images = numberAt(record, ALIASES.images) ?? (isImageLine(record) ? 1 : undefined);
  const size = imageSize(textAt(record, ...ALIASES.size));
  const others: Usage = present({
    images: images ? [{ count: images, ...present({ size }) }] : undefined,
    characters: numberAt(record, ALIASES.characters),
    credits: service === ELEVENLABS ? numberAt(record, ALIASES.credits) : undefined,
    audioSeconds: numberAt(record, ALIASES.seconds),
  });
  if (Object.keys(others).length === 0) return read;
  return { ...read, usage: { ...read.usage, ...others } };
}

/** As `countAt`, passing over names that hold something else: `images` may list files, `characters` the cast. */
function numberAt(record: JsonObject, names: readonly string[]): number | undefined {
  const name = names.find((each) => isNumber(record[each]));
  return name === undefined ? undefined : countAt(record, name);
}

/** One line an image is how generators log, without a count. */
function isImageLine(record: JsonObject): boolean {
  const isImageModel = serviceOf(textAt(record, ...ALIASES.model)) === GEMINI;
  return isImageModel && /image/i.test(textAt(record, 'type', 'operation', 'stage') ?? '');
}

function costOf(record: JsonObject): RecordedCost | undefined {
  for (const { path, currency, estimate, per } of COSTS) {
    const cost = isNumber(record[path]) ? costAt(record, currency, path) : undefined;
    const money = cost && parseMoney(cost.amount);
    if (money === undefined || (estimate && money === 0n)) continue;
    return { amount: toDecimal(per ? divide(money, per) : money), currency };
  }
  const path = OWN_CURRENCY.find((name) => isNumber(record[name]));
  return path ? costAt(record, textAt(record, 'currency')?.toUpperCase() ?? 'USD', path) : undefined;
}

function mergedLabels(record: JsonObject, given: Record<string, string> = {}): Record<string, string> | undefined {
  const own: Record<string, JsonValue> = {};
  for (const name of LABELS) if (record[name] !== undefined && Object.hasOwn(record, name)) own[name] = record[name];
  const all = { ...given, ...labelsOf(own), ...labelsOf(record.metadata), ...labelsOf(record.labels) };
  return Object.keys(all).length > 0 ? all : undefined;
}
