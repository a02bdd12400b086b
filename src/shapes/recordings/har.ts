import { at, count, isObject, type JsonObject, type JsonValue, list, text } from '../../core/json.ts';
import { type LogShape, RecordError } from '../shape.ts';
import { type Recording, readRecordings } from './recording.ts';

/** A HAR file, as browsers and proxies save what they saw (http://www.softwareishard.com/blog/har-12-spec/). */
export const har: LogShape = {
  id: 'har',
  summary: 'HAR file of a browser or a proxy: log.entries',
  keys: ['log'],
  recognises: (record) => Array.isArray(at(record, 'log', 'entries')),
  toEvents: (record, position) => {
    const entries = list(at(record, 'log', 'entries')).filter(isObject);
    const events = readRecordings(entries.map(recordingOf), position);
    if (events.length === 0) throw new RecordError(`none of its ${entries.length} requests is a billed call`);
    return events;
  },
};

function recordingOf(entry: JsonObject): Recording {
  const { request, response } = entry;
  return {
    method: text(at(request, 'method')) ?? 'GET',
    url: text(at(request, 'url')) ?? '',
    requestHeaders: headersOf(at(request, 'headers')),
    requestBody: at(request, 'postData', 'text'),
    status: count(at(response, 'status')) ?? 0,
    headers: headersOf(at(response, 'headers')),
    body: bodyOf(at(response, 'content')),
    recordedAt: entry.startedDateTime,
  };
}

function headersOf(headers: JsonValue | undefined): JsonObject {
  const named = list(headers).flatMap((header) => {
    const name = text(at(header, 'name'));
    return name === undefined ? [] : [[name, at(header, 'value') ?? null] as const];
  });
  return Object.fromEntries(named);
}

/** Audio and images are base64 too: what is no text after all tells nothing. */
function bodyOf(content: JsonValue | undefined): JsonValue | undefined {
  const body = at(content, 'text');
  if (at(content, 'encoding') !== 'base64' || typeof body !== 'string') return body;
  try {
    const bytes = Uint8Array.from(atob(body), (character) => character.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
