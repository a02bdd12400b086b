import { expect, test } from 'vitest';
import { collectText } from './collect.ts';

interface Chunk {
  id?: string;
  text?: string;
  end?: boolean;
  tokens?: number;
}

function chunk({ id, text, end, tokens }: Chunk): string {
  const candidates = [{ content: { parts: [{ text }] }, ...(end ? { finishReason: 'STOP' } : {}) }];
  return JSON.stringify({
    ...(text === undefined ? {} : { candidates }),
    usageMetadata:
      tokens === undefined ? { trafficType: 'ON_DEMAND' } : { promptTokenCount: tokens, totalTokenCount: tokens },
    modelVersion: 'gemini-2.5-flash',
    ...(id ? { responseId: id } : {}),
  });
}

async function tokensOf(text: string): Promise<unknown[]> {
  const { events, skipped } = await collectText(text, 50);
  expect(skipped).toStrictEqual([]);
  return events.map((event) => [event.usage?.inputTokens, event.status]);
}

test('the last chunk with counts is the bill, though an earlier one has more', async () => {
  const chunks = [
    { id: 'a', text: 'x', tokens: 101 },
    { id: 'a', text: 'y', tokens: 27 },
    { id: 'a', text: 'z', end: true },
  ];
  expect(await tokensOf(chunks.map(chunk).join('\n'))).toStrictEqual([[27, 'ok']]);
});

test('streams that follow each other are told apart by id', async () => {
  const chunks = [
    { id: 'a', text: 'x', tokens: 1 },
    { id: 'a', text: 'y', tokens: 2, end: true },
    { id: 'b', text: 'x', tokens: 3 },
    { id: 'b', text: 'y', tokens: 4, end: true },
  ];
  expect(await tokensOf(chunks.map(chunk).join('\n'))).toStrictEqual([
    [2, 'ok'],
    [4, 'ok'],
  ]);
});

test('streams of events without ids are told apart by their counts and models', async () => {
  const event = (counts: { prompt: number; out?: number }, more: object = {}) => {
    const { prompt, out } = counts;
    const usageMetadata = { promptTokenCount: prompt, candidatesTokenCount: out, totalTokenCount: prompt + (out ?? 0) };
    const candidates = [{ content: { parts: [{ text: 'x' }] }, finishReason: 'STOP' }];
    return `data: ${JSON.stringify({ candidates, usageMetadata, modelVersion: 'gemini-2.5-flash', ...more })}\n`;
  };
  const streams = [
    // One in which every chunk has a finish reason, as older answers had.
    [event({ prompt: 10, out: 1 }), event({ prompt: 10, out: 2 }), event({ prompt: 10, out: 3 })],
    // The same prompt again: its counts start from below.
    [event({ prompt: 10, out: 1 }), event({ prompt: 10, out: 4 })],
    // Another prompt.
    [event({ prompt: 11, out: 5 })],
    // Another model.
    [event({ prompt: 11, out: 6 }, { modelVersion: 'gemini-2.5-pro' })],
    // Counts that come alone, and a stream whose first chunk has none.
    [
      event({ prompt: 11, out: 6 }, { modelVersion: 'gemini-2.5-pro', usageMetadata: undefined }),
      event({ prompt: 12, out: 7 }, { modelVersion: 'gemini-2.5-pro', candidates: undefined }),
    ],
  ];
  const { events, skipped } = await collectText(streams.map((stream) => stream.join('\n')).join('\n'), 50);
  expect(skipped).toStrictEqual([]);
  expect(events.map(({ usage }) => [usage?.inputTokens, usage?.outputTokens])).toStrictEqual([
    [10, 3],
    [10, 4],
    [11, 5],
    [11, 6],
    [12, 7],
  ]);
});

test('a line with a part of an answer and no finish reason is no whole call', async () => {
  const line = (end: unknown) =>
    JSON.stringify({
      timestamp: '2026-11-02T10:00:00Z',
      candidates: [{ content: { parts: [{ text: 'x' }] }, finishReason: end }],
      usageMetadata: { promptTokenCount: 5, totalTokenCount: 5 },
      modelVersion: 'gemini-2.5-flash',
    });
  expect(await tokensOf([undefined, 'STOP', 0, 1].map(line).join('\n'))).toStrictEqual([
    [5, 'incomplete'],
    [5, 'ok'],
    [5, 'incomplete'],
    [5, 'ok'],
  ]);
});

test('counts may come alone behind the last chunk', async () => {
  const chunks = [
    { id: 'a', text: 'x' },
    { id: 'a', text: 'y', end: true },
    { id: 'a', tokens: 9 },
  ];
  expect(await tokensOf(chunks.map(chunk).join('\n'))).toStrictEqual([[9, 'ok']]);
});

test('a response logged twice is two records with one id, for the ledger to join', async () => {
  const line = chunk({ id: 'a', text: 'x', tokens: 5, end: true });
  const { events } = await collectText(`${line}\n${line}\n`);
  expect(events.map((event) => event.id)).toStrictEqual(['a', 'a']);
});

