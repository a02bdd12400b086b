import { describe, expect, it } from 'vitest';
import type { UsageEvent } from '../../../src/core/usage/event.ts';
import { gemini } from '../../../src/providers/gemini/index.ts';
import { exchange, memory } from '../exchange.ts';

const G = 'https://generativelanguage.googleapis.com/v1beta';
const MODEL = 'gemini-3.8-flash';
const submit = exchange({
  url: `${G}/models/${MODEL}:batchGenerateContent`,
  request: {
    batch: { inputConfig: { requests: { requests: [{ request: { contents: [{ parts: [{ text: 'secret' }] }] } }] } } },
  },
  response: { name: 'batches/b1', metadata: { state: 'BATCH_STATE_PENDING', model: `models/${MODEL}` } },
});
const poll = (rest: object) =>
  exchange({
    method: 'GET',
    url: `${G}/batches/b1`,
    response: { name: 'batches/b1', metadata: { model: `models/${MODEL}` }, ...rest },
  });
const answer = (responseId: string, promptTokenCount: number) => ({
  responseId,
  modelVersion: MODEL,
  candidates: [{ content: { parts: [{ text: 'secret' }] }, finishReason: 'STOP' }],
  usageMetadata: {
    promptTokenCount,
    candidatesTokenCount: 11,
    thoughtsTokenCount: 829,
    totalTokenCount: promptTokenCount + 840,
  },
});
const inline = (...responses: object[]) => ({
  done: true,
  response: { inlinedResponses: { inlinedResponses: responses } },
});
const results = inline(
  { response: answer('r1', 8), metadata: { key: 'one' } },
  { error: { code: 400, message: 'secret' }, metadata: { key: 'two' } },
);

const FREE_SUBMIT = { id: 'batches/b1', operation: 'create_batch', status: 'ok', usage: {} };
const FIRST = {
  service: 'gemini',
  operation: 'generate_content',
  platform: 'gemini-api',
  tier: 'batch',
  id: 'r1',
  requestModel: MODEL,
  responseModel: MODEL,
  status: 'ok',
  usage: { inputTokens: 8, outputTokens: 840, reasoningOutputTokens: 829 },
};

