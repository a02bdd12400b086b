import { at, isObject, type JsonObject, list, text } from '../../core/json.ts';
import { GEMINI, type Status } from '../../core/usage/event.ts';
import { addMedia, noSteps, readStep, usageOfInteraction } from '../../providers/gemini/text/interaction-usage.ts';
import { tierName } from '../../providers/gemini/text/tier.ts';
import { labelsOf, present, put, textAt, timeAt } from '../reading/fields.ts';
import { toUtc } from '../reading/time.ts';
import { type LoggedEvent, type LogShape, RecordError } from '../shape.ts';

const TIMES = ['timestamp', 'ts', 'time'];

/**
 * An answer of the Interactions API: the object, bare or under `response`, or the events of a stream, of which the last
 * with a usage is the bill. Polls repeat the object under one id.
 */
export const interaction: LogShape = {
  id: 'interaction',
  summary: 'Gemini Interactions API answer or stream event',
  keys: ['object', 'usage', 'interaction', 'response', 'event_type'],
  recognises: (record) => objectOf(record) !== undefined || isEvent(record),
  toEvents: (record, _, chunks) => readInteraction(record, chunks),
  continues: (previous, record) => isEvent(previous) && isEvent(record) && !isFirst(record),
};

function objectOf(record: JsonObject): JsonObject | undefined {
  if (isInteraction(record)) return record;
  const { interaction, response } = record;
  if (isInteraction(interaction)) return interaction;
  return isInteraction(response) ? response : undefined;
}

function isInteraction(value: unknown): value is JsonObject {
  if (!isObject(value)) return false;
  if (value.object === 'interaction') return true;
  return isObject(value.usage) && Object.hasOwn(value.usage, 'total_input_tokens');
}

const EVENT = /^(?:interaction|step|content)\.|^error$/;

function isEvent(record: JsonObject): boolean {
  const type = text(record.event_type);
  return type !== undefined && EVENT.test(type);
}

function isFirst(record: JsonObject): boolean {
  return record.event_type === 'interaction.created' || record.event_type === 'interaction.start';
}

function readInteraction(record: JsonObject, chunks: readonly JsonObject[]): LoggedEvent[] {
  const objects = chunks.map((chunk) => objectOf(chunk) ?? chunk);
  const last = objects.findLast((value) => isObject(value.usage) || text(value.status)) ?? objects.at(-1)!;
  const latest = (key: string) => objects.map((value) => text(value[key])).findLast((value) => value !== undefined);
  const model = latest('model') ?? latest('agent');
  const read = readUsage(chunks, objects, model);
  const status = statusOf(last, read.usage !== undefined);
  const tier = tierName(latest('service_tier'));
  const event: LoggedEvent = { service: GEMINI, operation: 'create_interaction', status, ...read };
  put(event, 'id', latest('id') ?? latest('interaction_id'));
  put(event, 'responseModel', model);
  put(event, 'timestamp', timeAt(record, TIMES) ?? toUtc(latest('created')));
  put(
    event,
    'errorCode',
    textAt(last, ['error.status', 'error.code']) ?? (status === 'ok' ? undefined : latest('status')),
  );
  if (tier && tier !== 'standard') event.tier = tier;
  put(event, 'labels', labelsOf(record.labels) ?? (isEvent(record) ? undefined : labelsOf(record.metadata)));
  return [event];
}

/** Of several usages the last one counts; the steps tell what it does not itemise. */
function readUsage(chunks: readonly JsonObject[], objects: readonly JsonObject[], model: string | undefined) {
  const usages = chunks.map((chunk, index) => objects[index]!.usage ?? at(chunk, 'metadata', 'total_usage'));
  const usage = usages.findLast((value) => isObject(value)) as JsonObject | undefined;
  const steps = noSteps();
  for (const value of objects) for (const step of [...list(value.steps), ...list(value.outputs)]) readStep(step, steps);
  for (const chunk of chunks) for (const step of [chunk.step, chunk.delta, chunk.content]) readStep(step, steps);
  const read = usage && usageOfInteraction(usage, steps);
  if (read?.doubt && !read.usage) throw new RecordError(read.doubt);
  if (read?.usage) addMedia(read.usage, steps, model, undefined);
  return present({ usage: read?.usage, estimated: read?.doubt });
}

/** What ran is billed, also where it was stopped by a limit; only what never ran is not. */
function statusOf(last: JsonObject, hasUsage: boolean): Status {
  const word = text(last.status);
  if (word === 'failed' || word === 'cancelled') return hasUsage ? 'ok' : 'failed';
  return hasUsage ? 'ok' : 'incomplete';
}
