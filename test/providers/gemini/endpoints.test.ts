import { describe, expect, it } from 'vitest';
import { price } from '../../../src/core/pricing/price.ts';
import { gemini } from '../../../src/providers/gemini/index.ts';
import { meter } from '../../../src/providers/index.ts';
import { loadPriceBook } from '../../../src/store/settings/price-book.ts';
import { exchange } from '../exchange.ts';

const G = 'https://generativelanguage.googleapis.com/v1beta';
const V = 'https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1';
type Made = Parameters<typeof exchange>[0];
const read = (made: Made) => gemini.readUsage(exchange(made))!;
const priced = (made: Made) =>
  price(
    { id: 'x', timestamp: '2026-11-21T10:00:00Z', ...read(made) },
    { book: loadPriceBook(), meter, today: '2026-11-21' },
  );

const body = (rest: object = {}) => ({
  usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 20, totalTokenCount: 30 },
  modelVersion: 'gemini-3.8-flash',
  ...rest,
});

describe('speech, songs and pictures', () => {
  it('speech is output of audio', () => {
    const response = body({
      modelVersion: 'gemini-3.8-flash-tts',
      candidates: [{ content: { parts: [{ inlineData: { mimeType: 'audio/L16;rate=24000', data: 'AAAA' } }] } }],
    });
    expect(read({ url: `${G}/models/gemini-3.8-flash-tts:generateContent`, response }).usage).toEqual({
      inputTokens: 10,
      outputTokens: 20,
      outputTokensByModality: { audio: 20 },
    });
  });

  it('a song is billed by the piece, its tokens not at all', () => {
    const response = body({
      modelVersion: 'lyria-3.5',
      candidates: [{ content: { parts: [{ inlineData: { mimeType: 'audio/mpeg', data: 'AAAA' } }] } }],
    });
    expect(priced({ url: `${G}/models/lyria-3.5:generateContent`, response })).toMatchObject({
      status: 'priced',
      cost: 80_000_000_000n,
    });
  });

  it('Lyria 2 makes songs by :predict', () => {
    const url = `${V}/publishers/google/models/lyria-002:predict`;
    const prediction = { mimeType: 'audio/wav', bytesBase64Encoded: 'AAAA' };
    expect(priced({ url, response: { predictions: [prediction, prediction] } })).toMatchObject({
      event: { operation: 'generate_music', usage: { songs: 2 } },
      cost: 120_000_000_000n,
    });
  });

  it.each([
    ['imageConfig', { imageConfig: { imageSize: '4K' } }, '4K'],
    ['imageConfig in lower case', { imageConfig: { imageSize: '2k' } }, '2K'],
    ['responseFormat, one', { responseFormat: { image: { imageSize: 'IMAGE_SIZE_TWO_K' } } }, '2K'],
    ['responseFormat, a list', { responseFormat: [{ image: { imageSize: 'IMAGE_SIZE_FIVE_TWELVE' } }] }, '512'],
  ])('the size of a picture is in %s', (_name, generationConfig, size) => {
    const response = body({
      candidates: [{ content: { parts: [{ inlineData: { mimeType: 'image/png', data: 'AAAA' } }] } }],
    });
    const facts = read({
      url: `${G}/models/gemini-3.1-flash-image:generateContent`,
      request: { generationConfig },
      response,
    });
    expect(facts.usage?.images).toEqual([{ count: 1, size }]);
  });

  it.each([
    ['edits are images', [{ prompt: 'x', referenceImages: [{}] }], {}, 'edit_image', [{ count: 1 }]],
    ['others are made', [{ prompt: 'x' }], {}, 'generate_images', [{ count: 1 }]],
    ['larger ones have no price', [{ prompt: '' }], { mode: 'upscale' }, 'upscale_image', undefined],
  ])('of :predict: %s', (_name, instances, parameters, operation, images) => {
    const url = `${V}/publishers/google/models/imagen-3.0-capability-001:predict`;
    const facts = read({
      url,
      request: { instances, parameters },
      response: { predictions: [{ bytesBase64Encoded: 'AAAA' }] },
    });
    expect(facts.operation).toBe(operation);
    expect(facts.usage?.images).toEqual(images);
    expect(facts.estimated).toBe(images ? undefined : 'no price known for making an image larger');
  });
});

describe('what the price of a base model does not cover', () => {
  it.each([
    ['tunedModels/mine', `${G}/tunedModels/mine:generateContent`],
    ['endpoints/123', `${V}/endpoints/123:streamGenerateContent`],
  ])('%s keeps its name and is unpriced', (name, url) => {
    expect(read({ url, response: body() })).toMatchObject({
      requestModel: name,
      responseModel: name,
      usage: { inputTokens: 10, outputTokens: 20 },
    });
    expect(priced({ url, response: body() })).toMatchObject({
      status: 'unpriced',
      reason: `no price known for ${name}`,
    });
  });
});

