import { at, isObject, type JsonObject, list, text } from '../../core/json.ts';
import { costAt, countAt, errorCodeOf, put, textAt, timeAt } from '../reading/fields.ts';
import { objectIn } from '../reading/json-text.ts';
import { readTokens } from '../reading/tokens.ts';
import { modelName, serviceOf } from '../reading/vendor.ts';
import type { LoggedEvent, LogShape } from '../shape.ts';
import { innermost } from './nesting.ts';

/**
 * A Langfuse trace with its observations, or one observation a line. Its usage repeats in `metadata` and `trace`, and a
 * generation may hold another one that is the call.
 */
export const langfuse: LogShape = {
  id: 'langfuse',
  summary: 'Langfuse trace or generation',
  keys: ['observations', 'trace', 'type', 'attributes'],
  recognises: (record) => observationsOf(record) !== undefined,
  toEvents: (record) => {
    const observations = observationsOf(record)!;
    const sessionId = textAt(record, ['sessionId', 'trace.sessionId']);
    return generations(observations).map((observation) => {
      const event = readObservation(observation);
      put(event, 'sessionId', sessionId);
      return event;
    });
  },
};

function observationsOf(record: JsonObject): JsonObject[] | undefined {
  const observations = list(record.observations ?? at(record, 'trace', 'observations')).filter(isObject);
  if (observations.some((each) => text(each.type) !== undefined)) return observations;
  if (isGeneration(record) && (isObject(record.usageDetails) || isObject(record.usage))) return [record];
  const attributes = ofAttributes(record.attributes);
  return attributes && [attributes];
}

function isGeneration(observation: JsonObject): boolean {
  return observation.type === 'GENERATION' || observation.type === 'EMBEDDING';
}

function generations(observations: JsonObject[]): JsonObject[] {
  return innermost(observations.filter(isGeneration), {
    all: observations,
    idOf: (each) => text(each.id),
    parentOf: (each) => text(each.parentObservationId),
  });
}

/** What instrumentations send: an observation as attributes of a span. */
function ofAttributes(value: unknown): JsonObject | undefined {
  if (!isObject(value) || text(value['langfuse.observation.type'])?.toLowerCase() !== 'generation') return undefined;
  const usageDetails = objectIn(value['langfuse.observation.usage_details']);
  const costDetails = objectIn(value['langfuse.observation.cost_details']);
  return {
    type: 'GENERATION',
    model: value['langfuse.observation.model.name'] ?? null,
    ...(usageDetails ? { usageDetails } : {}),
    ...(costDetails ? { costDetails } : {}),
  };
}

function readObservation(observation: JsonObject): LoggedEvent {
  const model = textAt(observation, 'model');
  const usage = [observation.usageDetails, observation.usage].find((value) => isObject(value)) as
    | JsonObject
    | undefined;
  const isError = observation.level === 'ERROR';
  const read = usage ? readUsage(usage) : {};
  const event: LoggedEvent = {
    service: serviceOf(model) ?? 'unknown',
    operation: observation.type === 'EMBEDDING' ? 'embed_content' : 'generate_content',
    status: isError && !read.usage ? 'failed' : 'ok',
    ...read,
  };
  put(event, 'id', textAt(observation, 'id'));
  put(event, 'responseModel', modelName(model));
  put(event, 'timestamp', timeAt(observation, 'startTime'));
  const [start, end] = [Date.parse(String(observation.startTime)), Date.parse(String(observation.endTime))];
  if (end >= start) event.durationMs = end - start;
  if (isError) put(event, 'errorCode', errorCodeOf('ERROR'));
  put(event, 'recordedCost', costAt(observation, 'USD', ['totalCost', 'calculatedTotalCost', 'costDetails.total']));
  return event;
}

/** Whether `output` holds the thoughts depends on the instrumentation; a total that is larger shows that it does not. */
function readUsage(usage: JsonObject) {
  return readTokens({
    input: countAt(usage, ['input', 'promptTokens', 'prompt_tokens']),
    output: countAt(usage, ['output', 'completionTokens', 'completion_tokens']),
    total: countAt(usage, ['total', 'totalTokens', 'total_tokens']),
    cached: keyCount(usage, [
      'input_cached_tokens',
      'cache_read_input_tokens',
      'input_cache_read',
      'prompt_details.cache_read',
    ]),
    cacheWrite: keyCount(usage, ['cache_creation_input_tokens', 'input_cache_creation']),
    reasoning: keyCount(usage, ['output_reasoning_tokens', 'output_reasoning', 'completion_details.reasoning']),
  });
}

/** Some of these keys have a dot in them. */
function keyCount(usage: JsonObject, names: string[]): number | undefined {
  const name = names.find((each) => Object.hasOwn(usage, each) && usage[each] !== null);
  return name === undefined ? undefined : countAt({ [name.replace('.', '_')]: usage[name]! }, name.replace('.', '_'));
}
