import { describe, expect, it } from 'vitest';
import { errorCode, limitHit } from '../../../src/providers/elevenlabs/error.ts';
import { elevenlabs } from '../../../src/providers/elevenlabs/index.ts';
import { exchange, memory } from '../exchange.ts';

const API = 'https://api.elevenlabs.io/v1';
const RACHEL = '21m00Tcm4TlvDq8ikWAM';
const read = (made: Parameters<typeof exchange>[0]) => elevenlabs.readUsage(exchange(made));

describe('which requests are ElevenLabs calls', () => {
  it.each([
    ['the API', `${API}/text-to-speech/x`, {}, true],
    ['a residency host', 'https://api.eu.residency.elevenlabs.io/v1/text-to-speech/x', {}, true],
    ['a gateway with its key header', 'http://127.0.0.1:9/v1/text-to-speech/x', { 'xi-api-key': 'k' }, true],
    ['a gateway without', 'http://127.0.0.1:9/v1/text-to-speech/x', {}, false],
    ['a look-alike host', 'https://evilelevenlabs.io/v1/text-to-speech/x', {}, false],
  ])('%s', (_name, url, headers, expected) => {
    expect(elevenlabs.matches(exchange({ url, headers }).request)).toBe(expected);
  });

  it.each([
    ['text_to_speech', '/text-to-speech/v1'],
    ['text_to_speech', '/text-to-speech/v1/stream'],
    ['text_to_speech', '/text-to-speech/v1/with-timestamps'],
    ['text_to_speech', '/text-to-speech/v1/stream/with-timestamps'],
    ['text_to_dialogue', '/text-to-dialogue'],
    ['text_to_dialogue', '/text-to-dialogue/stream/with-timestamps'],
    ['voice_design', '/text-to-voice/design'],
    ['sound_generation', '/sound-generation'],
    ['speech_to_speech', '/speech-to-speech/v1/stream'],
    ['audio_isolation', '/audio-isolation/stream'],
    ['speech_to_text', '/speech-to-text'],
    ['music', '/music'],
    ['music', '/music/detailed/stream'],
    ['dubbing', '/dubbing'],
    [undefined, '/music/plan'],
    [undefined, '/text-to-voice'],
    [undefined, '/voices/add'],
  ])('%s: POST %s', (operation, path) => {
    expect(read({ url: API + path })?.operation).toBe(operation);
  });

  it('a GET bills nothing', () => expect(read({ method: 'GET', url: `${API}/user/subscription` })).toBeUndefined());
});

describe('text to speech', () => {
  const url = `${API}/text-to-speech/${RACHEL}`;
  const request = { text: 'Hi 👩‍👧 é', model_id: 'eleven_flash_v2_5' };

  it('takes the header as the bill and counts code points beside it', () => {
    const facts = read({
      url,
      request,
      status: 200,
      responseHeaders: { 'character-cost': '4', 'request-id': 'req1', 'content-type': 'audio/mpeg' },
    });
    expect(facts).toEqual({
      service: 'elevenlabs',
      operation: 'text_to_speech',
      status: 'ok',
      httpStatus: 200,
      id: 'req1',
      requestModel: 'eleven_flash_v2_5',
      responseModel: 'eleven_flash_v2_5',
      voice: 'Rachel',
      usage: { characters: 8, credits: 4 },
    });
  });

  it('a missing header is unknown, not zero; a zero is a value', () => {
    expect(read({ url, request, status: 200 })?.usage).toEqual({ characters: 8 });
    expect(read({ url, request, status: 200, responseHeaders: { 'character-cost': '0' } })?.usage).toEqual({
      characters: 8,
      credits: 0,
    });
    expect(read({ url, request, status: 200, responseHeaders: { 'character-cost': '-5' } })?.usage).toEqual({
      characters: 8,
    });
  });

  it('an unread stream is billed by its header', () => {
    expect(
      read({ url, request, status: 200, responseHeaders: { 'character-cost': '8' }, complete: false })?.status,
    ).toBe('ok');
    expect(read({ url, request, status: 200, complete: false })?.status).toBe('incomplete');
  });

  it('takes the server default when the request names no model, and keeps an unknown voice id', () => {
    const facts = read({ url: `${API}/text-to-speech/myOwnVoice`, request: { text: 'x' }, status: 200 });
    expect(facts).toMatchObject({ responseModel: 'eleven_multilingual_v2', voice: 'myOwnVoice' });
  });

  it('adds up the inputs of a dialogue', () => {
    const inputs = [
      { text: 'Hello', voice_id: RACHEL },
      { text: 'Hi', voice_id: 'b' },
    ];
    expect(read({ url: `${API}/text-to-dialogue`, request: { inputs }, status: 200 })).toMatchObject({
      voice: 'Rachel + b',
      usage: { characters: 7 },
    });
  });

  it('reads the billed seconds of a transcription', () => {
    const facts = read({
      url: `${API}/speech-to-text`,
      headers: { 'content-type': 'multipart/form-data' },
      response: { text: 'secret', audio_duration_secs: 5.61925 },
    });
    expect(facts?.usage).toEqual({ audioSeconds: 5.61925 });
    expect(JSON.stringify(facts)).not.toContain('secret');
  });
});

