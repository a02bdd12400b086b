import { GoogleGenAI } from '@google/genai';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LocalApi, startLocalApi } from '../../src/demo/local-api.ts';
import { collect } from './collect.ts';

const PROMPT = 'Light the lamp, and keep it lit.';
const PROMPT_TOKENS = 8;
const STORY_TOKENS = 220;

let api: LocalApi;
let ai: GoogleGenAI;

beforeEach(async () => {
  api = await startLocalApi();
  ai = new GoogleGenAI({ apiKey: 'test', httpOptions: { baseUrl: api.url } });
});

afterEach(() => api.close());

async function get(path: string, method = 'GET'): Promise<Response> {
  return fetch(`${api.url}/v1beta/${path}`, { method, headers: { 'x-goog-api-key': 'test' } });
}

describe('interactions of the local Gemini API', () => {
  it('answer at once, with all usage', async () => {
    const made = await ai.interactions.create({ model: 'gemini-3.8-flash', input: PROMPT });
    expect(made).toMatchObject({
      status: 'completed',
      model: 'gemini-3.8-flash',
      usage: {
        total_input_tokens: PROMPT_TOKENS,
        total_output_tokens: STORY_TOKENS,
        total_thought_tokens: 64,
        total_tokens: PROMPT_TOKENS + STORY_TOKENS + 64,
      },
    });
    expect(api.exchanges[0]).toMatchObject({ status: 200, usage: { total_input_tokens: PROMPT_TOKENS } });
  });

  it('stream their events, the last with the usage', async () => {
    const stream = await ai.interactions.create({ model: 'gemini-3.8-flash', input: PROMPT, stream: true });
    const events = await collect(stream);
    expect(events[0]?.event_type).toBe('interaction.created');
    expect(events.at(-1)).toMatchObject({ event_type: 'interaction.completed', interaction: { status: 'completed' } });
  });

  it('run in the background until they are read', async () => {
    const agent = 'deep-research-preview-04-2026';
    const made = await ai.interactions.create({ agent, input: PROMPT, background: true });
    expect(made.status).toBe('in_progress');
    expect(made.usage).toBeUndefined();
    expect(await ai.interactions.get(made.id)).toMatchObject({
      status: 'completed',
      agent,
      usage: { grounding_tool_count: [{ type: 'google_search', count: 3 }] },
    });
  });
});

describe('videos of the local Gemini API', () => {
  const model = 'veo-3.1-generate-preview';
  it('are made when their operation is read', async () => {
    const operation = await ai.models.generateVideos({
      model,
      source: { prompt: PROMPT },
      config: { numberOfVideos: 2 },
    });
    expect(operation.done).toBeUndefined();
    const done = await ai.operations.getVideosOperation({ operation });
    expect(done.done).toBe(true);
    expect(done.response?.generatedVideos).toHaveLength(2);
  });

  it('may be filtered', async () => {
    const operation = await ai.models.generateVideos({ model, source: { prompt: `[filtered] ${PROMPT}` } });
    const done = await ai.operations.getVideosOperation({ operation });
    expect(done.response?.raiMediaFilteredCount).toBe(1);
    expect(done.response?.generatedVideos ?? []).toHaveLength(0);
  });
});

describe('batches of the local Gemini API', () => {
  const contents = [{ role: 'user', parts: [{ text: PROMPT }] }];
  it('hold their results in the answer', async () => {
    const { name } = await ai.batches.create({ model: 'gemini-3.8-flash', src: [{ contents }, { contents }] });
    const done = await ai.batches.get({ name: name! });
    expect(done.dest?.inlinedResponses?.map(({ response }) => response?.usageMetadata?.totalTokenCount)).toEqual([
      PROMPT_TOKENS + STORY_TOKENS,
      PROMPT_TOKENS + STORY_TOKENS,
    ]);
  });

  it('or in a file', async () => {
    const { name } = await ai.batches.create({ model: 'gemini-3.8-flash', src: 'files/input' });
    const done = await ai.batches.get({ name: name! });
    const file = await get(`${done.dest?.fileName}:download?alt=media`);
    const lines = (await file.text()).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).key)).toEqual(['request_1', 'request_2']);
  });
});

describe('context caches of the local Gemini API', () => {
  it('have a size, a model and an expiry that can change', async () => {
    const config = { contents: PROMPT, ttl: '7200s' };
    const cache = await ai.caches.create({ model: 'gemini-3.8-flash', config });
    expect(cache.usageMetadata?.totalTokenCount).toBe(PROMPT_TOKENS);
    expect(hours(cache)).toBe(2);
    const updated = await ai.caches.update({ name: cache.name!, config: { ttl: '1800s' } });
    expect(hours(updated)).toBe(0.5);
    await ai.caches.delete({ name: cache.name! });
    expect(api.exchanges.at(-1)).toMatchObject({ method: 'DELETE', status: 200 });
  });

  function hours({ createTime, expireTime }: { createTime?: string; expireTime?: string }): number {
    return (Date.parse(expireTime ?? '') - Date.parse(createTime ?? '')) / 3_600_000;
  }
});

describe('the OpenAI-compatible endpoints of the local Gemini API', () => {
  const post = (path: string, body: object) =>
    fetch(`${api.url}/v1beta/openai/${path}`, {
      method: 'POST',
      headers: { authorization: 'Bearer test', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const messages = [{ role: 'user', content: PROMPT }];
  const usage = {
    prompt_tokens: PROMPT_TOKENS,
    completion_tokens: STORY_TOKENS,
    total_tokens: PROMPT_TOKENS + STORY_TOKENS + 64,
  };

  it('leave the thoughts out of completion_tokens', async () => {
    const answer = await post('chat/completions', { model: 'gemini-3.8-flash', messages });
    expect(await answer.json()).toMatchObject({ model: 'gemini-3.8-flash', usage });
  });

  it('repeat the usage in every chunk', async () => {
    const answer = await post('chat/completions', { model: 'gemini-3.8-flash', messages, stream: true });
    const lines = (await answer.text()).split('\n\n').filter((line) => line.startsWith('data: {'));
    const chunks = lines.map((line) => JSON.parse(line.slice(6)));
    expect(chunks.length).toBeGreaterThan(1);
    expect(chunks.every((chunk) => chunk.usage.prompt_tokens === PROMPT_TOKENS)).toBe(true);
    expect(chunks.at(-1).usage).toEqual(usage);
  });

  it('embed and draw', async () => {
    const embedded = await post('embeddings', { model: 'gemini-embedding-001', input: [PROMPT, PROMPT] });
    expect(await embedded.json()).toMatchObject({ usage: { total_tokens: 2 * PROMPT_TOKENS } });
    const drawn = await post('images/generations', { model: 'imagen-4.0-generate-001', prompt: PROMPT, n: 2 });
    expect(((await drawn.json()) as { data: unknown[] }).data).toHaveLength(2);
  });
});

describe('what the local Gemini API does not have', () => {
  it.each(['interactions/x', 'batches/x', 'files/batch-x:download', 'models/veo/operations/x', 'cachedContents/x'])(
    '%s is not found',
    async (path) => expect((await get(path)).status).toBe(404),
  );
});
