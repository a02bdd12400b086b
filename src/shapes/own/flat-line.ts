import { count, isObject, type JsonObject, type JsonValue, text } from '../../core/json.ts';
import { divide, parseMoney, toDecimal } from '../../core/pricing/money.ts';
import { ELEVENLABS, GEMINI, newEvent, type RecordedCost, type Usage } from '../../core/usage/event.ts';
import {
  costAt,
  countAt,
  errorCodeOf,
  labelsOf,
  present,
  statusOf,
  textAt,
  timeAt,
  valueAt,
} from '../reading/fields.ts';
import { imageSize } from '../reading/image-size.ts';
import { readTokens } from '../reading/tokens.ts';
import { modelName, providerName, serviceOf } from '../reading/vendor.ts';
import { type LoggedEvent, type LogShape, RecordError } from '../shape.ts';
import { ALIASES, COSTS } from './aliases.ts';
import { keysOf, type LineNames, namesIn } from './line-names.ts';
import { isNoCall } from './no-call.ts';

/**
 * A call as projects log it themselves, all in one line under names of their choice: time, model, counts, cost. The
 * most common of all shapes, and the last to be tried.
 */
export const flatLine: LogShape = {
  id: 'flat-line',
  summary: "a project's own line: model, input_tokens, output_tokens, cost_usd under any of their names",
  keys: keysOf('input', 'output', 'model', 'service', 'costs'),
  general: true,
  recognises: (record) => (hasTokens(record) || isCall(record, namesIn(record))) && !isNoCall(record),
  toEvents: (record) => [readLine(record)],
};

/** As most calls have. */
function hasTokens(record: JsonObject): boolean {
  for (const key of Object.keys(record)) if (TOKENS.has(key) && isNumber(record[key])) return true;
  return false;
}

const TOKENS: ReadonlySet<string> = new Set([...ALIASES.input, ...ALIASES.output]);

/** What must stand in a line for it to be a call, by how much its names alone say. */
function isCall(record: JsonObject, names: LineNames): boolean {
  if (hasNumber(record, names.input) || hasNumber(record, names.output)) return true;
  const isCounted =
    hasNumber(record, names.characters) ||
    hasNumber(record, names.credits) ||
    hasNumber(record, names.images) ||
    hasNumber(record, names.total);
  const hasCost = hasNumber(record, names.costs) || (hasNumber(record, names.ownCurrency) && !isObject(record.cost));
  if (textAt(record, names.model)) {
    if (isCounted || hasCost || record.cached === true) return true;
    const hasOutcome =
      typeof record.success === 'boolean' || typeof record.ok === 'boolean' || isOutcome(record.status);
    return hasOutcome && (hasNumber(record, names.duration) || textAt(record, names.operation) !== undefined);
  }
  const service = providerName(textAt(record, names.service));
  if (service === ELEVENLABS && isCounted) return true;
  if (service !== undefined) return hasCost;
  // A price beside a time may be that of a coin; a cost of something that has a name is one.
  const isCost = names.costs.some((path) => /cost/i.test(path) && isNumber(record[path]));
  return isCost && (textAt(record, names.operation) ?? textAt(record, names.labels)) !== undefined;
}

function hasNumber(record: JsonObject, names: readonly string[]): boolean {
  for (const name of names) if (isNumber(valueAt(record, name))) return true;
  return false;
}

/** Numbers and what means to be one: a count that is none is refused by name, not overlooked. */
function isNumber(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && /^(-?\d[\d.,eE+-]*|-?Infinity|NaN)$/.test(value));
}

function isOutcome(status: unknown): boolean {
  return /^(ok|success|succeeded|completed|failed|failure|error)$/i.test(text(status) ?? '');
}

/** The call of a line. `time` is that of the line around it, where it is part of one. */
export function readLine(record: JsonObject, time?: string): LoggedEvent {
  const names = namesIn(record);
  // A hit with cached tokens is one of the vendor's own cache: only part of the prompt was cheaper.
  if ((record.cached === true || record.cache_hit === true) && !hasCount(record, names.cached))
    throw new RecordError('answered from a cache of its own: not a call');
  const model = textAt(record, names.model);
  const service = serviceOf(model, textAt(record, names.service)) ?? 'unknown';
  const errorCode = errorOf(record, names.error);
  const status = outcomeOf(record, names, errorCode);
  const read: { usage?: Usage; estimated?: string } = status === 'failed' ? {} : readUsage(record, names, service);
  const operation = operationOf(textAt(record, names.operation), model, service, read.usage);
  const event = newEvent(service, operation, status);
  event.usage = read.usage;
  event.estimated = read.estimated;
  const elevenLabsId = service === ELEVENLABS ? textAt(record, names.elevenLabsId) : undefined;
  event.id = textAt(record, names.id) ?? elevenLabsId;
  event.timestamp = timeOf(record, names.timestamp) ?? time;
  // What a project calls its model is what it asked for.
  event.requestModel = modelName(model);
  event.voice = textAt(record, names.voice);
  event.sessionId = textAt(record, names.session);
  event.durationMs = durationOf(record, names.duration);
  event.errorCode = errorCode;
  event.recordedCost = costOf(record, names);
  event.labels = labelsIn(record, names.labels);
  return event;
}

