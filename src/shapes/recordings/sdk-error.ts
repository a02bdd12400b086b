import { at, count, type JsonObject, text } from '../../core/json.ts';
import { ELEVENLABS, GEMINI } from '../../core/usage/event.ts';
import { errorCodeOf, put, textAt, timeAt } from '../reading/fields.ts';
import { objectIn } from '../reading/json-text.ts';
import { providerName, vendorOf } from '../reading/vendor.ts';
import type { LoggedEvent, LogShape } from '../shape.ts';

const TIMES = ['timestamp', 'ts', 'time'];
/** Error classes of the SDKs, with the vendor where the class belongs to one. */
const CLASSES: Record<string, string | undefined> = {
  ApiError: GEMINI,
  ClientError: GEMINI,
  ServerError: GEMINI,
  GoogleGenerativeAIFetchError: GEMINI,
  ElevenLabsError: ELEVENLABS,
  ElevenLabsTimeoutError: ELEVENLABS,
  AI_APICallError: undefined,
};

/** An error of an SDK as JSON, or the body of an ElevenLabs error: a call that failed and is not billed. */
export const sdkError: LogShape = {
  id: 'sdk-error',
  summary: 'SDK error: ApiError, ElevenLabsError, AI_APICallError',
  keys: ['name', 'detail', 'body'],
  recognises: (record) =>
    (Object.hasOwn(CLASSES, text(record.name) ?? '') &&
      [record.status, record.statusCode, record.code].some((value) => typeof value === 'number')) ||
    isElevenLabsBody(record) ||
    isElevenLabsBody(record.body),
  toEvents: (record) => [readError(record)],
};

function isElevenLabsBody(value: unknown): boolean {
  const word = text(at(value, 'detail', 'status')) ?? text(at(value, 'detail', 'code'));
  return word !== undefined && text(at(value, 'detail', 'message')) !== undefined;
}

function readError(record: JsonObject): LoggedEvent {
  const address = textAt(record, 'url');
  const host = address !== undefined && URL.canParse(address) ? new URL(address).hostname : undefined;
  const model = textAt(record, 'model') ?? /\/models\/([\w.-]+)/.exec(address ?? '')?.[1];
  const isBody = isElevenLabsBody(record) || isElevenLabsBody(record.body);
  const ofClass = isBody ? ELEVENLABS : CLASSES[text(record.name) ?? ''];
  const service = ofClass ?? vendorOf(model) ?? providerName(host) ?? 'unknown';
  const event: LoggedEvent = {
    service,
    operation: service === ELEVENLABS ? 'text_to_speech' : 'generate_content',
    status: 'failed',
  };
  const httpStatus = count(record.statusCode) ?? count(record.status) ?? count(record.code);
  put(event, 'requestModel', model);
  put(event, 'timestamp', timeAt(record, TIMES));
  put(event, 'httpStatus', httpStatus);
  put(event, 'errorCode', wordOf(record) ?? errorCodeOf(httpStatus));
  return event;
}

/** The vendor's word is in the body, which the SDKs keep as JSON text in the message or beside it. */
function wordOf(record: JsonObject): string | undefined {
  const bodies = [record, record.body, record.responseBody, record.message].map((value) => objectIn(value));
  for (const body of bodies) {
    const word = at(body, 'error', 'status') ?? at(body, 'detail', 'status') ?? at(body, 'detail', 'code');
    if (text(word)) return errorCodeOf(word);
  }
  return undefined;
}
