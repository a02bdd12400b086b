import { describe, expect, it } from 'vitest';
import { elevenlabs } from '../../../src/providers/elevenlabs/index.ts';
import { exchange } from '../exchange.ts';
import { socket } from '../socket.ts';

const API = 'wss://api.elevenlabs.io/v1';
const RACHEL = '21m00Tcm4TlvDq8ikWAM';

describe('speech over a WebSocket', () => {
  const SPEECH = {
    service: 'elevenlabs',
    operation: 'text_to_speech',
    requestModel: 'eleven_flash_v2_5',
    responseModel: 'eleven_flash_v2_5',
    voice: 'Rachel',
  };
  const url = `${API}/text-to-speech/${RACHEL}/stream-input?model_id=eleven_flash_v2_5`;

  it('counts the characters of its text, not those that open and close it', () => {
    const speech = socket(elevenlabs, url);
    expect(speech.sent({ text: ' ', xi_api_key: 'secret' })).toEqual([]);
    expect(speech.sent({ text: 'Hello ' })).toEqual([
      { key: '', facts: { ...SPEECH, status: 'incomplete', usage: { characters: 6 } }, done: false },
    ]);
    expect(speech.sent({ text: 'wörld🌊', try_trigger_generation: true })).toMatchObject([
      { facts: { usage: { characters: 12 } } },
    ]);
    expect(speech.sent({ text: ' ' })).toMatchObject([{ facts: { usage: { characters: 13 } } }]);
    expect(speech.sent({ text: '' })).toEqual([]);
    expect(speech.received({ audio: 'AAAA', isFinal: false })).toEqual([]);
    expect(speech.received({ isFinal: true })).toEqual([
      { key: '', facts: { ...SPEECH, status: 'ok', usage: { characters: 13 } }, done: true },
    ]);
    expect(speech.closed()).toEqual([]);
  });

  it.each([
    ['has said and heard all', { text: '' }, { audio: 'AAAA' }, 'ok'],
    ['has not said all', { flush: true }, { audio: 'AAAA' }, 'incomplete'],
    ['has heard nothing', { text: '' }, {}, 'incomplete'],
  ])('that is left by a client that %s', (_name, last, answer, status) => {
    const speech = socket(elevenlabs, url);
    speech.sent({ text: 'Hello' });
    speech.sent(last);
    speech.received(answer);
    expect(speech.closed()).toMatchObject([{ facts: { status, usage: { characters: 5 } }, done: true }]);
  });

  it('speaks several texts at a time, each a call', () => {
    const speech = socket(elevenlabs, `${API}/text-to-speech/own/multi-stream-input`);
    speech.sent({ text: 'One', context_id: 'a' });
    speech.sent({ text: 'Three', context_id: 'b' });
    expect(speech.received({ isFinal: true, contextId: 'a' })).toMatchObject([
      {
        key: 'a',
        facts: { voice: 'own', status: 'ok', responseModel: 'eleven_multilingual_v2', usage: { characters: 3 } },
        done: true,
      },
    ]);
    speech.received({ audio: 'AAAA', contextId: 'b' });
    speech.sent({ close_socket: true });
    expect(speech.closed()).toMatchObject([{ key: 'b', facts: { status: 'ok', usage: { characters: 5 } } }]);
  });

  it('adds up the lines of a dialogue', () => {
    const speech = socket(elevenlabs, `${API}/text-to-dialogue/stream-input`);
    const inputs = [
      { text: 'Hello', voice_id: RACHEL },
      { text: 'Hi', voice_id: 'b' },
    ];
    expect(speech.sent({ inputs })).toMatchObject([
      {
        facts: {
          operation: 'text_to_dialogue',
          responseModel: 'eleven_v3',
          voice: 'Rachel + b',
          usage: { characters: 7 },
        },
      },
    ]);
  });

  it('without any text is no call', () => {
    const speech = socket(elevenlabs, url);
    speech.sent({ text: ' ' });
    expect(speech.closed()).toEqual([]);
  });

  it('is recognised behind a gateway, where the key is in the first message', () => {
    expect(socket(elevenlabs, url.replace('wss://api.elevenlabs.io', 'ws://127.0.0.1:9')).matches).toBe(true);
  });

  it('bills nothing by its handshake', () => {
    expect(elevenlabs.readUsage(exchange({ method: 'GET', url, status: 101 }))).toBeUndefined();
  });
});

describe('sockets that do not tell what they bill', () => {
  it('an agent is known by its conversation, whose look-up tells', () => {
    const agent = socket(elevenlabs, `${API}/convai/conversation?agent_id=a`);
    const facts = {
      service: 'elevenlabs',
      operation: 'agent_conversation',
      status: 'ok',
      estimated: 'what a conversation cost is told by GET /v1/convai/conversations/{id}',
    };
    expect(agent.sent({ type: 'conversation_initiation_client_data' })).toEqual([
      { key: 'session', facts, done: false },
    ]);
    const named = { conversation_initiation_metadata_event: { conversation_id: 'c1' } };
    expect(agent.received(named)).toEqual([]);
    expect(agent.closed()).toEqual([{ key: 'session', facts: { ...facts, id: 'c1' }, done: true }]);
  });

  it('a transcription is billed by time', () => {
    const heard = socket(elevenlabs, `${API}/speech-to-text/realtime?model_id=scribe_v2_realtime`);
    heard.received({ message_type: 'session_started' });
    expect(heard.closed()).toMatchObject([
      {
        facts: {
          operation: 'speech_to_text',
          responseModel: 'scribe_v2_realtime',
          estimated: 'billed by the audio minute; no credits in the answer',
        },
        done: true,
      },
    ]);
  });

  it('others are of no concern', () => {
    for (const url of [`${API}/other`, 'wss://api.example.org/v1/convai/conversation'])
      expect(elevenlabs.openSocket!(exchange({ method: 'GET', url }).request)).toBeUndefined();
  });
});