/** The first of the times that reads as one: `date` may be a day beside a clock time. */
function timeOf(record: JsonObject, names: readonly string[]): string | undefined {
  for (const name of names) {
    const time = timeAt(record, name);
    if (time !== undefined) return time;
  }
  return undefined;
}

function durationOf(record: JsonObject, names: readonly string[]): number | undefined {
  for (const name of names) {
    const duration = count(record[name]);
    if (duration !== undefined) return Math.round(duration);
  }
  return undefined;
}

/** What has an output was answered and is billed, whatever the project made of the answer. */
function outcomeOf(record: JsonObject, names: LineNames, errorCode: string | undefined): LoggedEvent['status'] {
  if (hasCount(record, names.output) || hasCount(record, names.credits)) return 'ok';
  if (record.success === false || record.ok === false) return 'failed';
  if (record.success === true || record.ok === true) return 'ok';
  return errorCode === undefined ? statusOf(record.status) : 'failed';
}

function hasCount(record: JsonObject, names: readonly string[]): boolean {
  for (const name of names) if (Number(valueAt(record, name)) > 0) return true;
  return false;
}

/** `RATE_LIMIT: too many requests` keeps its word. */
function errorOf(record: JsonObject, names: readonly string[]): string | undefined {
  const name = names.find((each) => isObject(record[each]) || text(record[each]));
  const error = name === undefined ? undefined : record[name];
  const word = typeof error === 'string' ? /^[A-Z][A-Z0-9_]+(?=:)/.exec(error)?.[0] : undefined;
  return word ?? errorCodeOf(error);
}

function operationOf(
  named: string | undefined,
  model: string | undefined,
  service: string,
  usage: Usage | undefined,
): string {
  if (named) return OPERATIONS.get(named.toLowerCase()) ?? named;
  if (usage?.images) return 'generate_images';
  if (model !== undefined && /embed/i.test(model)) return 'embed_content';
  return service === ELEVENLABS || (usage?.characters && !usage.outputTokens) ? 'text_to_speech' : 'generate_content';
}

const OPERATIONS: ReadonlyMap<string, string> = new Map([
  ['image', 'generate_images'],
  ['text', 'generate_content'],
  ['tts', 'text_to_speech'],
  ['embedding', 'embed_content'],
]);

function readUsage(record: JsonObject, names: LineNames, service: string): { usage?: Usage; estimated?: string } {
  const read = readTokens(
    {
      input: countAt(record, names.input),
      output: countAt(record, names.output),
      total:
        countAt(record, names.total) ?? (typeof record.tokens === 'object' ? undefined : countAt(record, 'tokens')),
      cached: countAt(record, names.cached),
      cacheWrite: countAt(record, names.cacheWrite),
      reasoning: countAt(record, names.reasoning),
    },
    // Anthropic's counts keep cached input beside the rest, and so do lines copied from them.
    service === 'anthropic' ? CACHED_BESIDE : undefined,
  );
  const images = numberAt(record, names.images) ?? (isImageLine(record, names) ? 1 : undefined);
  const characters = numberAt(record, names.characters);
  const credits = service === ELEVENLABS ? numberAt(record, names.credits) : undefined;
  const audioSeconds = numberAt(record, names.seconds);
  if (!images && characters === undefined && credits === undefined && audioSeconds === undefined) return read;
  const size = imageSize(textAt(record, names.size));
  const others: Usage = present({
    images: images ? [{ count: images, ...present({ size }) }] : undefined,
    characters,
    credits,
    audioSeconds,
  });
  return { ...read, usage: { ...read.usage, ...others } };
}

const CACHED_BESIDE = { cachedBeside: true };

/** As `countAt`, passing over names that hold something else: `images` may list files, `characters` the cast. */
function numberAt(record: JsonObject, names: readonly string[]): number | undefined {
  for (const name of names) if (isNumber(record[name])) return countAt(record, name);
  return undefined;
}

/** One line an image is how generators log, without a count. */
function isImageLine(record: JsonObject, names: LineNames): boolean {
  const kind = textAt(record, KINDS);
  return kind !== undefined && /image/i.test(kind) && serviceOf(textAt(record, names.model)) === GEMINI;
}

const KINDS = ['type', 'operation', 'stage'];

function costOf(record: JsonObject, names: LineNames): RecordedCost | undefined {
  for (const path of names.costs) {
    if (!isNumber(record[path])) continue;
    const { currency, estimate, per } = COST_AT.get(path)!;
    const cost = costAt(record, currency, path);
    if (cost === undefined || (estimate && cost.amount === '0')) continue;
    return per ? { amount: toDecimal(divide(parseMoney(cost.amount)!, per)), currency } : cost;
  }
  const path = names.ownCurrency.find((name) => isNumber(record[name]));
  return path ? costAt(record, textAt(record, 'currency')?.toUpperCase() ?? 'USD', path) : undefined;
}

const COST_AT = new Map(COSTS.map((cost) => [cost.path, cost]));

function labelsIn(record: JsonObject, names: readonly string[]): Record<string, string> | undefined {
  const own: Record<string, JsonValue> = {};
  for (const name of names) own[name] = record[name]!;
  const { metadata, labels } = record;
  const named = names.length > 0 ? labelsOf(own) : undefined;
  if (metadata === undefined && labels === undefined) return named;
  const all = { ...named, ...labelsOf(metadata), ...labelsOf(labels) };
  return Object.keys(all).length > 0 ? all : undefined;
}
