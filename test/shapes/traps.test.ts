import { describe, expect, test } from 'vitest';
import { Ledger } from '../../src/core/ledger/ledger.ts';
import { type PriceMode, price } from '../../src/core/pricing/price.ts';
import type { UsageEvent } from '../../src/core/usage/event.ts';
import { meter } from '../../src/providers/index.ts';
import { loadPriceBook } from '../../src/store/settings/price-book.ts';
import { collectText } from '../ingest/collect.ts';

const book = loadPriceBook({});

async function one(record: object): Promise<UsageEvent> {
  const { events, skipped } = await collectText(JSON.stringify(record));
  expect(skipped).toStrictEqual([]);
  expect(events).toHaveLength(1);
  return events[0]!;
}

async function ledgerOf(records: readonly object[], mode: PriceMode = 'auto'): Promise<Ledger> {
  const ledger = new Ledger();
  const { events, skipped } = await collectText(records.map((record) => JSON.stringify(record)).join('\n'));
  for (const event of events) ledger.add(price(event, { book, meter, today: '2026-11-21', mode }));
  for (const diagnostic of skipped) ledger.skip(diagnostic);
  return ledger;
}

async function reasonOf(record: object): Promise<string | undefined> {
  const { events, skipped } = await collectText(JSON.stringify(record));
  expect(events).toStrictEqual([]);
  expect(skipped).toHaveLength(1);
  return skipped[0]!.reason;
}

const TS = '2026-11-20T10:00:00.000Z';
const line = (fields: object) => ({ ts: TS, model: 'gemini-2.5-flash', input_tokens: 10, output_tokens: 5, ...fields });

describe('repeated records are one call', () => {
  const message = { id: 'm-1', timestamp: TS, type: 'gemini', content: '', model: 'gemini-2.5-flash' };
  const tokens = { input: 10, output: 5, cached: 0, thoughts: 0, tool: 0, total: 15 };

  test('a message of gemini-cli that is written again when its tool call ends', async () => {
    const ledger = await ledgerOf([
      { ...message, tokens },
      { ...message, tokens, toolCalls: [{}] },
      { $set: { messages: [{ ...message, tokens }] } },
    ]);
    expect(ledger.totals.counts).toMatchObject({ calls: 1, inputTokens: 10, outputTokens: 5 });
    expect(ledger.duplicates).toBe(2);
  });

  test('a background interaction and its polls', async () => {
    const poll = (status: string, usage?: object) => ({
      ...{ id: 'v1', object: 'interaction', status, model: 'gemini-2.5-flash', created: TS },
      ...(usage ? { usage } : {}),
    });
    const usage = { total_input_tokens: 10, total_output_tokens: 5, total_thought_tokens: 3, total_tokens: 18 };
    const ledger = await ledgerOf([poll('in_progress'), poll('completed', usage), poll('completed', usage)]);
    expect(ledger.totals.counts).toMatchObject({ calls: 1, incomplete: 0, inputTokens: 10, outputTokens: 8 });
  });

  test('a watched ElevenLabs call and its history item', async () => {
    const ledger = await ledgerOf([
      { 'character-cost': '8', 'request-id': 'rq', date: 'Fri, 20 Nov 2026 10:00:00 GMT' },
      {
        ...{ history_item_id: 'h', request_id: 'rq', model_id: 'eleven_turbo_v2_5', date_unix: 1795168800 },
        ...{ text: 'Hello from here.', character_count_change_from: 0, character_count_change_to: 8 },
      },
    ]);
    expect(ledger.totals.counts).toMatchObject({ calls: 1, credits: 8, characters: 16 });
  });

  test('the same answer as its body and as the AI SDK logs it', async () => {
    const counts = { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 };
    const ledger = await ledgerOf([
      {
        candidates: [{ finishReason: 'STOP' }],
        usageMetadata: counts,
        modelVersion: 'gemini-2.5-flash',
        responseId: 'r',
      },
      {
        ...{ finishReason: 'stop', usage: { inputTokens: 10, outputTokens: 5, totalTokens: 15 } },
        ...{ model: { modelId: 'gemini-2.5-flash' }, response: { id: 'r', modelId: 'gemini-2.5-flash' } },
      },
    ]);
    expect(ledger.totals.counts.calls).toBe(1);
    expect(ledger.duplicates).toBe(1);
  });

  test('equal lines without an id are calls of their own', async () => {
    expect((await ledgerOf([line({}), line({})])).totals.counts.calls).toBe(2);
  });
});