describe('errors', () => {
  const url = `${API}/text-to-speech/v`;
  const quota =
    'This request exceeds your quota of 10000. You have 0 credits remaining, while 91 credits are required for this request.';
  it.each([
    ['quota, older shape', 401, { detail: { status: 'quota_exceeded', message: quota } }, 'quota_exceeded'],
    [
      'quota, newer shape',
      401,
      { detail: { type: 'invalid_request', code: 'quota_exceeded', status: 'quota_exceeded', message: quota } },
      'quota_exceeded',
    ],
    [
      'a bad key',
      401,
      { detail: { type: 'authentication_error', code: 'unauthorized', status: 'invalid_api_key' } },
      'invalid_api_key',
    ],
    ['validation', 422, { detail: [{ loc: ['body', 'text'], msg: 'field required' }] }, 'validation_error'],
    ['no body to read', 429, 'busy', '429'],
  ])('%s', (_name, status, response, code) => {
    expect(read({ url, request: { text: 'x' }, status, response })).toMatchObject({
      status: 'failed',
      errorCode: code,
    });
  });

  it('does not take a server error for free', () => {
    expect(read({ url, request: { text: 'x' }, status: 500, response: {} })?.status).toBe('incomplete');
  });

  it.each([
    [quota, 'quota of 10000 hit, 0 left'],
    [
      'This request exceeds your API key (demo) quota of 500. You have -3 credits remaining, while 7 credits are required for this request.',
      'API key cap of 500 hit, -3 left',
    ],
    [
      'This request exceeds your quota. You have 12 characters remaining, while 40 characters are required for this request.',
      'quota hit, 12 left',
    ],
    ['Something else', undefined],
  ])('quota line: %s', (message, expected) => {
    expect(limitHit({ detail: { message } })).toBe(expected);
  });

  it('knows no code in a body of another kind', () => {
    expect(errorCode({ message: 'x' })).toBeUndefined();
    expect(errorCode({ detail: 'Your text … is not valid' })).toBeUndefined();
  });
});

describe('what is billed by something else than text', () => {
  it.each([
    ['/sound-generation', 'billed by the generation or its seconds; no credits in the answer'],
    ['/music/detailed', 'billed by the length of the music; no credits in the answer'],
    ['/audio-isolation', 'billed by the audio minute; no credits in the answer'],
    ['/studio/projects/p/convert', 'billed by the characters of the project; no credits in the answer'],
    ['/studio/projects/p/chapters/c/convert', 'billed by the characters of the project; no credits in the answer'],
    ['/audio-native', 'billed by the characters of the project; no credits in the answer'],
    ['/flows/video', 'billed by the generation; no credits in the answer'],
    ['/flows/templates/t/runs', 'billed by the generation; no credits in the answer'],
    [
      '/convai/agents/a/simulate-conversation',
      'billed by the minute and for its language model; no credits in the answer',
    ],
  ])('%s says so where no credits are told', (path, estimated) => {
    expect(read({ url: API + path, status: 200 })).toMatchObject({ status: 'ok', usage: {}, estimated });
    const told = read({ url: API + path, status: 200, responseHeaders: { 'character-cost': '100' } });
    expect(told?.usage?.credits).toBe(100);
    expect(told?.estimated).toBeUndefined();
  });

  it.each([
    ['/speech-to-text', { audio_duration_secs: 5.5, words: [{ end: 4 }] }, 5.5],
    ['/forced-alignment', { words: [{ end: 1 }, { end: 2.5 }] }, 2.5],
    ['/dubbing', { dubbing_id: 'd', expected_duration_sec: 61 }, 61],
  ])('%s tells its seconds', (path, response, audioSeconds) => {
    expect(read({ url: API + path, response })?.usage).toEqual({ audioSeconds });
  });

  it('a flow that speaks counts its characters', () => {
    const request = { text: 'Hello', model_id: 'eleven_v3', voice: 'x' };
    expect(read({ url: `${API}/flows/text-to-speech`, request, response: {} })?.usage).toEqual({ characters: 5 });
  });
});

describe('conversations with agents', () => {
  const lookUp = (response: object) => exchange({ method: 'GET', url: `${API}/convai/conversations/c1`, response });
  const ended = {
    conversation_id: 'c1',
    status: 'done',
    transcript: [{ message: 'secret' }],
    metadata: { cost: 50, call_duration_secs: 5 },
  };
  const started = exchange({ url: `${API}/convai/twilio/outbound-call`, response: { conversation_id: 'c1' } });

  it('tell their cost when they are looked up, once', () => {
    const known = memory();
    expect(elevenlabs.readUsage(started)).toMatchObject({ id: 'c1', operation: 'agent_conversation', usage: {} });
    expect(elevenlabs.readLaterAnswer!(started, known)).toEqual([]);
    expect(elevenlabs.readLaterAnswer!(lookUp({ ...ended, status: 'in-progress' }), known)).toEqual([]);
    const [facts] = elevenlabs.readLaterAnswer!(lookUp(ended), known);
    expect(facts).toEqual({
      service: 'elevenlabs',
      operation: 'agent_conversation',
      status: 'ok',
      httpStatus: 200,
      id: 'c1',
      usage: { credits: 50, audioSeconds: 5 },
    });
    known.remember('c1', facts!);
    expect(elevenlabs.readLaterAnswer!(lookUp(ended), known)).toEqual([]);
  });

  it('of another program are counted with that said', () => {
    expect(elevenlabs.readLaterAnswer!(lookUp(ended), memory())).toMatchObject([
      {
        id: 'c1',
        usage: { credits: 50 },
        estimated: 'a conversation that this program looked up: it may have been held before',
      },
    ]);
  });

  it('keep the body of a look-up, and of nothing else that is read', () => {
    expect(elevenlabs.wantsBody(lookUp(ended))).toBe(true);
    expect(elevenlabs.wantsBody(exchange({ method: 'GET', url: `${API}/convai/conversations`, status: 200 }))).toBe(
      false,
    );
  });
});
