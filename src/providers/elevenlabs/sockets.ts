import { at, text } from '../../core/json.ts';
import { parseJson } from '../../core/parse-json.ts';
import { decodeUri } from '../../core/text.ts';
import { ELEVENLABS } from '../../core/usage/event.ts';
import type { RequestHead, SocketReader, UsageFacts } from '../provider.ts';
import { DEFAULT_MODEL } from './characters.ts';
import { SpeechReader } from './speech-socket.ts';
import { voiceName } from './voices.ts';

const SPEECH = /\/v1\/text-to-speech\/([^/]+)\/(?:multi-)?stream-input$/;
const DIALOGUE = /\/v1\/text-to-dialogue\/(?:multi-)?stream-input$/;
const TRANSCRIPTION = /\/v1\/speech-to-text\/realtime$/;
const AGENT = /\/v1\/convai\/conversation$/;

/** The WebSockets that consume credits. None of them tells how many. */
export function openSocket({ url }: RequestHead): SocketReader | undefined {
  const path = url.pathname;
  const voice = SPEECH.exec(path)?.[1];
  if (voice) return new SpeechReader({ ...spoken('text_to_speech', url), voice: voiceName(decodeUri(voice)) });
  if (DIALOGUE.test(path)) return new SpeechReader(spoken('text_to_dialogue', url));
  if (TRANSCRIPTION.test(path))
    return session({
      ...spoken('speech_to_text', url),
      estimated: 'billed by the audio minute; no credits in the answer',
    });
  if (AGENT.test(path))
    return session({ service: ELEVENLABS, operation: 'agent_conversation', status: 'ok', estimated: LOOK_UP });
  return undefined;
}

const LOOK_UP = 'what a conversation cost is told by GET /v1/convai/conversations/{id}';

function spoken(operation: string, { searchParams }: URL): UsageFacts {
  const model = text(searchParams.get('model_id')) ?? DEFAULT_MODEL[operation];
  return {
    service: ELEVENLABS,
    operation,
    status: 'ok',
    ...(model ? { requestModel: model, responseModel: model } : {}),
  };
}

/** A socket that is one call, from its first message to its end; nothing in it tells what is billed. */
function session(facts: UsageFacts): SocketReader {
  let state: 'silent' | 'open' | 'closed' = 'silent';
  let id: string | undefined;
  const tell = (done: boolean) => [{ key: 'session', facts: id ? { ...facts, id } : facts, done }];
  const open = () => {
    if (state !== 'silent') return [];
    state = 'open';
    return tell(false);
  };
  return {
    sent: open,
    received: (message) => {
      // Only the first messages name the conversation; the rest is audio.
      id ??= text(at(parseJson(message), 'conversation_initiation_metadata_event', 'conversation_id'));
      return open();
    },
    closed: () => (state === 'silent' ? [] : tell(true)),
  };
}
