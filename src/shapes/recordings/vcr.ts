import { at, count, isObject, type JsonObject, list, text } from '../../core/json.ts';
import { type LogShape, RecordError } from '../shape.ts';
import { describeRequest, type Recording, readRecordings } from './recording.ts';

/** An interaction of a VCR cassette (vcrpy, pytest-recording, Ruby VCR) as JSON: request and response together. */
export const vcrInteraction: LogShape = {
  id: 'vcr-interaction',
  summary: 'VCR cassette interaction: request and response',
  keys: ['request'],
  recognises: (record) =>
    text(at(record, 'request', 'uri')) !== undefined && count(at(record, 'response', 'status', 'code')) !== undefined,
  toEvents: (record, position) => {
    const recording = ofVcr(record);
    const events = readRecordings([recording], position);
    if (events.length === 0) throw new RecordError(`not a billed call: ${describeRequest(recording)}`);
    return events;
  },
};

function ofVcr(record: JsonObject): Recording {
  const { request, response } = record as { request: JsonObject; response: JsonObject };
  const sent = request.parsed_body ?? at(request, 'body', 'string') ?? request.body;
  return {
    method: (text(request.method) ?? 'POST').toUpperCase(),
    url: text(request.uri)!,
    requestHeaders: request.headers,
    requestBody: sent,
    status: count(at(response, 'status', 'code'))!,
    headers: response.headers,
    body: response.parsed_body ?? at(response, 'body', 'string'),
    recordedAt: record.recorded_at,
  };
}

/** A recording of the Google Gen AI JS SDK's test server: all exchanges of one test, bodies parsed into segments. */
export const sdkRecording: LogShape = {
  id: 'sdk-recording',
  summary: 'Google Gen AI SDK recording: recordID, interactions',
  keys: ['recordID'],
  recognises: (record) => text(record.recordID) !== undefined && list(record.interactions).length > 0,
  toEvents: (record, position) => {
    const recordings = list(record.interactions).filter(isObject).map(ofSdk);
    const events = readRecordings(recordings, position);
    if (events.length === 0) throw new RecordError(`no billed call: ${recordings.map(describeRequest).join(', ')}`);
    return events;
  },
};

function ofSdk(exchange: JsonObject): Recording {
  const { request, response } = exchange;
  const host = text(at(request, 'serverAddress')) ?? 'generativelanguage.googleapis.com';
  return {
    method: text(at(request, 'method')) ?? 'POST',
    url: `https://${host}${text(at(request, 'url')) ?? ''}`,
    requestHeaders: at(request, 'headers'),
    requestBody: list(at(request, 'bodySegments'))[0],
    status: count(at(response, 'statusCode')) ?? 200,
    headers: at(response, 'headers'),
    body: at(response, 'bodySegments'),
  };
}
