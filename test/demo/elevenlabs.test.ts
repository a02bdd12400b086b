import { ElevenLabsClient } from '@elevenlabs/elevenlabs-js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LocalApi, startLocalApi } from '../../src/demo/local-api.ts';
import { collect } from './collect.ts';

const RACHEL = '21m00Tcm4TlvDq8ikWAM';
const TEXT = 'The lighthouse keeper sings. 🌊';
const CHARACTERS = 30;
// 30 characters at 15 a second are 2 seconds: 77 frames of 417 bytes.
const AUDIO_BYTES = 77 * 417;

let api: LocalApi;
let client: ElevenLabsClient;

beforeEach(async () => {
  api = await startLocalApi({ quota: { limit: 1_000, used: 100 } });
  client = new ElevenLabsClient({ apiKey: 'test', baseUrl: api.url, maxRetries: 0 });
});

afterEach(() => api.close());

describe('the local ElevenLabs API, read by @elevenlabs/elevenlabs-js', () => {
  it('speaks, and bills characters in the header', async () => {
    const { data, rawResponse } = await client.textToSpeech.convert(RACHEL, { text: TEXT }).withRawResponse();
    const bytes = await bytesOf(data);
    expect(bytes.length).toBe(AUDIO_BYTES);
    expect([...bytes.subarray(0, 2)]).toEqual([0xff, 0xfb]);
    expect(rawResponse.headers.get('character-cost')).toBe(String(CHARACTERS));
    expect(rawResponse.headers.get('request-id')).toHaveLength(20);
    expect(rawResponse.headers.get('history-item-id')).toHaveLength(20);
    expect(api.exchanges).toMatchObject([
      {
        method: 'POST',
        path: `/v1/text-to-speech/${RACHEL}`,
        status: 200,
        characterCost: CHARACTERS,
        complete: true,
      },
    ]);
    expect(api.exchanges[0]?.headers).not.toHaveProperty('xi-api-key');
  });

  it.each([
    ['eleven_v3', 17, 17],
    ['eleven_flash_v2_5', 17, 8],
    ['eleven_turbo_v2_5', 5, 2],
    ['eleven_flash_v2_5', 1, 0],
    ['eleven_flash_v2_5', 16, 8],
  ])('bills %s with %i characters as %i credits', async (modelId, length, credits) => {
    await bytesOf(await client.textToSpeech.convert(RACHEL, { text: 'x'.repeat(length), modelId }));
    expect(api.exchanges[0]?.characterCost).toBe(credits);
  });

  it('streams the same audio', async () => {
    const audio = await client.textToSpeech.stream(RACHEL, { text: TEXT });
    expect(await bytesOf(audio)).toHaveLength(AUDIO_BYTES);
    expect(api.exchanges[0]).toMatchObject({ characterCost: CHARACTERS, complete: true });
  });

  it('times each character', async () => {
    const { alignment, audioBase64 } = await client.textToSpeech.convertWithTimestamps(RACHEL, { text: TEXT });
    expect(alignment?.characters.join('')).toBe(TEXT);
    expect(alignment?.characterEndTimesSeconds.at(-1)).toBe(2);
    expect(Buffer.from(audioBase64, 'base64')).toHaveLength(AUDIO_BYTES);
  });

  it('streams timed audio line by line', async () => {
    const chunks = await collect(
      await client.textToSpeech.streamWithTimestamps(RACHEL, { text: `${TEXT} And sleeps.` }),
    );
    expect(chunks.map(({ alignment }) => alignment?.characters.join(''))).toEqual([`${TEXT} `, 'And sleeps.']);
    expect(api.exchanges[0]?.characterCost).toBe(CHARACTERS + 12);
  });

  it('speaks a dialogue in all four forms', async () => {
    const inputs = [
      { text: 'Who sings?', voiceId: RACHEL },
      { text: 'I do.', voiceId: 'pNInz6obpgDQGcFmaJgB' },
    ];
    await bytesOf(await client.textToDialogue.convert({ inputs }));
    await bytesOf(await client.textToDialogue.stream({ inputs }));
    const timed = await client.textToDialogue.convertWithTimestamps({ inputs });
    await collect(await client.textToDialogue.streamWithTimestamps({ inputs }));
    expect(timed.voiceSegments.map(({ characterEndIndex }) => characterEndIndex)).toEqual([10, 15]);
    expect(api.exchanges.map(({ characterCost }) => characterCost)).toEqual([15, 15, 15, 15]);
  });

  it('makes sounds by the generation or by the second', async () => {
    await bytesOf(await client.textToSoundEffects.convert({ text: 'waves' }));
    await bytesOf(await client.textToSoundEffects.convert({ text: 'waves', durationSeconds: 2 }));
    expect(api.exchanges.map(({ characterCost }) => characterCost)).toEqual([100, 40]);
  });

  it('names no cost where none is known to be sent', async () => {
    const audio = new Blob([new Uint8Array(16_000)]);
    await bytesOf(await client.speechToSpeech.convert(RACHEL, { audio }));
    await bytesOf(await client.speechToSpeech.stream(RACHEL, { audio }));
    await bytesOf(await client.audioIsolation.convert({ audio }));
    await bytesOf(await client.music.compose({ prompt: 'shanty', musicLengthMs: 10_000 }));
    await bytesOf(await client.music.stream({ prompt: 'shanty', musicLengthMs: 10_000 }));
    expect(api.exchanges.map(({ status, characterCost, complete }) => [status, characterCost, complete])).toEqual(
      Array(5).fill([200, undefined, true]),
    );
  });

  it('transcribes, with the length of what it heard', async () => {
    const transcript = await client.speechToText.convert({
      file: new Blob([new Uint8Array(160_000)]),
      modelId: 'scribe_v2',
    });
    expect(transcript).toMatchObject({ text: 'The ship turned.', languageCode: 'eng' });
    expect('audioDurationSecs' in transcript && transcript.audioDurationSecs).toBeGreaterThan(10);
  });

  it('tells the length of what it aligns and dubs', async () => {
    const file = new Blob([new Uint8Array(160_000)]);
    const aligned = await client.forcedAlignment.create({ file, text: 'ship' });
    expect(aligned.words[0]?.end).toBeGreaterThan(10);
    const dubbed = await client.dubbing.create({ file, targetLang: 'de' });
    expect(dubbed.expectedDurationSec).toBeGreaterThan(10);
  });

  it('tells what a conversation cost when it is looked up', async () => {
    const headers = { 'xi-api-key': 'test' };
    const call = await fetch(`${api.url}/v1/convai/twilio/outbound-call`, { method: 'POST', headers });
    const { conversation_id: id } = (await call.json()) as { conversation_id: string };
    const looked = await fetch(`${api.url}/v1/convai/conversations/${id}`, { headers });
    expect(await looked.json()).toMatchObject({ conversation_id: id, status: 'done', metadata: { cost: 50 } });
  });

  it('shows the account and counts what was used', async () => {
    await bytesOf(await client.textToSpeech.convert(RACHEL, { text: TEXT }));
    const subscription = await client.user.subscription.get();
    expect([subscription.characterCount, subscription.characterLimit]).toEqual([100 + CHARACTERS, 1_000]);
    expect(new Date((subscription.nextCharacterCountResetUnix ?? 0) * 1000).getUTCDate()).toBe(1);
    const models = await client.models.list();
    expect(models.map(({ modelRates }) => modelRates?.characterCostMultiplier)).toEqual([1, 1, 0.5, 0.5]);
    const { voices } = await client.voices.getAll();
    expect(voices.map(({ name }) => name)).toEqual(['Rachel', 'Adam', 'Sarah']);
  });
});

