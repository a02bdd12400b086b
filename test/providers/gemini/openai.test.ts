import { describe, expect, it } from 'vitest';
import { gemini } from '../../../src/providers/gemini/index.ts';
import { exchange } from '../exchange.ts';

const BASE = 'https://generativelanguage.googleapis.com/v1beta/openai';
const CHAT = `${BASE}/chat/completions`;
type Made = Parameters<typeof exchange>[0];
const read = (made: Partial<Made>) => gemini.readUsage(exchange({ url: CHAT, ...made }));

const completion = (usage: object) => ({
  id: 'chat-1',
  object: 'chat.completion',
  model: 'gemini-3.8-flash',
  choices: [{ message: { content: 'secret' } }],
  usage,
});

describe('chat completions', () => {
  it('take the output from the total, since completion_tokens has no thoughts', () => {
    const usage = {
      prompt_tokens: 21,
      completion_tokens: 1,
      total_tokens: 135,
      completion_tokens_details: { reasoning_tokens: 113 },
      prompt_tokens_details: { cached_tokens: 10 },
    };
    const facts = read({ request: { model: 'gemini-3.8-flash', messages: [] }, response: completion(usage) });
    expect(facts).toEqual({
      service: 'gemini',
      operation: 'generate_content',
      platform: 'gemini-api',
      status: 'ok',
      httpStatus: 200,
      id: 'chat-1',
      requestModel: 'gemini-3.8-flash',
      responseModel: 'gemini-3.8-flash',
      usage: { inputTokens: 21, outputTokens: 114, cacheReadInputTokens: 10, reasoningOutputTokens: 113 },
    });
  });

  it.each([
    ['no details', { prompt_tokens: 21, completion_tokens: 1, total_tokens: 135 }, 114, 113],
    ['no thoughts', { prompt_tokens: 21, completion_tokens: 4, total_tokens: 25 }, 4, undefined],
    ['no total', { prompt_tokens: 21, completion_tokens: 4 }, 4, undefined],
  ])('with %s', (_name, usage, outputTokens, reasoning) => {
    expect(read({ response: completion(usage) })?.usage).toMatchObject({ inputTokens: 21, outputTokens });
    expect(read({ response: completion(usage) })?.usage?.reasoningOutputTokens).toBe(reasoning);
  });

  it('of a stream take the last usage, not the sum', () => {
    const chunk = (completion_tokens: number) =>
      `data: ${JSON.stringify({ id: 'c', model: 'gemini-3.8-flash', usage: { prompt_tokens: 5, completion_tokens, total_tokens: 5 + completion_tokens } })}\n\n`;
    const response = `${chunk(2)}${chunk(7)}data: [DONE]\n\n`;
    expect(read({ response, responseHeaders: { 'content-type': 'text/event-stream' } })).toMatchObject({
      status: 'ok',
      usage: { inputTokens: 5, outputTokens: 7 },
    });
  });

  it('without usage have none, which is not zero', () => {
    expect(read({ response: { id: 'c', choices: [] } })?.usage).toBeUndefined();
  });

  it('on Vertex AI lose the prefix of the model and know the tier by the traffic type', () => {
    const url =
      'https://us-central1-aiplatform.googleapis.com/v1beta1/projects/p/locations/us-central1/endpoints/openapi/chat/completions';
    const usage = {
      prompt_tokens: 3,
      total_tokens: 9,
      completion_tokens: 6,
      extra_properties: { google: { traffic_type: 'on_demand_flex' } },
    };
    const response = { ...completion(usage), model: 'google/gemini-3.8-flash' };
    expect(read({ url, request: { model: 'google/gemini-3.8-flash' }, response })).toMatchObject({
      platform: 'vertex',
      location: 'us-central1',
      requestModel: 'gemini-3.8-flash',
      responseModel: 'gemini-3.8-flash',
      tier: 'flex',
    });
  });

  it('refused are not charged', () => {
    const response = [{ error: { code: 429, status: 'RESOURCE_EXHAUSTED' } }];
    expect(read({ status: 429, response })).toMatchObject({ status: 'failed', errorCode: 'RESOURCE_EXHAUSTED' });
  });
});

describe('the other OpenAI-compatible endpoints', () => {
  it('embeddings', () => {
    const response = {
      data: [{ embedding: [1] }],
      model: 'gemini-embedding-001',
      usage: { prompt_tokens: 4, total_tokens: 4 },
    };
    expect(read({ url: `${BASE}/embeddings`, response })).toMatchObject({
      operation: 'embed_content',
      responseModel: 'gemini-embedding-001',
      usage: { inputTokens: 4, outputTokens: 0 },
    });
  });

  it('images', () => {
    const request = { model: 'imagen-4.0-generate-001', prompt: 'secret', n: 2 };
    const response = { data: [{ b64_json: 'AAAA' }, { b64_json: 'AAAA' }] };
    expect(read({ url: `${BASE}/images/generations`, request, response })).toMatchObject({
      operation: 'generate_images',
      responseModel: 'imagen-4.0-generate-001',
      usage: { images: [{ count: 2 }] },
    });
  });

  it.each([
    [
      'videos',
      'generate_videos',
      'a video made through the OpenAI-compatible endpoint: its length is not in the answer',
    ],
    ['batches', 'create_batch', 'a batch made through the OpenAI-compatible endpoint is billed by its result file'],
  ])('%s are counted without a price, and say why', (path, operation, estimated) => {
    const facts = read({ url: `${BASE}/${path}`, request: { model: 'm' }, response: { id: 'x', status: 'queued' } });
    expect(facts).toMatchObject({ operation, estimated });
    expect(facts?.usage).toBeUndefined();
  });

  it.each([
    ['GET', `${BASE}/models`],
    ['POST', `${BASE}/files`],
    ['GET', `${BASE}/videos/x`],
  ])('%s %s bills nothing', (method, url) => expect(read({ method, url })).toBeUndefined());
});

describe('behind a gateway', () => {
  it.each([
    ['http://127.0.0.1:9/v1beta/openai/chat/completions', true],
    ['http://127.0.0.1:9/v1beta:chatCompletions', true],
    ['http://127.0.0.1:9/openai/v1/chat/completions', false],
    ['http://127.0.0.1:9/v1/chat/completions', false],
  ])('%s: %s', (url, expected) => {
    expect(gemini.matches(exchange({ url, headers: { authorization: 'Bearer k' } }).request)).toBe(expected);
  });
});