describe('recorded costs', () => {
  test('are not trusted over counts, and shown where asked for', async () => {
    const wrong = line({ input_tokens: 1_000_000, output_tokens: 0, cost_usd: 0.8373 });
    expect((await ledgerOf([wrong])).totals.toRow('gemini').costUsd).toBe(0.3);
    expect((await ledgerOf([wrong], 'display')).totals.toRow('gemini').costUsd).toBe(0.8373);
  });

  test('stand in for counts that cannot be priced', async () => {
    const ledger = await ledgerOf([line({ model: 'gemini-unheard-of', cost_usd: 0.01 })]);
    expect(ledger.totals.toRow('gemini').costUsd).toBe(0.01);
    expect(ledger.totals.counts).toMatchObject({ priced: 1, estimated: 1 });
  });

  test('in other currencies are never summed', async () => {
    const ledger = await ledgerOf(
      [line({ cost_inr: 1.5 }), line({ costTWD: 2 }), line({ gr: 250 }), line({ cost: 1, currency: 'eur' })],
      'display',
    );
    expect([...ledger.unpriced.keys()]).toStrictEqual([
      ...['the log records INR, not USD', 'the log records TWD, not USD', 'the log records PLN, not USD'],
      'the log records EUR, not USD',
    ]);
    expect(ledger.totals.toRow('gemini').costUsd ?? 0).toBe(0);
  });

  test("of other vendors stay out of Gemini's dollars", async () => {
    const ledger = await ledgerOf([
      line({ model: 'gpt-5', cost_usd: 2 }),
      line({ model: 'anthropic/claude-sonnet-5', cost_usd: 3 }),
      line({ model: 'x-ai/grok-9', cost_usd: 4 }),
      line({ input_tokens: 1_000_000, output_tokens: 0 }),
    ]);
    expect([...ledger.byService.keys()]).toStrictEqual(['openai', 'anthropic', 'xai', 'gemini']);
    expect(ledger.totals.toRow('gemini').costUsd).toBe(0.3);
    expect(ledger.byService.get('openai')?.metrics.toRow('openai').costUsd).toBe(2);
  });

  test('of 0 that are an estimate are unknown, not free', async () => {
    expect((await one(line({ estimated_cost_usd: 0 }))).recordedCost).toBeUndefined();
    expect((await one(line({ estimated_cost_usd: null }))).recordedCost).toBeUndefined();
    expect((await one(line({ estimated_cost_usd: 0.5 }))).recordedCost).toStrictEqual({
      amount: '0.5',
      currency: 'USD',
    });
  });
});

describe('look-alikes are no calls, and said to be none', () => {
  const notCalls: [string, object, string][] = [
    ['a coin', { timestamp: TS, token: 'PEPE', price: 0.1 }, 'no known log shape (keys: timestamp, token, price)'],
    ['an answer from a cache', line({ cached: true }), 'answered from a cache of its own: not a call'],
    ['a count of tokens', { totalTokens: 31 }, 'a countTokens answer, which is free'],
    [
      'a subscription',
      { tier: 'free', character_count: 28, character_limit: 10_000 },
      'an ElevenLabs subscription, not a call',
    ],
    ['account statistics', { time: [1], usage: { All: [49] } }, 'statistics of an account, not a call'],
    ['sums by provider', { at: TS, by_provider: { gemini: { calls: 3 } } }, 'a summary of many calls, not a call'],
    ['a chat without usage', { ts: TS, role: 'user', text: 'hi' }, 'no known log shape (keys: ts, role, text)'],
    ['a quota', { ts: TS, remaining_percent: 41 }, 'no known log shape (keys: ts, remaining_percent)'],
  ];
  test.each(notCalls)('%s', async (_, record, reason) => {
    expect(await reasonOf(record)).toBe(reason);
  });
});

