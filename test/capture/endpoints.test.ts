import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { UsageEvent } from '../../src/core/usage/event.ts';
import { type LocalApi, startLocalApi } from '../../src/demo/local-api.ts';
import { watched } from './watched.ts';

const ROOT = join(import.meta.dirname, '../..');
/** A hook to test instead of the one that ships. */
const hook = process.env.COSTWATCH_TEST_HOOK;

let api: LocalApi;
beforeEach(async () => {
  api = await startLocalApi();
});
afterEach(() => api.close());

const CLIENT = `import { GoogleGenAI } from '@google/genai';
const ai = new GoogleGenAI({ apiKey: 'k-secret' });
const get = (path, init = {}) => fetch(process.env.API + path, { ...init, headers: { 'x-goog-api-key': 'k-secret', ...init.headers } });
`;

/** The calls that a script is seen to make; the script has \`ai\`, the SDK, and \`get\`, a fetch with a key. */
async function callsOf(script: string): Promise<UsageEvent[]> {
  const env = { GOOGLE_GEMINI_BASE_URL: api.url, API: api.url };
  const command = [process.execPath, '--input-type=module', '-e', CLIENT + script];
  const seen = await watched(command, { env, cwd: ROOT, ...(hook ? { hook } : {}) });
  expect(seen.stderr).toBe('');
  expect(seen.code).toBe(0);
  expect(seen.run?.problems).toEqual([]);
  expect(seen.spool).not.toContain('secret');
  return seen.run!.events;
}

const PROMPT = 'a secret prompt of 32 characters';
/** The story that every text answer holds, in tokens of the local API. */
const STORY = 220;

describe('calls whose cost comes with a later answer', () => {
  it('an agent in the background is completed by the poll, under its own time', async () => {
    const events = await callsOf(`
      const made = await ai.interactions.create({ agent: 'deep-research-preview-04-2026', input: '${PROMPT}', background: true });
      for (const _ of [1, 2]) await ai.interactions.get(made.id);
    `);
    expect(events).toMatchObject([
      {
        operation: 'create_interaction',
        status: 'ok',
        responseModel: 'deep-research-preview-04-2026',
        attempt: 1,
        sessionId: 'session-1',
        usage: {
          inputTokens: 8 + 357,
          toolUseInputTokens: 357,
          outputTokens: STORY + 64,
          reasoningOutputTokens: 64,
          searchQueries: 3,
        },
      },
    ]);
    expect(events[0]?.estimated).toBeUndefined();
  });

  it('a video is completed by its operation; one that nobody asks for again is not known', async () => {
    const events = await callsOf(`
      const config = { numberOfVideos: 2, durationSeconds: 6, resolution: '1080p' };
      const model = 'veo-3.1-generate-preview';
      const operation = await ai.models.generateVideos({ model, source: { prompt: '${PROMPT}' }, config });
      await ai.operations.getVideosOperation({ operation });
      await ai.models.generateVideos({ model, source: { prompt: '${PROMPT}' } });
    `);
    expect(events).toMatchObject([
      {
        operation: 'generate_videos',
        status: 'ok',
        usage: { video: [{ resolution: '1080p', audio: true, seconds: 12 }] },
      },
      {
        operation: 'generate_videos',
        status: 'incomplete',
        estimated: 'unknown whether the video was made: its operation was not read to the end',
      },
    ]);
    expect(events).toHaveLength(2);
  });

  it('a batch is as many calls as it has results, and itself free', async () => {
    const events = await callsOf(`
      const contents = [{ role: 'user', parts: [{ text: '${PROMPT}' }] }];
      const made = await ai.batches.create({ model: 'gemini-3.8-flash', src: [{ contents }, { contents }] });
      for (const _ of [1, 2]) await ai.batches.get({ name: made.name });
    `);
    const line = { tier: 'batch', status: 'ok', usage: { inputTokens: 8, outputTokens: STORY } };
    expect(events).toMatchObject([{ operation: 'create_batch', status: 'ok', usage: {} }, line, line]);
    expect(events).toHaveLength(3);
  });

  it('the results of a batch may be in a file', async () => {
    const events = await callsOf(`
      const made = await ai.batches.create({ model: 'gemini-3.8-flash', src: 'files/input' });
      const { dest } = await ai.batches.get({ name: made.name });
      const file = await get('/v1beta/' + dest.fileName + ':download?alt=media');
      if ((await file.text()).trim().split('\\n').length !== 2) process.exit(1);
    `);
    const line = { tier: 'batch', status: 'ok', usage: { inputTokens: 10, outputTokens: STORY } };
    expect(events).toMatchObject([{ operation: 'create_batch', status: 'ok', usage: {} }, line, line]);
  });

  it('a context cache is corrected when its time to live changes', async () => {
    const events = await callsOf(`
      const contents = '${PROMPT}'.repeat(1000);
      const cache = await ai.caches.create({ model: 'gemini-3.8-flash', config: { contents, ttl: '7200s' } });
      await ai.caches.update({ name: cache.name, config: { ttl: '1800s' } });
    `);
    expect(events).toMatchObject([
      {
        operation: 'create_cache',
        status: 'ok',
        responseModel: 'gemini-3.8-flash',
        usage: { inputTokens: 8000, cacheStorageTokenHours: 4000 },
      },
    ]);
    expect(events).toHaveLength(1);
  });
});

