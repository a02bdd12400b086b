import { at, isObject, type JsonObject, text } from '../../core/json.ts';
import { GEMINI } from '../../core/usage/event.ts';
import { countAt, errorCodeOf, present, put, textAt, timeAt } from '../reading/fields.ts';
import { readTokens } from '../reading/tokens.ts';
import { ofSeveralCalls, type Places, readCounts } from '../reading/usage-counts.ts';
import type { LoggedEvent, LogShape } from '../shape.ts';

/** `tokens.prompt` holds all input; `tokens.input` is what of it was not cached. */
const PLACES: Places = {
  prompt: 'tokens.prompt',
  candidates: 'tokens.candidates',
  thoughts: 'tokens.thoughts',
  toolUse: 'tokens.tool',
  cached: 'tokens.cached',
  total: 'tokens.total',
};

/** What `gemini -o json` prints at the end: sums over all calls of a run, by model. */
export const geminiCliResult: LogShape = {
  id: 'gemini-cli-result',
  summary: 'gemini-cli -o json result: sums by model',
  keys: ['stats'],
  recognises: (record) => text(record.session_id) !== undefined && isObject(at(record, 'stats', 'models')),
  toEvents: (record) =>
    modelsOf(record).flatMap(([model, sums]) => readModel(model, sums, textAt(record, 'session_id'))),
};

function modelsOf(record: JsonObject): [string, JsonObject][] {
  const models = at(record, 'stats', 'models');
  return isObject(models)
    ? Object.entries(models).filter((entry): entry is [string, JsonObject] => isObject(entry[1]))
    : [];
}

function readModel(model: string, sums: JsonObject, sessionId: string | undefined): LoggedEvent[] {
  const requests = countAt(sums, 'api.totalRequests') ?? 1;
  const failed = Math.min(countAt(sums, 'api.totalErrors') ?? 0, requests);
  const common = { service: GEMINI, operation: 'generate_content', responseModel: model, ...present({ sessionId }) };
  const answered = requests - failed;
  const events: LoggedEvent[] = [];
  if (answered > 0)
    events.push({
      ...common,
      status: 'ok',
      ...(answered > 1 ? { calls: answered } : {}),
      ...ofSeveralCalls(readCounts(sums, PLACES), answered),
    });
  if (failed > 0) events.push({ ...common, status: 'failed', ...(failed > 1 ? { calls: failed } : {}) });
  return events;
}

const TYPES = new Set(['init', 'message', 'tool_use', 'tool_result', 'error']);

/** A line of `gemini -o stream-json`: only the last, `result`, has counts, and it does not say of how many calls. */
export const geminiCliStream: LogShape = {
  id: 'gemini-cli-stream',
  summary: 'gemini-cli -o stream-json line',
  keys: ['type'],
  recognises: (record) =>
    (record.type === 'result' && Object.hasOwn(isObject(record.stats) ? record.stats : {}, 'total_tokens')) ||
    (TYPES.has(text(record.type) ?? '') &&
      !isObject(record.usage) &&
      text(record.timestamp) !== undefined &&
      ['session_id', 'role', 'tool_id'].some((key) => text(record[key]) !== undefined) &&
      (record.type === 'init') === (text(record.model) !== undefined)),
  toEvents: (record) => (record.type === 'result' ? readResult(record) : []),
  opens: (record) =>
    record.type === 'init' ? present({ sessionId: text(record.session_id), model: text(record.model) }) : undefined,
};

function readResult(record: JsonObject): LoggedEvent[] {
  const sums: [string | undefined, JsonObject][] = modelsOf(record);
  if (sums.length === 0) sums.push([undefined, record.stats as JsonObject]);
  return sums.map(([model, stats]) => {
    const status = record.status === 'error' ? 'incomplete' : 'ok';
    const event: LoggedEvent = { service: GEMINI, operation: 'generate_content', status };
    put(event, 'responseModel', model);
    put(event, 'timestamp', timeAt(record, 'timestamp'));
    put(event, 'errorCode', errorCodeOf(record.error));
    return { ...event, ...readSums(stats) };
  });
}

/** Thoughts show up in the total alone. */
function readSums(stats: JsonObject) {
  const { usage } = readTokens({
    input: countAt(stats, 'input_tokens'),
    output: countAt(stats, 'output_tokens'),
    total: countAt(stats, 'total_tokens'),
    cached: countAt(stats, 'cached'),
  });
  if (!usage) return {};
  const thoughts = (usage.outputTokens ?? 0) - (countAt(stats, 'output_tokens') ?? 0);
  if (thoughts > 0) usage.reasoningOutputTokens = thoughts;
  return { usage, estimated: 'the sum of a run: it does not say of how many calls, so it counts as one' };
}
