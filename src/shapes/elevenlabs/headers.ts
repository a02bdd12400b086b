import { count, isObject, type JsonObject } from '../../core/json.ts';
import { ELEVENLABS } from '../../core/usage/event.ts';
import { providerFor } from '../../providers/index.ts';
import { labelsOf, put, show, textAt, timeAt } from '../reading/fields.ts';
import { toUtc } from '../reading/time.ts';
import { type LoggedEvent, type LogShape, RecordError } from '../shape.ts';

const WRAPPERS = ['headers', 'response_headers', 'responseHeaders'];
const TIMES = ['timestamp', 'ts', 'time'];
const BILL = 'character-cost';

/**
 * The headers of an ElevenLabs answer as a script logs them, alone or in a line of its own: `character-cost` is the
 * bill, in credits.
 */
export const elevenLabsHeaders: LogShape = {
  id: 'elevenlabs-headers',
  summary: 'ElevenLabs response headers: character-cost',
  keys: [...WRAPPERS, BILL, 'Character-Cost'],
  recognises: (record) => headersOf(record) !== undefined,
  toEvents: (record) => [readHeaders(record, headersOf(record)!)],
};

function headersOf(record: JsonObject): JsonObject | undefined {
  return [record, ...WRAPPERS.map((key) => record[key])]
    .filter(isObject)
    .find((headers) => bill(headers) !== undefined);
}

function bill(headers: JsonObject): unknown {
  return headers[BILL] ?? headers['Character-Cost'];
}

function readHeaders(record: JsonObject, headers: JsonObject): LoggedEvent {
  const credits = count(bill(headers));
  if (credits === undefined) throw new RecordError(`${BILL} is not a count: ${show(headers[BILL] ?? null)}`);
  const event: LoggedEvent = { service: ELEVENLABS, operation: operationOf(record), status: 'ok' };
  put(event, 'id', textAt(headers, ['request-id', 'history-item-id']));
  put(event, 'responseModel', textAt(record, ['model_id', 'model']));
  put(event, 'voice', textAt(record, ['voice_name', 'voice', 'voice_id']));
  put(event, 'timestamp', timeAt(record, TIMES) ?? toUtc(headers.date));
  put(event, 'labels', labelsOf(record.labels) ?? labelsOf(record.metadata));
  const characters = count(record.characters) ?? count(record.text_length);
  return { ...event, usage: { credits, ...(characters === undefined ? {} : { characters }) } };
}

/** The address, where it is logged, tells which endpoint answered. */
function operationOf(record: JsonObject): string {
  const address = textAt(record, ['url', 'path']) ?? '';
  const url = `https://api.elevenlabs.io${address.replace(/^https?:\/\/[^/]+/, '')}`;
  if (!address || !URL.canParse(url)) return 'text_to_speech';
  const request = { method: 'POST', url: new URL(url), header: () => undefined };
  return providerFor(request)?.readUsage({ request })?.operation ?? 'text_to_speech';
}