describe('a batch', () => {
  it('has no known cost until its results are read', () => {
    expect(gemini.readUsage(submit)).toEqual({
      service: 'gemini',
      operation: 'create_batch',
      platform: 'gemini-api',
      tier: 'batch',
      status: 'incomplete',
      httpStatus: 200,
      id: 'batches/b1',
      requestModel: MODEL,
      responseModel: MODEL,
      estimated: 'a batch is billed by its results, which were not read',
    });
  });

  it('is one call for each inline result, at the batch price', () => {
    const known = memory();
    gemini.readLaterAnswer!(submit, known);
    expect(gemini.readLaterAnswer!(poll({ metadata: { state: 'BATCH_STATE_RUNNING' } }), known)).toEqual([]);
    const [submitted, first, second, ...rest] = gemini.readLaterAnswer!(poll(results), known);
    expect(submitted).toMatchObject(FREE_SUBMIT);
    expect(submitted?.estimated).toBeUndefined();
    expect(gemini.meter(submitted as UsageEvent)).toEqual([]);
    expect(first).toEqual(FIRST);
    expect(second).toMatchObject({ id: 'batches/b1/2', tier: 'batch', status: 'failed', errorCode: '400' });
    expect(rest).toEqual([]);
    expect(JSON.stringify([submitted, first, second])).not.toContain('secret');
    known.remember('batches/b1', submitted!);
    expect(gemini.readLaterAnswer!(poll(results), known)).toEqual([]);
  });

  it('counts a result without usage, which has no price', () => {
    const known = memory();
    gemini.readLaterAnswer!(submit, known);
    const [, call] = gemini.readLaterAnswer!(poll(inline({ response: { candidates: [] } })), known);
    expect(call).toMatchObject({ id: 'batches/b1/1', status: 'ok', responseModel: MODEL });
    expect(call?.usage).toBeUndefined();
  });

  it('counts results once that its answer holds twice', () => {
    const known = memory();
    gemini.readLaterAnswer!(submit, known);
    const { response } = results;
    expect(gemini.readLaterAnswer!(poll({ done: true, response, metadata: { output: response } }), known)).toHaveLength(
      3,
    );
  });

  it('has its results in a file that the poll names', () => {
    const known = memory();
    gemini.readLaterAnswer!(submit, known);
    expect(gemini.readLaterAnswer!(poll({ done: true, response: { responsesFile: 'files/batch-x' } }), known)).toEqual(
      [],
    );
    const lines = [
      { key: 'one', response: answer('r1', 8) },
      { key: 'two', error: { code: 400, message: 'secret' } },
    ];
    const file = exchange({
      method: 'GET',
      url: `${G}/files/batch-x:download?alt=media`,
      response: lines.map((line) => JSON.stringify(line)).join('\n'),
      responseHeaders: { 'content-type': 'application/octet-stream' },
    });
    expect(gemini.wantsBody(file)).toBe(true);
    expect(gemini.readLaterAnswer!(file, known)).toEqual([
      expect.objectContaining(FREE_SUBMIT),
      FIRST,
      expect.objectContaining({ id: 'batches/b1/2', status: 'failed' }),
    ]);
    known.remember('batches/b1', { service: 'gemini', operation: 'create_batch', status: 'ok' });
    expect(gemini.readLaterAnswer!(file, known)).toEqual([]);
    expect(gemini.readLaterAnswer!(file, memory())).toMatchObject([{ id: 'r1', tier: 'batch' }, { status: 'failed' }]);
  });

  it('of embeddings counts tokens that stand as text', () => {
    const url = `${G}/models/gemini-embedding-001:asyncBatchEmbedContent`;
    const known = memory();
    gemini.readLaterAnswer!(exchange({ url, request: {}, response: { name: 'batches/b1' } }), known);
    const embedded = { response: { tokenCount: '5', embedding: { values: [1] } }, metadata: { key: 'k' } };
    const body = { done: true, response: { inlinedEmbedContentResponses: { inlinedResponses: [embedded] } } };
    expect(gemini.readLaterAnswer!(poll(body), known)).toMatchObject([
      FREE_SUBMIT,
      {
        id: 'batches/b1/1',
        operation: 'embed_content',
        responseModel: 'gemini-embedding-001',
        usage: { inputTokens: 5 },
      },
    ]);
  });

  it.each([
    [
      'failed',
      { done: true, error: { code: 13 }, metadata: { state: 'BATCH_STATE_FAILED' } },
      [{ status: 'failed', errorCode: 'BATCH_STATE_FAILED' }],
    ],
    ['was cancelled stays unknown', { done: true, metadata: { state: 'BATCH_STATE_CANCELLED' } }, []],
  ])('that %s', (_name, body, expected) => {
    const known = memory();
    gemini.readLaterAnswer!(submit, known);
    expect(gemini.readLaterAnswer!(poll(body), known)).toMatchObject(expected);
  });

  it('submitted by another program counts where its results are read', () => {
    expect(gemini.readLaterAnswer!(poll(results), memory())).toMatchObject([
      FREE_SUBMIT,
      { id: 'r1' },
      { status: 'failed' },
    ]);
  });

  it('on Vertex AI leaves its results in files', () => {
    const url = 'https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1/batchPredictionJobs';
    const request = { model: 'publishers/google/models/gemini-3.8-flash' };
    const name = 'projects/p/locations/us-central1/batchPredictionJobs/1';
    expect(gemini.readUsage(exchange({ url, request, response: { name } }))).toMatchObject({
      id: name,
      platform: 'vertex',
      requestModel: MODEL,
      status: 'incomplete',
      estimated:
        'a batch is billed by its results, which are in Cloud Storage or BigQuery: give its files to costwatch report',
    });
  });
});

describe('downloads that are no results', () => {
  const download = (type: string) =>
    exchange({
      method: 'GET',
      url: `${G}/files/v1:download?alt=media`,
      response: '{"a":1}',
      responseHeaders: { 'content-type': type },
    });
  it('bill nothing', () => expect(gemini.readLaterAnswer!(download('application/json'), memory())).toEqual([]));
  it('are not kept where they are media', () => expect(gemini.wantsBody(download('video/mp4'))).toBe(false));
});