it('what an endpoint of the user predicts is not taken for nothing', () => {
  const facts = read({ url: `${V}/endpoints/123:predict`, response: { predictions: [[0.1, 0.9]] } });
  expect(facts).toMatchObject({ status: 'ok', responseModel: 'endpoints/123' });
  expect(facts.usage).toBeUndefined();
});

it("Google's other services are of no concern", () => {
  const url = 'https://texttospeech.googleapis.com/v1/voices';
  expect(gemini.matches(exchange({ url, headers: { 'x-goog-api-key': 'k' } }).request)).toBe(false);
});

describe('tiers of Vertex AI', () => {
  const url = `${V}/publishers/google/models/gemini-3.8-flash:generateContent`;
  it('are asked for in a header, and may not be served', () => {
    const headers = { 'x-vertex-ai-llm-shared-request-type': 'flex' };
    expect(read({ url, headers, response: body() })).toMatchObject({
      tier: 'flex',
      estimated: 'the answer names no tier, flex was asked for',
    });
    const usageMetadata = { ...body().usageMetadata, trafficType: 'ON_DEMAND' };
    expect(read({ url, headers, response: body({ usageMetadata }) }).tier).toBeUndefined();
  });
});

describe('File Search', () => {
  const url = `${G.replace('/v1beta', '/upload/v1beta')}/fileSearchStores/s:uploadToFileSearchStore`;
  it.each([
    ['an upload in one', {}, true],
    ['its first request', { 'x-goog-upload-command': 'start' }, false],
    ['its last bytes', { 'x-goog-upload-command': 'upload, finalize' }, true],
  ])('indexes by %s: %s', (_name, headers: Record<string, string>, expected) => {
    expect(gemini.readUsage(exchange({ url, headers })) !== undefined).toBe(expected);
  });

  it('does not count what it bills', () => {
    const facts = read({ url: `${G}/fileSearchStores/s:importFile`, response: { name: 'x' } });
    expect(facts).toMatchObject({
      operation: 'index_files',
      status: 'ok',
      estimated: 'File Search indexing is billed as embedding tokens, which the API does not count',
    });
    expect(facts.usage).toBeUndefined();
  });

  it.each([
    ['POST', `${G}/fileSearchStores`],
    ['GET', `${G}/fileSearchStores/s`],
  ])('%s %s is free', (method, address) =>
    expect(gemini.readUsage(exchange({ method, url: address }))).toBeUndefined(),
  );
});

it('a voice made to order is billed by the usage in its answer', () => {
  const usage = { total_input_tokens: 5, total_output_tokens: 50, total_tokens: 55 };
  const request = { voice: { model: 'gemini-3.8-flash-tts', description: 'secret' } };
  const facts = read({ url: `${G}/voices`, request, response: { id: 'v', usage } });
  expect(facts).toMatchObject({
    operation: 'create_voice',
    responseModel: 'gemini-3.8-flash-tts',
    status: 'ok',
    usage: { inputTokens: 5, outputTokens: 50 },
  });
  expect(JSON.stringify(facts)).not.toContain('secret');
});

it('hops of a continuation are calls of their own', () => {
  const url = `${G}/models/gemini-3.8-flash:generateContent`;
  const hop = (responseId: string) =>
    read({
      url,
      response: body({ responseId, candidates: [{ finishReason: 'CONTINUATION', continuationToken: 'secret' }] }),
    });
  expect([hop('r1'), hop('r2')]).toMatchObject([
    { id: 'r1', status: 'ok', usage: { inputTokens: 10 } },
    { id: 'r2', status: 'ok', usage: { inputTokens: 10 } },
  ]);
  expect(hop('r1').errorCode).toBeUndefined();
});

describe('behind a gateway', () => {
  const gateway = 'http://127.0.0.1:9';
  it.each([
    ['POST', '/v1beta/interactions', true],
    ['GET', '/v1beta/interactions/x', true],
    ['POST', '/v1beta/cachedContents', true],
    ['DELETE', '/v1beta/cachedContents/x', true],
    ['GET', '/v1beta/batches/x', true],
    ['GET', '/v1beta/files/x:download', true],
    ['GET', '/v1beta/models/veo/operations/x', true],
    ['GET', '/v1beta/models', false],
    ['GET', '/interactions/x', false],
  ])('%s %s with a Google key: %s', (method, path, expected) => {
    const made = { method, url: gateway + path };
    expect(gemini.matches(exchange({ ...made, headers: { 'x-goog-api-key': 'k' } }).request)).toBe(expected);
    expect(gemini.matches(exchange(made).request)).toBe(false);
  });
});
