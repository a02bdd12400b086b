import { describe, expect, it } from 'vitest';
import type { UsageEvent } from '../../../src/core/usage/event.ts';
import { gemini } from '../../../src/providers/gemini/index.ts';
import { exchange, memory } from '../exchange.ts';

const G = 'https://generativelanguage.googleapis.com/v1beta';
const MODEL = 'veo-3.1-generate-preview';
const SUBMIT = `${G}/models/${MODEL}:predictLongRunning`;
const NAME = `models/${MODEL}/operations/abc`;
const V = `https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1/publishers/google/models/veo-3.1-generate-001`;

const submit = (parameters: object, instance: object = {}) =>
  exchange({
    url: SUBMIT,
    request: { instances: [{ prompt: 'secret', ...instance }], parameters },
    response: { name: NAME },
  });
const poll = (response: object) =>
  exchange({ method: 'GET', url: `${G}/${NAME}`, response: { name: NAME, ...response } });
const samples = (count: number, rest: object = {}) => ({
  done: true,
  response: {
    generateVideoResponse: { generatedSamples: Array(count).fill({ video: { uri: 'https://x/files/1' } }), ...rest },
  },
});

function readLaterAnswer(asked: object, answer: object, instance: object = {}) {
  const known = memory();
  gemini.readLaterAnswer!(submit(asked, instance), known);
  return gemini.readLaterAnswer!(poll(answer), known);
}

describe('a video that was asked for', () => {
  it('is not known to be made, and never free', () => {
    const facts = gemini.readUsage(submit({}));
    expect(facts).toEqual({
      service: 'gemini',
      operation: 'generate_videos',
      platform: 'gemini-api',
      status: 'incomplete',
      httpStatus: 200,
      id: 'operations/abc',
      requestModel: MODEL,
      responseModel: MODEL,
      estimated: 'unknown whether the video was made: its operation was not read to the end',
    });
  });

  it('is billed by its seconds once the operation says that it was made', () => {
    const [facts] = readLaterAnswer({ durationSeconds: 6, resolution: '1080p', sampleCount: 2 }, samples(2));
    expect(facts).toEqual({
      service: 'gemini',
      operation: 'generate_videos',
      platform: 'gemini-api',
      status: 'ok',
      httpStatus: 200,
      id: 'operations/abc',
      requestModel: MODEL,
      responseModel: MODEL,
      usage: { video: [{ resolution: '1080p', audio: true, seconds: 12 }] },
    });
    expect(gemini.meter(facts as UsageEvent)).toEqual([{ meter: 'video.1080p.audio', count: 12 }]);
  });

  it.each([
    ['nothing named', {}, {}, 8, '720p', 'the request does not name all: 8 seconds and 720p assumed'],
    ['only the length', { durationSeconds: 4 }, {}, 4, '720p', 'the request does not name all: 720p assumed'],
    ['only the resolution', { resolution: '4K' }, {}, 8, '4k', 'the request does not name all: 8 seconds assumed'],
    [
      'an extension',
      { durationSeconds: 8, resolution: '720p' },
      { video: { uri: 'x' } },
      7,
      '720p',
      'the request does not name all: 7 seconds assumed',
    ],
  ])('has the defaults of the server: %s', (_name, parameters, instance, seconds, resolution, estimated) => {
    const [facts] = readLaterAnswer(parameters, samples(1), instance);
    expect(facts?.usage?.video).toEqual([{ resolution, audio: true, seconds }]);
    expect(facts?.estimated).toBe(estimated);
  });

  it.each([
    [
      'all were filtered',
      { done: true, response: { generateVideoResponse: { raiMediaFilteredCount: 1 } } },
      'ok',
      'RAI_FILTERED',
    ],
    ['it failed', { done: true, error: { code: 3, message: 'secret' } }, 'failed', '3'],
  ])('is free where %s', (_name, answer, status, errorCode) => {
    const [facts] = readLaterAnswer({}, answer);
    expect(facts).toMatchObject({ status, errorCode });
    expect(facts?.usage?.video).toBeUndefined();
    expect(facts?.estimated).toBeUndefined();
    expect(JSON.stringify(facts)).not.toContain('secret');
  });

  it('bills only the videos that were delivered', () => {
    const [facts] = readLaterAnswer(
      { durationSeconds: 8, resolution: '720p' },
      samples(1, { raiMediaFilteredCount: 1 }),
    );
    expect(facts?.usage?.video).toEqual([{ resolution: '720p', audio: true, seconds: 8 }]);
  });

  it('is settled once, and not before its end', () => {
    const known = memory();
    gemini.readLaterAnswer!(submit({}), known);
    expect(gemini.readLaterAnswer!(poll({}), known)).toEqual([]);
    const [facts] = gemini.readLaterAnswer!(poll(samples(1)), known);
    known.remember('operations/abc', facts!);
    expect(gemini.readLaterAnswer!(poll(samples(1)), known)).toEqual([]);
  });

  it('in another program has no known length', () => {
    const [facts] = gemini.readLaterAnswer!(poll(samples(1)), memory());
    expect(facts).toMatchObject({
      status: 'ok',
      estimated: 'a video asked for elsewhere: its length and resolution are not in the answer',
    });
    expect(facts?.usage).toBeUndefined();
  });

  it('that was refused is neither billed nor kept in mind', () => {
    const known = memory();
    const refusal = exchange({
      url: SUBMIT,
      status: 400,
      response: { error: { code: 400, status: 'INVALID_ARGUMENT' } },
    });
    expect(gemini.readUsage(refusal)).toMatchObject({ status: 'failed', errorCode: 'INVALID_ARGUMENT' });
    gemini.readLaterAnswer!(refusal, known);
    expect(known.recall('operations/abc')).toBeUndefined();
  });
});

describe('on Vertex AI', () => {
  const name = 'projects/p/locations/us-central1/publishers/google/models/veo-3.1-generate-001/operations/abc';
  const request = { instances: [{}], parameters: { durationSeconds: 4, resolution: '720p', generateAudio: false } };

  it('a video is polled by POST, and may be silent', () => {
    const known = memory();
    gemini.readLaterAnswer!(exchange({ url: `${V}:predictLongRunning`, request, response: { name } }), known);
    const response = {
      name,
      done: true,
      response: { videos: [{ bytesBase64Encoded: 'AAAA' }], raiMediaFilteredCount: 0 },
    };
    const polled = exchange({ url: `${V}:fetchPredictOperation`, request: { operationName: name }, response });
    expect(gemini.readUsage(polled)).toBeUndefined();
    expect(gemini.readLaterAnswer!(polled, known)).toMatchObject([
      {
        platform: 'vertex',
        location: 'us-central1',
        usage: { video: [{ resolution: '720p', audio: false, seconds: 4 }] },
      },
    ]);
  });
});

it('an operation of another kind is none of its concern', () => {
  const tuning = exchange({
    method: 'GET',
    url: `${G}/tunedModels/x/operations/1`,
    response: { done: true, response: {} },
  });
  expect(gemini.readLaterAnswer!(tuning, memory())).toEqual([]);
  expect(gemini.readUsage(tuning)).toBeUndefined();
});