describe('the errors of the local ElevenLabs API', () => {
  it('answers 401 to what the quota does not allow, and charges nothing', async () => {
    const failure = client.textToSpeech.convert(RACHEL, { text: 'x'.repeat(901) });
    await expect(failure).rejects.toMatchObject({
      statusCode: 401,
      body: {
        detail: {
          status: 'quota_exceeded',
          message:
            'This request exceeds your quota of 1000. You have 900 credits remaining, while 901 credits are required for this request.',
        },
      },
    });
    expect(api.exchanges[0]?.characterCost).toBeUndefined();
    await bytesOf(await client.textToSpeech.convert(RACHEL, { text: 'x'.repeat(900) }));
  });

  it.each([
    ['no text', {}, 'test', 422, [{ type: 'missing', loc: ['body', 'text'], msg: 'Field required', input: null }]],
    ['a wrong key', { text: TEXT }, 'invalid', 401, { status: 'invalid_api_key', code: 'unauthorized' }],
    ['no key', { text: TEXT }, undefined, 401, { status: 'needs_authorization' }],
  ])('refuses %s', async (_, body, key, status, detail) => {
    const response = await fetch(`${api.url}/v1/text-to-speech/${RACHEL}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(key && { 'xi-api-key': key }) },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(status);
    expect(response.headers.get('request-id')).toBeNull();
    expect(await response.json()).toMatchObject({ detail });
  });
});

async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
