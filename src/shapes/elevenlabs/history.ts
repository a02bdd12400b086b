import { type JsonObject, text } from '../../core/json.ts';
import { codePoints } from '../../core/text.ts';
import { ELEVENLABS } from '../../core/usage/event.ts';
import { countAt, put, textAt, timeAt } from '../reading/fields.ts';
import { type LoggedEvent, type LogShape, RecordError } from '../shape.ts';

const FROM = ['character_count_change_from', 'characterCountChangeFrom'];
const TO = ['character_count_change_to', 'characterCountChangeTo'];
const OPERATIONS: Record<string, string> = { STS: 'speech_to_speech', Dubbing: 'dubbing', TTS: 'text_to_speech' };

/** An item of the ElevenLabs history, as the API or its SDKs write it. The change of the count is the bill, in credits. */
export const elevenLabsHistory: LogShape = {
  id: 'elevenlabs-history',
  summary: 'ElevenLabs history item: character_count_change_from and _to',
  keys: ['history_item_id', 'historyItemId'],
  recognises: (record) =>
    [record.history_item_id, record.historyItemId].some((id) => text(id)) &&
    TO.some((key) => Object.hasOwn(record, key)),
  toEvents: (record) => [readItem(record)],
};

function readItem(record: JsonObject): LoggedEvent {
  const [from, to] = [countAt(record, FROM), countAt(record, TO)];
  const source = textAt(record, 'source');
  const event: LoggedEvent = {
    service: ELEVENLABS,
    operation: OPERATIONS[source ?? ''] ?? 'text_to_speech',
    status: 'ok',
  };
  // The id of the response header, so that a watched call and its history item are one.
  put(event, 'id', textAt(record, ['request_id', 'requestId', 'history_item_id', 'historyItemId']));
  put(event, 'responseModel', textAt(record, ['model_id', 'modelId']));
  put(event, 'voice', textAt(record, ['voice_name', 'voiceName', 'voice_id', 'voiceId']));
  put(event, 'timestamp', timeAt(record, ['date_unix', 'dateUnix']));
  if (from === undefined || to === undefined) return event;
  if (to < from) throw new RecordError(`the character count goes down, from ${from} to ${to}`);
  const sent = textAt(record, 'text');
  return { ...event, usage: { credits: to - from, ...(sent === undefined ? {} : { characters: codePoints(sent) }) } };
}
