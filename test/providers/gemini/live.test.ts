import { describe, expect, it } from 'vitest';
import { gemini } from '../../../src/providers/gemini/index.ts';
import { exchange } from '../exchange.ts';
import { socket } from '../socket.ts';

const HOST = 'wss://generativelanguage.googleapis.com';
const LIVE = `${HOST}//ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent?key=secret`;
const VERTEX =
  'wss://us-central1-aiplatform.googleapis.com/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent';
const setup = (rest: object = {}) => ({ setup: { model: 'models/gemini-3.8-live', ...rest } });
const ask = { clientContent: { turns: [{ parts: [{ text: 'secret' }] }], turnComplete: true } };
const speech = { serverContent: { modelTurn: { parts: [{ inlineData: { data: 'secret' } }] } } };
const turn = (usageMetadata: object) => ({ serverContent: { turnComplete: true }, usageMetadata });
const COUNTS = { promptTokenCount: 522, responseTokenCount: 42, thoughtsTokenCount: 136, totalTokenCount: 564 };

const OPEN = {
  service: 'gemini',
  operation: 'live',
  platform: 'gemini-api',
  status: 'incomplete',
  requestModel: 'gemini-3.8-live',
  responseModel: 'gemini-3.8-live',
};

describe('a Live session', () => {
  it('has a call for every turn, and thoughts beside what the total says', () => {
    const session = socket(gemini, LIVE);
    expect(session.sent(setup())).toEqual([]);
    expect(session.received({ setupComplete: {} })).toEqual([]);
    expect(session.sent(ask)).toEqual([{ key: 'turn', facts: OPEN, done: false }]);
    expect(session.received(speech)).toEqual([]);
    const usage = { inputTokens: 522, outputTokens: 178, reasoningOutputTokens: 136 };
    expect(session.received(turn(COUNTS))).toEqual([
      { key: 'turn', facts: { ...OPEN, status: 'ok', usage }, done: true },
    ]);
    session.sent({ client_content: {} });
    expect(session.received(turn({ promptTokenCount: 700, responseTokenCount: 3 }))).toMatchObject([
      { key: 'turn', done: true, facts: { usage: { inputTokens: 700, outputTokens: 3 } } },
    ]);
    expect(session.closed()).toEqual([]);
  });

  it('knows the parts by modality', () => {
    const session = socket(gemini, LIVE);
    session.sent(setup());
    const responseTokensDetails = [{ modality: 'AUDIO', tokenCount: 42 }];
    const [call] = session.received(turn({ ...COUNTS, responseTokensDetails }));
    expect(call?.facts.usage?.outputTokensByModality).toEqual({ audio: 42 });
  });

  it('that closes in a turn leaves it incomplete', () => {
    const session = socket(gemini, LIVE);
    session.sent(setup());
    session.received(speech);
    expect(session.closed()).toEqual([
      { key: 'turn', facts: { ...OPEN, estimated: 'the turn was cut off before its counts came' }, done: true },
    ]);
  });

  it('says that transcripts are billed and not counted', () => {
    const session = socket(gemini, LIVE);
    session.sent(setup({ outputAudioTranscription: {} }));
    expect(session.received(turn(COUNTS))[0]?.facts.estimated).toBe(
      'transcripts are billed as text output, which the API does not count apart',
    );
  });

  it('counts the searches of a turn once', () => {
    const session = socket(gemini, LIVE);
    session.sent(setup());
    const grounded = { serverContent: { groundingMetadata: { webSearchQueries: ['a', 'b', ''] } } };
    session.received(grounded);
    session.received(grounded);
    expect(session.received(turn(COUNTS))[0]?.facts.usage?.searchQueries).toBe(2);
    expect(session.received(turn(COUNTS))[0]?.facts.usage?.searchQueries).toBeUndefined();
  });

  it('on Vertex AI has other names for the same counts', () => {
    const session = socket(gemini, VERTEX);
    session.sent({ setup: { model: 'projects/p/locations/l/publishers/google/models/gemini-3.8-live' } });
    const { responseTokenCount: candidatesTokenCount, ...rest } = COUNTS;
    const usage = { ...rest, candidatesTokenCount, trafficType: 'ON_DEMAND_PRIORITY' };
    expect(session.received(turn(usage))).toMatchObject([
      {
        facts: {
          platform: 'vertex',
          location: 'us-central1',
          responseModel: 'gemini-3.8-live',
          tier: 'priority',
          usage: { inputTokens: 522, outputTokens: 178 },
        },
      },
    ]);
  });

  it('is recognised behind a gateway, and keeps nothing of what was said', () => {
    const session = socket(gemini, LIVE.replace(HOST, 'ws://127.0.0.1:9'));
    expect(session.matches).toBe(true);
    const calls = [session.sent(setup()), session.sent(ask), session.received(speech), session.received(turn(COUNTS))];
    expect(JSON.stringify(calls)).not.toContain('secret');
  });

  it('bills nothing by its handshake', () => {
    expect(gemini.readUsage(exchange({ method: 'GET', url: LIVE, status: 101 }))).toBeUndefined();
  });
});

it('a Lyria RealTime session is one call without a price, and says why', () => {
  const url = `${HOST}//ws/google.ai.generativelanguage.v1alpha.GenerativeService.BidiGenerateMusic?key=secret`;
  const session = socket(gemini, url);
  const facts = {
    service: 'gemini',
    operation: 'live_music',
    platform: 'gemini-api',
    status: 'ok',
    requestModel: 'lyria-realtime-exp',
    responseModel: 'lyria-realtime-exp',
    estimated: 'Lyria RealTime tells no usage and has no published price',
  };
  expect(session.closed()).toEqual([]);
  expect(session.sent({ setup: { model: 'models/lyria-realtime-exp' } })).toEqual([
    { key: 'session', facts, done: false },
  ]);
  expect(session.sent({ clientContent: {} })).toEqual([]);
  expect(session.received({ serverContent: {} })).toEqual([]);
  expect(session.closed()).toEqual([{ key: 'session', facts, done: true }]);
});

it('other sockets of Google are of no concern', () => {
  const { request } = exchange({ method: 'GET', url: `${HOST}/ws/other` });
  expect(gemini.openSocket!(request)).toBeUndefined();
});
