import { documents } from '../../core/documents.ts';
import { at, isObject, type JsonValue, list, text } from '../../core/json.ts';
import { plain } from '../../core/text.ts';
import { providerFor } from '../../providers/index.ts';
import type { CallMemory, Exchange, UsageFacts } from '../../providers/provider.ts';
import { openAiCompletion } from '../gateways/openai.ts';
import { interaction } from '../google/interaction.ts';
import { geminiResponse } from '../google/response.ts';
import { present } from '../reading/fields.ts';
import { toUtc } from '../reading/time.ts';
import type { LoggedEvent, LogShape, Position } from '../shape.ts';

/** A recorded HTTP exchange, whichever tool recorded it. */
export interface Recording {
  method: string;
  url: string;
  requestHeaders?: unknown;
  requestBody?: JsonValue | undefined;
  status: number;
  headers?: unknown;
  /** Text as sent, one parsed document, or the parsed chunks of a stream. */
  body?: JsonValue | undefined;
  recordedAt?: JsonValue | undefined;
}

/** Bodies that tell of a call where the address does not, such as a gateway's. */
const BODIES: readonly LogShape[] = [interaction, openAiCompletion, geminiResponse];

/**
 * The calls of recorded exchanges in order, read by the vendors' own readers; none where nothing is billed. What one
 * exchange tells of an earlier one, such as the end of a video's making, is known within these recordings only.
 */
export function readRecordings(recordings: readonly Recording[], position: Position): LoggedEvent[] {
  const known = new Map<string, UsageFacts>();
  const memory: CallMemory = {
    recall: (id) => known.get(id),
    remember: (id, facts) => known.set(id, facts),
  };
  return recordings.flatMap((recording) => readRecording(recording, memory, position));
}

function readRecording(recording: Recording, memory: CallMemory, position: Position): LoggedEvent[] {
  const url = URL.canParse(recording.url) ? new URL(recording.url) : undefined;
  if (!url) return [];
  const exchange = exchangeOf(recording, url);
  const provider = providerFor(exchange.request);
  const own = provider?.readUsage(exchange);
  const later = provider?.isLaterAnswer?.(exchange.request) ? (provider.readLaterAnswer?.(exchange, memory) ?? []) : [];
  const found = [...(own ? [own] : []), ...later];
  const timestamp = toUtc(recording.recordedAt) ?? toUtc(headerOf(recording.headers, 'date'));
  if (found.length > 0) return found.map((facts) => ({ ...present({ timestamp }), ...facts }));
  return provider || recording.status >= 400 ? [] : readBody(exchange.response?.body, position, timestamp);
}

/** `POST generativelanguage.googleapis.com/v1beta/files`: no query, which may hold a key. */
export function describeRequest({ method, url }: Recording): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  return plain(`${method} ${parsed ? parsed.hostname + parsed.pathname : url.replace(/\?.*/, '')}`, 120);
}

function exchangeOf(recording: Recording, url: URL): Exchange {
  const body = bytesOf(recording.requestBody);
  const answer = bytesOf(recording.body);
  return {
    request: {
      method: recording.method,
      url,
      header: (name) => headerOf(recording.requestHeaders, name),
      ...(body ? { body } : {}),
    },
    response: {
      status: recording.status,
      header: (name) => headerOf(recording.headers, name),
      complete: true,
      ...(answer ? { body: answer } : {}),
    },
  };
}

function bytesOf(body: JsonValue | undefined): Uint8Array | undefined {
  if (body === undefined || body === null || body === '') return undefined;
  return new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
}

/** Recorders keep a header as text or as a list, under a name of any case. */
function headerOf(headers: unknown, name: string): string | undefined {
  const key = isObject(headers) && Object.keys(headers).find((each) => each.toLowerCase() === name);
  const value = key ? at(headers, key) : undefined;
  return text(value) ?? text(list(value)[0]);
}

function readBody(bytes: Uint8Array | undefined, position: Position, timestamp: string | undefined): LoggedEvent[] {
  const answered = bytes ? [...documents(bytes)] : [];
  for (const shape of BODIES) {
    const chunks = answered.filter((chunk) => shape.recognises(chunk));
    if (chunks.length > 0)
      return shape
        .toEvents(chunks[0]!, position, chunks)
        .map((event) => ({ ...event, timestamp: event.timestamp ?? timestamp }));
  }
  return [];
}