test('without ids, server-sent events and the elements of an array are one stream up to its end', async () => {
  const chunks = [
    { text: 'x', tokens: 1 },
    { text: 'y', tokens: 2 },
    { text: 'z', tokens: 3, end: true },
  ].map(chunk);
  expect(await tokensOf(chunks.map((text) => `data: ${text}\n\n`).join(''))).toStrictEqual([[3, 'ok']]);
  expect(await tokensOf(`[${chunks.join(',\n')}]`)).toStrictEqual([[3, 'ok']]);
});

test('without ids, lines are calls of their own', async () => {
  const chunks = [
    { text: 'x', tokens: 1, end: true },
    { text: 'y', tokens: 2, end: true },
  ].map(chunk);
  expect(await tokensOf(chunks.join('\n'))).toStrictEqual([
    [1, 'ok'],
    [2, 'ok'],
  ]);
});

test('a stream that was cut off, or ended in an error, is incomplete', async () => {
  const chunks = [
    { id: 'a', text: 'x', tokens: 1 },
    { id: 'a', text: 'y', tokens: 2 },
  ].map(chunk);
  expect(await tokensOf(chunks.join('\n'))).toStrictEqual([[2, 'incomplete']]);
  const error = '{"error":{"code":503,"message":"overloaded","status":"UNAVAILABLE"}}';
  const open = `data: ${chunk({ text: 'x', tokens: 4 })}\n\n`;
  expect(await tokensOf(`${open}data: ${error}\n\n`)).toStrictEqual([[4, 'incomplete']]);
  expect(await tokensOf(`${open}${JSON.stringify(JSON.parse(error), null, 2)}\n`)).toStrictEqual([[4, 'incomplete']]);
});

test('events belong to the session that their file opened last', async () => {
  const header = (id: string) => `{"costwatch":1,"session":{"id":"${id}"}}\n`;
  const event = (sessionId?: string) =>
    `${JSON.stringify({ service: 'gemini', operation: 'generate_content', status: 'ok', sessionId })}\n`;
  const closed = '{"costwatch":1,"closed":{"exitCode":0}}\n';
  const text = event() + header('s1') + event() + event('own') + closed + header('s2') + event();
  const { events, skipped } = await collectText(text);
  expect(skipped).toStrictEqual([]);
  expect(events.map((each) => each.sessionId)).toStrictEqual([undefined, 's1', 'own', 's2']);
});

test('the events of an Interactions stream are one call, as lines and as server-sent events', async () => {
  const object = { id: 'v1', object: 'interaction', model: 'gemini-2.5-flash', created: '2026-11-20T10:00:00Z' };
  const usage = { total_input_tokens: 7, total_output_tokens: 26, total_thought_tokens: 115, total_tokens: 148 };
  const events = [
    { event_type: 'interaction.created', interaction: { ...object, status: 'in_progress' } },
    { event_type: 'step.delta', index: 0, delta: { type: 'text', text: 'x' } },
    { event_type: 'interaction.completed', interaction: { ...object, status: 'completed', usage } },
  ].map((event) => JSON.stringify(event));
  const lines = events.join('\n');
  const sent = events.map((data, n) => `event: e${n}\ndata: ${data}\n\n`).join('');
  expect(await tokensOf(`${lines}\n${lines.replaceAll('"v1"', '"v2"')}\n`)).toStrictEqual([
    [7, 'ok'],
    [7, 'ok'],
  ]);
  expect(await tokensOf(`${sent}data: [DONE]\n\n`)).toStrictEqual([[7, 'ok']]);
});

test('every chunk of an OpenAI-compatible stream repeats the usage so far: the last one counts', async () => {
  const part = (id: string, tokens?: number) =>
    `data: ${JSON.stringify({
      ...{ id, object: 'chat.completion.chunk', model: 'gemini-2.5-flash', choices: [] },
      ...(tokens === undefined
        ? {}
        : { usage: { prompt_tokens: tokens, completion_tokens: 1, total_tokens: tokens + 1 } }),
    })}\n\n`;
  const text = `${part('a', 9)}${part('a', 10)}${part('a')}data: [DONE]\n\n${part('b', 3)}${part('c')}`;
  expect(await tokensOf(text)).toStrictEqual([
    [10, 'ok'],
    [3, 'ok'],
    [undefined, 'incomplete'],
  ]);
});

test('speech with timestamps comes in pieces whose times go on; a new answer starts again', async () => {
  const piece = (characters: string, start: number) =>
    JSON.stringify({
      audio_base64: 'AAAA',
      alignment: {
        characters: [...characters],
        character_start_times_seconds: [...characters].map((_, n) => start + n / 10),
      },
    });
  const { events } = await collectText([piece('Hello', 0), piece(' you', 0.5), piece('Next', 0)].join('\n'));
  expect(events.map((event) => event.usage?.characters)).toStrictEqual([9, 4]);
});
