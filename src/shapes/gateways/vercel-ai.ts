import { at, isObject, type JsonObject, list, text } from '../../core/json.ts';
import { GEMINI } from '../../core/usage/event.ts';
import { servedTier } from '../../providers/gemini/text/tier.ts';
import { countAt, labelsOf, present, put, textAt, timeAt } from '../reading/fields.ts';
import { readTokens } from '../reading/tokens.ts';
import { readMetadata } from '../reading/usage-counts.ts';
import { modelName, serviceOf } from '../reading/vendor.ts';
import type { LoggedEvent, LogShape } from '../shape.ts';

const TIMES = ['timestamp', 'ts', 'time'];

/**
 * A result, step or `onFinish` event of the Vercel AI SDK. One line carries the same usage up to six times: the steps
 * are the calls where there are any, and else the record is one.
 */
export const vercelAi: LogShape = {
  id: 'vercel-ai',
  summary: 'Vercel AI SDK result, step or onFinish event',
  keys: ['totalUsage', 'usage', 'inputTokenDetails'],
  recognises: (record) =>
    (isObject(record.totalUsage) && Array.isArray(record.steps)) ||
    isUsage(record.totalUsage) ||
    (isObject(record.usage) && isObject(record.model) && Object.hasOwn(record, 'stepNumber')) ||
    (isUsage(record.usage) &&
      (Object.hasOwn(record, 'finishReason') || isObject(record.providerMetadata) || isNamed(record))) ||
    (isUsage(record) && isObject(record.inputTokenDetails)),
  toEvents: (record) => {
    const steps = list(record.steps).filter(isObject);
    const calls = steps.length > 0 ? steps : [record];
    return calls.map((call) => readStep(call, record));
  },
};

function isNamed(record: JsonObject): boolean {
  return text(at(record, 'response', 'modelId')) !== undefined;
}

/** Versions 5 and 6 say `inputTokens`, version 4 `promptTokens`. */
function isUsage(value: unknown): value is JsonObject {
  return isObject(value) && ['inputTokens', 'promptTokens'].some((key) => Object.hasOwn(value, key));
}

function readStep(step: JsonObject, record: JsonObject): LoggedEvent {
  const model = textAt(step, 'response.modelId');
  const asked = textAt(step, ['model.modelId', 'model']) ?? textAt(record, ['model.modelId', 'model']);
  const usage = usageOf(step, record);
  const own = ownCounts(step, usage);
  const service = serviceOf(model ?? asked, textAt(step, 'model.provider')) ?? (own ? GEMINI : 'unknown');
  const event: LoggedEvent = {
    service,
    operation: 'generate_content',
    status: 'ok',
    ...(service === GEMINI && own ? readMetadata(own) : readUsage(usage)),
  };
  put(event, 'id', textAt(step, 'response.id'));
  put(event, 'timestamp', timeAt(step, 'response.timestamp') ?? timeAt(record, TIMES));
  put(event, 'requestModel', modelName(asked));
  put(event, 'responseModel', modelName(model));
  putTier(event, vendorOf(step), own);
  const functionId = textAt(step, 'functionId');
  const labels = isObject(record.labels) ? record.labels : {};
  put(event, 'labels', labelsOf({ ...labels, ...present({ functionId }) }));
  return event;
}

function putTier(event: LoggedEvent, vendor: JsonObject | undefined, own: JsonObject | undefined): void {
  const trafficType = text(at(own, 'trafficType'));
  const tier = servedTier({ serviceTier: text(at(vendor, 'serviceTier')), trafficType });
  if (tier && tier !== 'standard') event.tier = tier;
  if (trafficType) event.platform = 'vertex';
}

function vendorOf(step: JsonObject): JsonObject | undefined {
  return [at(step, 'providerMetadata', 'google'), at(step, 'providerMetadata', 'vertex')].find(isObject);
}

/** The sum over all steps stands for the record alone, never for one of its steps. */
function usageOf(step: JsonObject, record: JsonObject): JsonObject | undefined {
  return (step === record ? [record.totalUsage, record.usage, record] : [step.usage]).find(isUsage);
}

/** Google's own counts, where they are kept: the SDK's leave out tool results. */
function ownCounts(step: JsonObject, usage: JsonObject | undefined): JsonObject | undefined {
  return [usage?.raw, at(vendorOf(step), 'usageMetadata')].find(
    (value): value is JsonObject => isObject(value) && Object.hasOwn(value, 'promptTokenCount'),
  );
}

/** The output holds the thoughts since version 6. JSON leaves out what is undefined: a blocked answer has no counts. */
function readUsage(usage: JsonObject | undefined) {
  if (!usage) return {};
  return readTokens({
    input: countAt(usage, ['inputTokens', 'promptTokens']),
    output: countAt(usage, ['outputTokens', 'completionTokens']),
    total: countAt(usage, 'totalTokens'),
    cached: countAt(usage, ['inputTokenDetails.cacheReadTokens', 'cachedInputTokens']),
    reasoning: countAt(usage, ['outputTokenDetails.reasoningTokens', 'reasoningTokens']),
  });
}
