import { at, type JsonValue, list, text } from '../../core/json.ts';
import { type Chunk, jsonReply, type Reply } from '../exchange.ts';
import { base64, CHARACTERS_PER_SECOND, mp3 } from '../media.ts';
import { pieces } from '../story.ts';
import { spokenText } from './credits.ts';

const CHUNK_BYTES = 16_384;
const CHUNK_WORDS = 5;

export type Headers = Record<string, string>;

/** One audio file: in one body, or in pieces over time. */
export function audio(seconds: number, headers: Headers, streamed: boolean): Reply {
  const bytes = mp3(seconds);
  const head = { ...headers, 'content-type': 'audio/mpeg' };
  return streamed
    ? { headers: head, chunks: slices(bytes) }
    : { headers: { ...head, 'content-length': String(bytes.length) }, body: bytes };
}

export function spokenSeconds(spoken: string): number {
  return [...spoken].length / CHARACTERS_PER_SECOND;
}

function* slices(bytes: Uint8Array): Iterable<Chunk> {
  for (let offset = 0; offset < bytes.length; offset += CHUNK_BYTES) {
    yield { data: bytes.subarray(offset, offset + CHUNK_BYTES) };
  }
}

/** Audio as base64 in JSON with the time of each character; streamed, one JSON object a line. */
export function timedAudio(body: JsonValue | undefined, headers: Headers, streamed: boolean): Reply {
  const spoken = spokenText(body);
  const segments = list(at(body, 'inputs')).length > 0 ? { voice_segments: voiceSegments(body) } : {};
  if (!streamed) return jsonReply({ ...timed(spoken, 0), ...segments }, { headers });
  return {
    headers: { ...headers, 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
    chunks: timedLines(spoken, segments),
  };
}

function* timedLines(spoken: string, segments: object): Iterable<Chunk> {
  let start = 0;
  for (const piece of pieces(spoken, CHUNK_WORDS)) {
    yield { data: `${JSON.stringify({ ...timed(piece, start), ...segments })}\n` };
    start += [...piece].length;
  }
}

function timed(spoken: string, start: number): object {
  const characters = [...spoken];
  const alignment = {
    characters,
    character_start_times_seconds: characters.map((_, index) => (start + index) / CHARACTERS_PER_SECOND),
    character_end_times_seconds: characters.map((_, index) => (start + index + 1) / CHARACTERS_PER_SECOND),
  };
  return { audio_base64: base64(mp3(spokenSeconds(spoken))), alignment, normalized_alignment: alignment };
}

function voiceSegments(body: JsonValue | undefined): object[] {
  let end = 0;
  return list(at(body, 'inputs')).map((input, index) => {
    const start = end;
    end += [...(text(at(input, 'text')) ?? '')].length;
    return {
      voice_id: text(at(input, 'voice_id')) ?? '',
      start_time_seconds: start / CHARACTERS_PER_SECOND,
      end_time_seconds: end / CHARACTERS_PER_SECOND,
      character_start_index: start,
      character_end_index: end,
      dialogue_input_index: index,
    };
  });
}
