import { describe, expect, it } from 'vitest';
import type { UsageEvent } from '../../../src/core/usage/event.ts';
import { gemini } from '../../../src/providers/gemini/index.ts';
import { exchange, memory } from '../exchange.ts';

const URL_CREATE = 'https://generativelanguage.googleapis.com/v1beta/interactions';
const URL_ONE = `${URL_CREATE}/v1_abc`;

type Made = Parameters<typeof exchange>[0];
const read = (made: Partial<Made>) => gemini.readUsage(exchange({ url: URL_CREATE, ...made }));

const USAGE = {
  total_tokens: 1373,
  total_input_tokens: 22,
  total_output_tokens: 973,
  total_thought_tokens: 249,
  total_tool_use_tokens: 129,
  total_cached_tokens: 0,
  input_tokens_by_modality: [{ modality: 'text', tokens: 22 }],
};
const whole = { id: 'v1_abc', status: 'completed', model: 'gemini-3.8-flash', usage: USAGE, service_tier: 'standard' };

function sse(...events: object[]): string {
  return `${events.map((event) => `event: x\ndata: ${JSON.stringify(event)}\n\n`).join('')}data: [DONE]\n\n`;
}

describe('an interaction', () => {
  it('adds thoughts to the output and tool results to the input', () => {
    const facts = read({ request: { model: 'gemini-3.8-flash', input: 'secret' }, response: whole });
    expect(facts).toEqual({
      service: 'gemini',
      operation: 'create_interaction',
      platform: 'gemini-api',
      status: 'ok',
      httpStatus: 200,
      id: 'v1_abc',
      requestModel: 'gemini-3.8-flash',
      responseModel: 'gemini-3.8-flash',
      usage: {
        inputTokens: 151,
        toolUseInputTokens: 129,
        inputTokensByModality: { text: 22 },
        outputTokens: 1222,
        reasoningOutputTokens: 249,
      },
    });
  });

  it('has thoughts inside the output where the total says so', () => {
    const usage = { total_input_tokens: 10, total_output_tokens: 50, total_thought_tokens: 20, total_tokens: 60 };
    expect(read({ response: { ...whole, usage } })?.usage).toEqual({
      inputTokens: 10,
      outputTokens: 50,
      reasoningOutputTokens: 20,
    });
  });

  it('of an agent is priced by the agent', () => {
    const agent = 'deep-research-preview-04-2026';
    const facts = read({ request: { agent }, response: { ...whole, model: null, agent } });
    expect(facts).toMatchObject({ requestModel: agent, responseModel: agent, status: 'ok' });
  });

  it('bills the queries it counts, and not what Search retrieved', () => {
    const usage = { ...USAGE, grounding_tool_count: [{ type: 'google_search', count: 17 }] };
    const facts = read({ response: { ...whole, usage } })!;
    expect(facts.usage).toMatchObject({ searchQueries: 17, groundingInputTokens: 129 });
    const meters = gemini.meter(facts as UsageEvent).map(({ meter, count }) => [meter, count]);
    expect(meters).toContainEqual(['grounding.search.query', 17]);
    expect(meters).toContainEqual(['input.not_charged', 129]);
  });

  it('counts unique queries of its steps where no count is given', () => {
    const search = (...queries: string[]) => ({ type: 'google_search_call', arguments: { queries } });
    const steps = [search('a', 'b', ''), search('a')];
    expect(read({ response: { ...whole, steps } })?.usage).toMatchObject({
      searchQueries: 2,
      groundingInputTokens: 129,
    });
    const charged = read({ response: { ...whole, steps: [...steps, { type: 'url_context_call' }] } });
    expect(charged?.usage?.groundingInputTokens).toBeUndefined();
  });

  it.each([
    ['header', { 'x-gemini-service-tier': 'flex' }, undefined],
    ['body', {}, 'flex'],
  ])('names its tier in the %s', (_name, responseHeaders, service_tier) => {
    expect(read({ responseHeaders, response: { ...whole, service_tier } })?.tier).toBe('flex');
  });

  it('has cached input, and output that is video', () => {
    const usage = {
      total_input_tokens: 100,
      total_cached_tokens: 40,
      cached_tokens_by_modality: [{ modality: 'text', tokens: 40 }],
      total_output_tokens: 57_920,
      output_tokens_by_modality: [{ modality: 'video', tokens: 57_920 }],
      total_tokens: 58_020,
    };
    expect(read({ response: { ...whole, model: 'gemini-omni-1.1-flash', usage } })?.usage).toEqual({
      inputTokens: 100,
      cacheReadInputTokens: 40,
      cacheReadTokensByModality: { text: 40 },
      outputTokens: 57_920,
      outputTokensByModality: { video: 57_920 },
    });
  });

  it('counts pictures with their size, and a song', () => {
    const picture = { type: 'model_output', content: [{ type: 'image', data: 'AAAA' }] };
    const request = { model: 'gemini-3.1-flash-image', response_format: { type: 'image', image_size: '2K' } };
    expect(read({ request, response: { ...whole, steps: [picture] } })?.usage?.images).toEqual([
      { count: 1, size: '2K' },
    ]);
    const song = { ...whole, model: 'lyria-3.5', outputs: [{ type: 'audio', data: 'AAAA' }] };
    expect(read({ response: song })?.usage?.songs).toBe(1);
  });
});