test('what was answered is billed, whatever the project made of the answer', async () => {
  const ledger = await ledgerOf([
    line({ success: false, error: 'PARSE: not the JSON that was asked for' }),
    line({ output_tokens: 0, success: false, error: 'RATE_LIMIT: too many requests' }),
    line({ output_tokens: 0, status: 'error' }),
    line({ cache_hit: true, cached_tokens: 8 }),
  ]);
  expect(ledger.totals.counts).toMatchObject({
    calls: 4,
    succeeded: 2,
    failed: 2,
    outputTokens: 10,
    cachedInputTokens: 8,
  });
});

test('calls of one request of the project stay calls of their own', async () => {
  const ledger = await ledgerOf([
    line({ request_id: 'web-1' }),
    line({ request_id: 'web-1' }),
    line({ response_id: 'r' }),
  ]);
  expect(ledger.totals.counts.calls).toBe(3);
});

describe('what is missing', () => {
  test('no model: the counts are kept and the call is not priced', async () => {
    const ledger = await ledgerOf([{ label: 'x', prompt_tokens: 100, completion_tokens: 10 }]);
    expect(ledger.totals.counts).toMatchObject({ calls: 1, unpriced: 1, inputTokens: 100, outputTokens: 10 });
  });

  test('no time: priced by the price of today, and said', async () => {
    const { ts: _, ...timeless } = line({});
    const ledger = await ledgerOf([timeless]);
    expect([...ledger.estimates.keys()]).toContain('no time in the record: price of 2026-11-21');
  });

  test('no usage: a call that is not priced, not one that is free', async () => {
    const ledger = await ledgerOf([{ ts: TS, model: 'gemini-2.5-flash', operation: 'chat', success: true }]);
    expect([...ledger.unpriced]).toStrictEqual([['no usage in the response', 1]]);
  });

  test('a message of gemini-cli without a model has that of the one before', async () => {
    const tokens = { input: 10, output: 5, cached: 0, thoughts: 0, tool: 0, total: 15 };
    const message = (id: string, model?: string) => ({
      ...{ id, timestamp: TS, type: 'gemini', content: '', tokens },
      ...(model ? { model } : {}),
    });
    const { events } = await collectText(
      [message('a'), message('b', 'gemini-2.5-pro'), message('c')].map((each) => JSON.stringify(each)).join('\n'),
    );
    expect(events.map((event) => event.requestModel)).toStrictEqual([undefined, undefined, 'gemini-2.5-pro']);
    expect(events[1]?.responseModel).toBe('gemini-2.5-pro');
  });
});

test.each([
  ['gemini-2.5-flash', 'gemini-2.5-flash'],
  ['models/gemini-2.5-flash', 'models/gemini-2.5-flash'],
  ['google/gemini-2.5-flash', 'gemini-2.5-flash'],
  ['vertex_ai/gemini-2.5-flash', 'gemini-2.5-flash'],
  ['openrouter/google/gemini-2.5-flash:nitro', 'gemini-2.5-flash'],
  [
    'projects/p/locations/l/publishers/google/models/gemini-2.5-flash',
    'projects/p/locations/l/publishers/google/models/gemini-2.5-flash',
  ],
  ['nano-banana', 'nano-banana'],
])('model %s is Gemini, asked for as %s', async (model, asked) => {
  expect(await one(line({ model }))).toMatchObject({ service: 'gemini', requestModel: asked });
});

test('numbers as text are counts; what means to be a count and is none is refused by name', async () => {
  expect((await one(line({ input_tokens: '10', output_tokens: '5' }))).usage).toEqual({
    inputTokens: 10,
    outputTokens: 5,
  });
  expect(await reasonOf(line({ input_tokens: '-10' }))).toBe('input_tokens is not a count: "-10"');
  expect(await reasonOf(line({ input_tokens: 'NaN' }))).toBe('input_tokens is not a count: "NaN"');
  expect(
    await reasonOf({
      model: 'm',
      stats: { models: { m: { api: { totalRequests: 1 }, tokens: { prompt: -1 } } } },
      session_id: 's',
    }),
  ).toBe('tokens.prompt is not a count: -1');
});

