import { type Content, GoogleGenAI, Type } from '@google/genai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalApi, startLocalApi } from '../../src/demo/local-api.ts';
import { STORY } from '../../src/demo/story.ts';
import { collect } from './collect.ts';

// By the rule of `tokensOf`: 878 code points of story, 4 a token.
const STORY_TOKENS = 220;
const PROMPT = 'Tell me a story.';
const PROMPT_TOKENS = 4;

let api: LocalApi;
let ai: GoogleGenAI;

beforeAll(async () => {
  api = await startLocalApi();
  ai = new GoogleGenAI({ apiKey: 'test', vertexai: false, httpOptions: { baseUrl: api.url } });
});

afterAll(() => api.close());

describe('the local Gemini API, read by @google/genai', () => {
  it('answers a text prompt with usage that adds up', async () => {
    const response = await ai.models.generateContent({ model: 'gemini-3.8-flash', contents: PROMPT });
    expect(response.text).toBe(STORY);
    expect(response.modelVersion).toBe('gemini-3.8-flash');
    expect(response.responseId).toHaveLength(22);
    expect(response.sdkHttpResponse?.headers?.['x-gemini-service-tier']).toBe('standard');
    expect(response.usageMetadata).toEqual({
      promptTokenCount: PROMPT_TOKENS,
      candidatesTokenCount: STORY_TOKENS,
      thoughtsTokenCount: 64 + PROMPT_TOKENS,
      totalTokenCount: PROMPT_TOKENS + STORY_TOKENS + 64 + PROMPT_TOKENS,
      promptTokensDetails: [{ modality: 'TEXT', tokenCount: PROMPT_TOKENS }],
      candidatesTokensDetails: [{ modality: 'TEXT', tokenCount: STORY_TOKENS }],
      serviceTier: 'standard',
    });
    expect(api.exchanges.at(-1)).toMatchObject({
      method: 'POST',
      path: '/v1beta/models/gemini-3.8-flash:generateContent',
      status: 200,
      usage: response.usageMetadata,
      complete: true,
    });
    expect(api.exchanges.at(-1)?.headers).not.toHaveProperty('x-goog-api-key');
  });

  it('gives every response an id of its own', async () => {
    const ask = () => ai.models.generateContent({ model: 'gemini-3.5-flash-lite', contents: PROMPT });
    const [first, second] = [await ask(), await ask()];
    expect(first.responseId).not.toBe(second.responseId);
  });

  it('streams estimates first and the bill last', async () => {
    const stream = await ai.models.generateContentStream({ model: 'gemini-3.5-flash-lite', contents: PROMPT });
    const chunks = await collect(stream);
    expect(chunks.map((chunk) => chunk.text).join('')).toBe(STORY);
    expect(chunks.length).toBeGreaterThan(10);
    expect(chunks[0]?.usageMetadata?.promptTokenCount).toBe(PROMPT_TOKENS + 74);
    expect(chunks.at(-1)?.usageMetadata).toMatchObject({
      promptTokenCount: PROMPT_TOKENS,
      candidatesTokenCount: STORY_TOKENS,
      totalTokenCount: PROMPT_TOKENS + STORY_TOKENS,
    });
    expect(chunks.map((chunk) => chunk.candidates?.[0]?.finishReason)).toEqual([
      ...Array(chunks.length - 1).fill(undefined),
      'STOP',
    ]);
    expect(api.exchanges.at(-1)).toMatchObject({ usage: chunks.at(-1)?.usageMetadata, complete: true });
  });

  it('streams one JSON array where server-sent events are not asked for', async () => {
    const response = await rawPost('/v1beta/models/gemini-3.5-flash-lite:streamGenerateContent', body(PROMPT));
    const chunks = (await response.json()) as { usageMetadata: object }[];
    expect(response.headers.get('content-type')).toBe('application/json; charset=UTF-8');
    expect(chunks.at(-1)?.usageMetadata).toEqual(api.exchanges.at(-1)?.usage);
  });

  it('draws pictures by size', async () => {
    const draw = async (model: string, imageSize: string) => {
      const config = { responseModalities: ['IMAGE'], imageConfig: { imageSize } };
      const response = await ai.models.generateContent({ model, contents: 'A lighthouse', config });
      const image = Buffer.from(response.data ?? '', 'base64');
      return [image.toString('latin1', 1, 4), image.readUInt32BE(16), response.usageMetadata?.candidatesTokensDetails];
    };
    const tokens = (tokenCount: number) => [{ modality: 'IMAGE', tokenCount }];
    expect(await draw('gemini-nano-banana-2.1', '1K')).toEqual(['PNG', 1024, tokens(1120)]);
    expect(await draw('gemini-nano-banana-2.1', '4K')).toEqual(['PNG', 4096, tokens(3780)]);
    expect(await draw('gemini-3.1-flash-image', '512')).toEqual(['PNG', 512, tokens(747)]);
    expect(await draw('gemini-3-pro-image', '4K')).toEqual(['PNG', 4096, tokens(2000)]);
    expect(await draw('gemini-2.5-flash-image', '1K')).toEqual(['PNG', 1024, tokens(1290)]);
  });

  it('speaks 15 characters and 25 tokens a second', async () => {
    const response = await ai.models.generateContent({
      model: 'gemini-3.8-flash-tts',
      contents: 'Say it: fifteen and fifteen...',
      config: { responseModalities: ['AUDIO'] },
    });
    const { inlineData } = response.candidates?.[0]?.content?.parts?.[0] ?? {};
    expect(inlineData?.mimeType).toBe('audio/L16;codec=pcm;rate=24000');
    expect(Buffer.from(inlineData?.data ?? '', 'base64')).toHaveLength(2 * 48_000);
    expect(response.usageMetadata?.candidatesTokensDetails).toEqual([{ modality: 'AUDIO', tokenCount: 50 }]);
  });

  it('cuts at maxOutputTokens and bills every candidate', async () => {
    const config = { maxOutputTokens: 10, candidateCount: 2 };
    const response = await ai.models.generateContent({ model: 'gemini-3.5-flash-lite', contents: PROMPT, config });
    expect(response.candidates?.map(({ finishReason }) => finishReason)).toEqual(['MAX_TOKENS', 'MAX_TOKENS']);
    expect(response.usageMetadata).toMatchObject({ candidatesTokenCount: 20, totalTokenCount: 24 });
  });

  it('thinks within the budget, and not at all with none', async () => {
    const think = async (model: string, thinkingConfig: { thinkingBudget: number } | undefined) => {
      const response = await ai.models.generateContent({ model, contents: PROMPT, config: { thinkingConfig } });
      return response.usageMetadata?.thoughtsTokenCount;
    };
    expect(await think('gemini-2.5-pro', { thinkingBudget: 30 })).toBe(30);
    expect(await think('gemini-2.5-flash', { thinkingBudget: 0 })).toBeUndefined();
    expect(await think('gemini-3.5-flash-lite', undefined)).toBeUndefined();
  });

  it('counts cached tokens inside the prompt', async () => {
    const config = { cachedContent: 'cachedContents/story-4096' };
    const response = await ai.models.generateContent({ model: 'gemini-3.5-flash-lite', contents: PROMPT, config });
    expect(response.usageMetadata).toMatchObject({
      promptTokenCount: 4096 + PROMPT_TOKENS,
      cachedContentTokenCount: 4096,
      cacheTokensDetails: [{ modality: 'TEXT', tokenCount: 4096 }],
    });
  });

  it('counts pictures in the prompt apart from text', async () => {
    const contents: Content[] = [
      { role: 'user', parts: [{ text: PROMPT }, { inlineData: { mimeType: 'image/png', data: 'AAAA' } }] },
    ];
    const response = await ai.models.generateContent({ model: 'gemini-3.5-flash-lite', contents });
    expect(response.usageMetadata?.promptTokensDetails).toEqual([
      { modality: 'TEXT', tokenCount: PROMPT_TOKENS },
      { modality: 'IMAGE', tokenCount: 258 },
    ]);
  });

  it('names the query of a search and counts its results as tool use', async () => {
    const config = { tools: [{ googleSearch: {} }] };
    const response = await ai.models.generateContent({ model: 'gemini-3.5-flash-lite', contents: PROMPT, config });
    expect(response.candidates?.[0]?.groundingMetadata?.webSearchQueries).toEqual([PROMPT]);
    expect(response.usageMetadata).toMatchObject({
      toolUsePromptTokenCount: 119,
      totalTokenCount: PROMPT_TOKENS + STORY_TOKENS + 119,
    });
  });

  it('calls a declared function once, so automatic calling makes two billed requests', async () => {
    const before = api.exchanges.length;
    const response = await ai.models.generateContent({
      model: 'gemini-3.5-flash-lite',
      contents: PROMPT,
      config: {
        tools: [
          {
            tool: async () => ({ functionDeclarations: [{ name: 'tide', parameters: { type: Type.OBJECT } }] }),
            callTool: async () => [{ functionResponse: { name: 'tide', response: { height: 3 } } }],
          },
        ],
      },
    });
    expect(response.text).toBe(STORY);
    expect(api.exchanges.slice(before).map(({ usage }) => usage?.candidatesTokenCount)).toEqual([7, STORY_TOKENS]);
  });

  it('serves the tier that was asked for and says so', async () => {
    const path = '/v1beta/models/gemini-3.8-flash:generateContent';
    const response = await rawPost(path, { ...body(PROMPT), serviceTier: 'SERVICE_TIER_FLEX' });
    expect(response.headers.get('x-gemini-service-tier')).toBe('flex');
    expect(api.exchanges.at(-1)?.usage).toMatchObject({ serviceTier: 'flex' });
  });

  it('resolves a moving name to the model that answers', async () => {
    const response = await ai.models.generateContent({ model: 'gemini-flash-latest', contents: PROMPT });
    expect(response.modelVersion).toBe('gemini-3.8-flash');
  });

  it('counts tokens for free', async () => {
    const counted = await ai.models.countTokens({ model: 'gemini-3.8-flash', contents: PROMPT });
    expect(counted.totalTokens).toBe(PROMPT_TOKENS);
    expect(api.exchanges.at(-1)?.usage).toBeUndefined();
  });

  it('embeds, with the usage of the embedding endpoints', async () => {
    const response = await ai.models.embedContent({ model: 'gemini-embedding-001', contents: [PROMPT, PROMPT] });
    expect(response.embeddings?.map(({ values }) => values?.length)).toEqual([8, 8]);
    const usage = {
      promptTokenCount: 2 * PROMPT_TOKENS,
      promptTokenDetails: [{ modality: 'TEXT', tokenCount: 2 * PROMPT_TOKENS }],
    };
    expect(api.exchanges.at(-1)).toMatchObject({
      path: '/v1beta/models/gemini-embedding-001:batchEmbedContents',
      usage,
    });

    const single = await rawPost('/v1beta/models/gemini-embedding-001:embedContent', {
      content: { parts: [{ text: PROMPT }] },
    });
    expect(await single.json()).toMatchObject({ usageMetadata: { promptTokenCount: PROMPT_TOKENS } });
  });

  it('refuses a blocked prompt with 200 and its input tokens', async () => {
    const response = await ai.models.generateContent({ model: 'gemini-3.8-flash', contents: 'Do [blocked] things' });
    expect(response.promptFeedback?.blockReason).toBe('PROHIBITED_CONTENT');
    expect(response.candidates).toBeUndefined();
    expect(api.exchanges.at(-1)).toMatchObject({ status: 200, usage: { promptTokenCount: 5, totalTokenCount: 5 } });

    const stream = await ai.models.generateContentStream({
      model: 'gemini-3.8-flash',
      contents: 'Do [blocked] things',
    });
    const chunks = await collect(stream);
    expect(chunks.map(({ promptFeedback }) => promptFeedback?.blockReason)).toEqual(['PROHIBITED_CONTENT']);
  });

  it.each([
    ['no key', '', 403, 'PERMISSION_DENIED'],
    ['a wrong key', 'invalid', 400, 'API_KEY_INVALID'],
  ])('refuses %s', async (_, key, status, word) => {
    const response = await rawPost('/v1beta/models/gemini-3.8-flash:generateContent', body(PROMPT), key);
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(word);
  });

  it('does not know a model of another kind', async () => {
    const failure = ai.models.generateContent({ model: 'llama-4', contents: PROMPT });
    await expect(failure).rejects.toMatchObject({ status: 404, message: expect.stringContaining('models/llama-4') });
  });
});