describe('a streamed interaction', () => {
  const created = { event_type: 'interaction.created', interaction: { id: 'v1_abc', status: 'in_progress' } };
  const status = { event_type: 'interaction.status_update', interaction_id: 'v1_abc', status: 'in_progress' };
  const delta = {
    event_type: 'step.delta',
    delta: { type: 'text', text: 'secret' },
    metadata: { total_usage: { total_input_tokens: 22, total_output_tokens: 5, total_tokens: 27 } },
  };
  const completed = { event_type: 'interaction.completed', interaction: whole };
  const older = [
    { event_type: 'interaction.start', interaction: { id: 'v1_abc', model: 'gemini-3.8-flash' } },
    { event_type: 'content.delta', delta: { type: 'text', text: 'secret' } },
    { event_type: 'interaction.complete', interaction: whole },
  ];
  const responseHeaders = { 'content-type': 'text/event-stream' };

  it.each([
    ['2.x and 3.x', [created, status, delta, completed]],
    ['1.x', older],
  ])('takes the usage of its last event: %s', (_name, events) => {
    const facts = read({ responseHeaders, response: sse(...events) });
    expect(facts).toMatchObject({ id: 'v1_abc', status: 'ok', usage: { inputTokens: 151, outputTokens: 1222 } });
    expect(JSON.stringify(facts)).not.toContain('secret');
  });

  it('that was cut off is incomplete, with what it said so far', () => {
    const facts = read({ responseHeaders, response: sse(created, status, delta), complete: false });
    expect(facts).toMatchObject({ id: 'v1_abc', status: 'incomplete', usage: { inputTokens: 22, outputTokens: 5 } });
  });

  it('that ends in an error is incomplete, with its code', () => {
    const error = { event_type: 'error', error: { code: 'not_found', message: 'secret' } };
    expect(read({ responseHeaders, response: sse(created, error) })).toMatchObject({
      status: 'incomplete',
      errorCode: 'not_found',
    });
  });
});

describe('an interaction in the background', () => {
  const created = exchange({
    url: URL_CREATE,
    request: { agent: 'deep-research-preview-04-2026', background: true },
    response: { id: 'v1_abc', status: 'in_progress', agent: 'deep-research-preview-04-2026' },
  });
  const polled = (response: object) => exchange({ method: 'GET', url: URL_ONE, response });

  it('is not known in its cost until it is read', () => {
    expect(gemini.readUsage(created)).toMatchObject({
      id: 'v1_abc',
      status: 'incomplete',
      responseModel: 'deep-research-preview-04-2026',
      estimated: 'an interaction whose end was not read: what it used is not known',
    });
    expect(gemini.readUsage(created)?.usage).toBeUndefined();
  });

  it('is settled by a later GET, once', () => {
    const known = memory();
    expect(gemini.readLaterAnswer!(created, known)).toEqual([]);
    expect(gemini.readLaterAnswer!(polled({ id: 'v1_abc', status: 'in_progress' }), known)).toEqual([]);
    const [facts, ...rest] = gemini.readLaterAnswer!(
      polled({ ...whole, model: null, agent: 'deep-research-preview-04-2026' }),
      known,
    );
    expect(rest).toEqual([]);
    expect(facts).toMatchObject({
      id: 'v1_abc',
      operation: 'create_interaction',
      requestModel: 'deep-research-preview-04-2026',
      status: 'ok',
      usage: { outputTokens: 1222 },
    });
    expect(facts?.estimated).toBeUndefined();
    known.remember('v1_abc', facts!);
    expect(gemini.readLaterAnswer!(polled(whole), known)).toEqual([]);
  });

  it('is settled by a stream that is taken up again', () => {
    const known = memory();
    gemini.readLaterAnswer!(created, known);
    const url = `${URL_ONE}?stream=true&last_event_id=e1`;
    const event = { event_type: 'interaction.completed', interaction: whole };
    const responseHeaders = { 'content-type': 'text/event-stream' };
    const stream = exchange({ method: 'GET', url, response: sse(event), responseHeaders });
    expect(gemini.readLaterAnswer!(stream, known)).toMatchObject([
      { id: 'v1_abc', status: 'ok', usage: { outputTokens: 1222 } },
    ]);
  });

  it('that fails has no known cost, and says so', () => {
    const known = memory();
    gemini.readLaterAnswer!(created, known);
    const [facts] = gemini.readLaterAnswer!(polled({ id: 'v1_abc', status: 'failed' }), known);
    expect(facts).toMatchObject({
      status: 'incomplete',
      errorCode: 'failed',
      estimated: 'an interaction that failed and tells no usage: whether it is billed is not known',
    });
    expect(facts?.usage).toBeUndefined();
  });

  it('made by another program counts when it is looked up, with that said', () => {
    expect(gemini.readLaterAnswer!(polled(whole), memory())).toMatchObject([
      { id: 'v1_abc', status: 'ok', estimated: 'made outside this program: counted when it was looked up' },
    ]);
  });

  it.each([
    ['GET', URL_ONE, true],
    ['POST', `${URL_ONE}/cancel`, true],
    ['DELETE', URL_ONE, false],
    ['POST', URL_CREATE, true],
    ['GET', URL_CREATE, false],
  ])('%s %s isLaterAnswer: %s', (method, url, expected) => {
    expect(gemini.isLaterAnswer!(exchange({ method, url }).request)).toBe(expected);
  });

  it('on Vertex AI is one too', () => {
    const url = 'https://aiplatform.googleapis.com/v1beta1/projects/p/locations/global/interactions';
    expect(read({ url, response: whole })).toMatchObject({ platform: 'vertex', location: 'global' });
  });
});

it('a refused interaction is not charged', () => {
  expect(read({ status: 400, response: { error: { code: 'invalid_request', message: 'secret' } } })).toMatchObject({
    status: 'failed',
    errorCode: 'invalid_request',
  });
});
