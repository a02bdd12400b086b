import { at, hasAny, isObject, type JsonObject, text } from '../../core/json.ts';
import { GEMINI } from '../../core/usage/event.ts';
import { servedTier } from '../../providers/gemini/text/tier.ts';
import { present, timeAt } from '../reading/fields.ts';
import { readMetadata } from '../reading/usage-counts.ts';
import type { LoggedEvent, LogShape } from '../shape.ts';
import { fromPython } from './snake-case.ts';

/** Where a line keeps the message; without one of them the line is the message. */
const WRAPPERS = ['data', 'message', 'msg', 'payload'] as const;
const WRAPPED: ReadonlySet<string> = new Set(WRAPPERS);
const RECEIVED = ['serverContent', 'server_content', 'toolCall', 'toolCallCancellation', 'sessionResumptionUpdate'];
const SENT = ['clientContent', 'client_content', 'realtimeInput', 'realtime_input', 'toolResponse', 'tool_response'];
const TIMES = ['timestamp', 'ts', 'time'];

/**
 * Messages of a Live API socket, one a line or as `<380 {…}` in the logs of the JS SDK, sent and received, bare or under
 * `data`, `message`, `msg` or `payload`. Every turn has a usage of its own. The model is in the `setup` message alone.
 */
export const geminiLive: LogShape = {
  id: 'gemini-live',
  summary: 'Gemini Live API message',
  keys: ['usageMetadata', 'usage_metadata', 'setup', 'setupComplete', 'goAway', ...RECEIVED, ...SENT, ...WRAPPERS],
  recognises: (record) => placeOf(record) !== undefined,
  toEvents: readMessage,
  opens: (record) => {
    const message = messageOf(record)!;
    const sessionId = text(at(message, 'setupComplete', 'sessionId'));
    const model = text(at(message, 'setup', 'model'));
    return present({ sessionId, model });
  },
};

function messageOf(record: JsonObject): JsonObject | undefined {
  const place = placeOf(record);
  return place && inWireNames(place);
}

function placeOf(record: JsonObject): JsonObject | undefined {
  if (isMessage(record)) return record;
  if (!hasAny(record, WRAPPED)) return undefined;
  const { data, message, msg, payload } = record;
  return [data, message, msg, payload].find(isMessage);
}

/** Python's `model_dump` writes snake case. */
function inWireNames(value: JsonObject): JsonObject {
  return value.server_content !== undefined || isTurnOfPython(value.usage_metadata) ? fromPython(value) : value;
}

function isTurnOfPython(usage: unknown): boolean {
  return isObject(usage) && usage.response_token_count !== undefined;
}

function isMessage(value: unknown): value is JsonObject {
  if (!isObject(value)) return false;
  let isOne = false;
  let isOther = false;
  for (const key in value) {
    if (MESSAGES.has(key)) isOne = true;
    else if (OTHERS.has(key)) isOther = true;
    else if (key === 'usageMetadata' || key === 'usage_metadata') {
      const usage = value[key];
      if (isObject(usage) && (isTurnOfPython(usage) || usage.responseTokenCount !== undefined)) return true;
    } else if (key === 'setupComplete') isOne ||= isObject(value[key]);
    else if (key === 'setup') isOne ||= text(at(value[key], 'model')) !== undefined;
  }
  return isOne && !isOther;
}

const MESSAGES: ReadonlySet<string> = new Set([...RECEIVED, 'goAway', ...SENT]);
/** A line of another log may have a `toolCall` beside its model or its counts. */
const OTHERS: ReadonlySet<string> = new Set(['model', 'usage', 'input_tokens']);

function readMessage(record: JsonObject): LoggedEvent[] {
  const metadata = messageOf(record)!.usageMetadata;
  if (!isObject(metadata)) return [];
  const { candidatesTokenCount, candidatesTokensDetails, ...rest } = metadata;
  // Vertex AI sends the names of generateContent; the meaning is that of Live, where thoughts are outside the total.
  const read = readMetadata(
    candidatesTokenCount === undefined
      ? metadata
      : present({ ...rest, responseTokenCount: candidatesTokenCount, responseTokensDetails: candidatesTokensDetails }),
  );
  if (!read.usage) return [];
  const tier = servedTier({ serviceTier: text(metadata.serviceTier), trafficType: text(metadata.trafficType) });
  return [
    {
      service: GEMINI,
      operation: 'live',
      status: 'ok',
      ...present({
        timestamp: timeAt(record, TIMES),
        tier: tier === 'standard' ? undefined : tier,
      }),
      ...(metadata.trafficType ? { platform: 'vertex' as const } : {}),
      ...read,
    },
  ];
}