describe('the local Vertex AI', () => {
  const project = '/v1beta1/projects/p/locations/us-central1/publishers/google/models';

  it('answers the SDK in express mode', async () => {
    const vertex = new GoogleGenAI({ vertexai: true, apiKey: 'test', httpOptions: { baseUrl: api.url } });
    const stream = await vertex.models.generateContentStream({ model: 'gemini-3.5-flash-lite', contents: PROMPT });
    const usages = (await collect(stream)).map(({ usageMetadata }) => usageMetadata);
    expect(usages.slice(0, -1)).toEqual(Array(usages.length - 1).fill({ trafficType: 'ON_DEMAND' }));
    expect(usages.at(-1)).toMatchObject({ promptTokenCount: PROMPT_TOKENS, trafficType: 'ON_DEMAND' });
    expect(api.exchanges.at(-1)?.path).toMatch(/^\/v1beta1\/publishers\/google\/models\//);
  });

  it('names the tier as traffic type, without the header of the Gemini API', async () => {
    const response = await fetch(`${api.url}${project}/gemini-3.8-flash:generateContent`, {
      method: 'POST',
      headers: { authorization: 'Bearer test', 'x-vertex-ai-llm-shared-request-type': 'priority' },
      body: JSON.stringify(body(PROMPT)),
    });
    expect(response.headers.get('x-gemini-service-tier')).toBeNull();
    expect(await response.json()).toMatchObject({ usageMetadata: { trafficType: 'ON_DEMAND_PRIORITY' } });
    expect(api.exchanges.at(-1)?.headers).not.toHaveProperty('authorization');
  });

  it('predicts pictures, with one entry more for the safety check', async () => {
    const response = await rawPost(`${project}/imagen-4.0-generate-001:predict`, {
      instances: [{ prompt: 'A lighthouse' }],
      parameters: { sampleCount: 2, includeSafetyAttributes: true },
    });
    const { predictions } = (await response.json()) as { predictions: object[] };
    expect(predictions.map((entry) => 'bytesBase64Encoded' in entry)).toEqual([true, true, false]);
    expect(api.exchanges.at(-1)?.usage).toBeUndefined();
  });

  it('predicts embeddings', async () => {
    const response = await rawPost(`${project}/text-embedding-005:predict`, { instances: [{ content: PROMPT }] });
    expect(await response.json()).toMatchObject({
      predictions: [{ embeddings: { statistics: { token_count: PROMPT_TOKENS } } }],
      metadata: { billableCharacterCount: 13 },
    });
  });
});

function body(prompt: string): object {
  return { contents: [{ role: 'user', parts: [{ text: prompt }] }] };
}

function rawPost(path: string, value: object, key = 'test'): Promise<Response> {
  const headers = { 'content-type': 'application/json', 'x-goog-api-key': key };
  return fetch(`${api.url}${path}`, { method: 'POST', headers, body: JSON.stringify(value) });
}