describe('other ways to the same models', () => {
  it('an interaction, whole and streamed', async () => {
    const events = await callsOf(`
      await ai.interactions.create({ model: 'gemini-3.8-flash', input: '${PROMPT}' });
      for await (const event of await ai.interactions.create({ model: 'gemini-3.8-flash', input: '${PROMPT}', stream: true })) void event;
    `);
    const call = { operation: 'create_interaction', status: 'ok', usage: { inputTokens: 8, outputTokens: STORY + 64 } };
    expect(events).toMatchObject([call, call]);
  });

  it('a loop of function calls is as many calls as it has requests', async () => {
    const events = await callsOf(`
      const tool = {
        tool: async () => ({ functionDeclarations: [{ name: 'depth', parameters: { type: 'OBJECT', properties: {} } }] }),
        callTool: async () => [{ functionResponse: { name: 'depth', response: { fathoms: 9 } } }],
      };
      const config = { tools: [tool] };
      await ai.models.generateContent({ model: 'gemini-3.8-flash', contents: '${PROMPT}', config });
    `);
    const call = { operation: 'generate_content', status: 'ok', attempt: 1, responseModel: 'gemini-3.8-flash' };
    expect(events).toMatchObject([call, call]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(2);
  });

  it('the OpenAI-compatible endpoints', async () => {
    const events = await callsOf(`
      const post = (path, body) =>
        fetch(process.env.API + '/v1beta/openai/' + path, {
          method: 'POST',
          headers: { authorization: 'Bearer k-secret', 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }).then((answer) => answer.text());
      const messages = [{ role: 'user', content: '${PROMPT}' }];
      await post('chat/completions', { model: 'gemini-3.8-flash', messages });
      await post('chat/completions', { model: 'gemini-3.8-flash', messages, stream: true });
      await post('embeddings', { model: 'gemini-embedding-001', input: ['${PROMPT}'] });
      await post('images/generations', { model: 'imagen-4.0-generate-001', prompt: '${PROMPT}', n: 2 });
    `);
    const chat = {
      operation: 'generate_content',
      usage: { inputTokens: 8, outputTokens: STORY + 64, reasoningOutputTokens: 64 },
    };
    expect(events).toMatchObject([
      { ...chat, status: 'ok' },
      { ...chat, status: 'ok' },
      { operation: 'embed_content', usage: { inputTokens: 8 } },
      { operation: 'generate_images', usage: { images: [{ count: 2 }] } },
    ]);
  });
});

it('what a conversation with an agent cost comes with its look-up', async () => {
  const events = await callsOf(`
    const headers = { 'xi-api-key': 'k-secret' };
    const call = await fetch(process.env.API + '/v1/convai/twilio/outbound-call', { method: 'POST', headers });
    const { conversation_id: id } = await call.json();
    for (const _ of [1, 2]) await (await fetch(process.env.API + '/v1/convai/conversations/' + id, { headers })).text();
  `);
  expect(events).toMatchObject([
    { service: 'elevenlabs', operation: 'agent_conversation', status: 'ok', usage: { credits: 50, audioSeconds: 5 } },
  ]);
  expect(events).toHaveLength(1);
});

it('a file that File Search indexes has a cost that no answer has', async () => {
  const events = await callsOf(
    `await ai.fileSearchStores.importFile({ fileSearchStoreName: 'fileSearchStores/s', fileName: 'files/f' });`,
  );
  expect(events).toMatchObject([
    {
      operation: 'index_files',
      status: 'ok',
      estimated: 'File Search indexing is billed as embedding tokens, which the API does not count',
    },
  ]);
  expect(events[0]?.usage).toBeUndefined();
});
