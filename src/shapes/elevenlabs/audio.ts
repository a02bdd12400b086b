import { at, isObject, type JsonObject, list, text } from '../../core/json.ts';
import { ELEVENLABS } from '../../core/usage/event.ts';
import { countAt, put, textAt, timeAt } from '../reading/fields.ts';
import type { LoggedEvent, LogShape } from '../shape.ts';

const TIMES = ['timestamp', 'ts', 'time'];

/** A transcript of ElevenLabs speech to text. It names neither the model nor the bill. */
export const elevenLabsTranscript: LogShape = {
  id: 'elevenlabs-transcript',
  summary: 'ElevenLabs speech-to-text result: language_code, words',
  keys: ['language_code', 'languageCode'],
  recognises: (record) =>
    [record.language_code, record.languageCode].some((code) => text(code)) && Array.isArray(record.words),
  toEvents: (record) => {
    const event: LoggedEvent = { service: ELEVENLABS, operation: 'speech_to_text', status: 'ok' };
    put(event, 'id', textAt(record, ['transcription_id', 'transcriptionId']));
    put(event, 'responseModel', textAt(record, 'model_id'));
    put(event, 'timestamp', timeAt(record, TIMES));
    const audioSeconds = countAt(record, ['audio_duration_secs', 'audioDurationSecs']);
    return [{ ...event, ...(audioSeconds === undefined ? {} : { usage: { audioSeconds } }) }];
  },
};

const STARTS = ['character_start_times_seconds', 'characterStartTimesSeconds'];

/** ElevenLabs speech with timestamps: the characters of the alignment are the text that was sent. Streamed in pieces. */
export const elevenLabsTimestamps: LogShape = {
  id: 'elevenlabs-timestamps',
  summary: 'ElevenLabs speech with timestamps: audio_base64, alignment',
  keys: ['alignment'],
  recognises: (record) =>
    (Object.hasOwn(record, 'audio_base64') || Object.hasOwn(record, 'audioBase64')) && isObject(record.alignment),
  toEvents: (record, _, chunks) => [readSpeech(record, chunks)],
  continues: (previous, record) => {
    const [end, start] = [startsOf(previous).at(-1), startsOf(record)[0]];
    return end !== undefined && start !== undefined && start > 0 && start >= end;
  },
};

function startsOf(record: JsonObject): number[] {
  const alignment = record.alignment;
  return STARTS.flatMap((key) => list(at(alignment, key))).filter((value) => typeof value === 'number');
}

function readSpeech(record: JsonObject, chunks: readonly JsonObject[]): LoggedEvent {
  const event: LoggedEvent = { service: ELEVENLABS, operation: 'text_to_speech', status: 'ok' };
  put(event, 'responseModel', textAt(record, 'model_id'));
  put(event, 'voice', textAt(record, 'voice_id'));
  put(event, 'timestamp', timeAt(record, TIMES));
  const characters = chunks.reduce((sum, chunk) => sum + list(at(chunk, 'alignment', 'characters')).length, 0);
  return { ...event, usage: { characters }, estimated: 'characters counted from the timestamps of the answer' };
}