test.each([
  [{ timestamp: '2026-11-20T17:00:00+07:00' }],
  [{ ts: '2026-11-20T05:00:00-0500' }],
  [{ at: '2026-11-20 10:00:00.000' }],
  [{ t: 1795168800.0004 }],
  [{ ts_epoch: 1795168800 }],
  [{ created_at: 1795168800000 }],
  [{ date: '2026-11-20', time: 'noon', generated_at: TS }],
])('the time of %j', async (time) => {
  const { ts: _, ...timeless } = line({});
  expect((await one({ ...timeless, ...time })).timestamp).toBe(TS);
});

test('modalities that are itemised in part leave the rest to text', async () => {
  const ledger = await ledgerOf([
    {
      serverContent: { turnComplete: true },
      model: undefined,
      usageMetadata: {
        ...{ promptTokenCount: 482, responseTokenCount: 69, totalTokenCount: 551, thoughtsTokenCount: 24 },
        promptTokensDetails: [{ modality: 'TEXT', tokenCount: 360 }],
        responseTokensDetails: [{ modality: 'AUDIO', tokenCount: 57 }],
      },
    },
  ]);
  expect(ledger.totals.counts).toMatchObject({ inputTokens: 482, outputTokens: 93, reasoningTokens: 24 });
});

test('sums of several calls are not taken for one long prompt', async () => {
  const result = (calls: number) => ({
    session_id: 's',
    stats: {
      models: {
        'gemini-2.5-pro': {
          api: { totalRequests: calls, totalErrors: 0 },
          tokens: { prompt: 1_000_000, candidates: 0, total: 1_000_000, cached: 0, thoughts: 0, tool: 0 },
        },
      },
    },
  });
  expect((await ledgerOf([result(10)])).totals.toRow('gemini').costUsd).toBe(1.25);
  expect((await ledgerOf([result(10)])).totals.counts).toMatchObject({ calls: 10, estimated: 10 });
  expect((await ledgerOf([result(1)])).totals.toRow('gemini').costUsd).toBe(2.5);
});

test('no prompt, answer or key is kept', async () => {
  const secret = 'SECRET-9f2';
  const { events } = await collectText(
    JSON.stringify(
      line({
        metadata: { prompt: secret, api_key: secret, panel: 'p1' },
        messages: [{ content: secret }],
        input: secret,
      }),
    ),
  );
  expect(JSON.stringify(events)).not.toContain(secret);
  expect(events[0]?.labels).toStrictEqual({ panel: 'p1' });
});

describe('a step of a pipeline', () => {
  const entry = { timestamp: TS, service: 'nanobanana', operation: 'image_generation', cost: 0.02 };

  test('is its own service, unless its model is of Google', async () => {
    expect((await one({ ...entry, metadata: { num_images: 1 } })).service).toBe('nanobanana');
    const named = await one({ ...entry, metadata: { model: 'gemini-2.5-flash-image', num_images: 1 } });
    expect(named).toMatchObject({ service: 'gemini', usage: { images: [{ count: 1 }] } });
  });
});

test('logged chunks of one stream are one call, by its last counts', async () => {
  const chunk = (candidatesTokenCount: number) => ({
    timestamp: TS,
    chunk: {
      candidates: [{}],
      usageMetadata: { promptTokenCount: 10, candidatesTokenCount, totalTokenCount: 10 + candidatesTokenCount },
      modelVersion: 'gemini-3.8-flash',
      responseId: 'q1',
    },
  });
  const ledger = await ledgerOf([chunk(1), chunk(4), chunk(9)]);
  expect(ledger.totals.counts).toMatchObject({ calls: 1, outputTokens: 9 });
});
