import { describe, expect, it } from 'vitest';
import type { UsageEvent } from '../../../src/core/usage/event.ts';
import { gemini } from '../../../src/providers/gemini/index.ts';
import { exchange } from '../exchange.ts';

const HOST = 'https://generativelanguage.googleapis.com';
const URL_FLASH = `${HOST}/v1beta/models/gemini-3.8-flash:generateContent`;
const URL_STREAM = `${HOST}/v1beta/models/gemini-3.8-flash:streamGenerateContent?alt=sse`;

function read(made: Parameters<typeof exchange>[0]) {
  return gemini.readUsage(exchange(made));
}

function body(usageMetadata: object, rest: object = {}) {
  return {
    candidates: [{ finishReason: 'STOP' }],
    usageMetadata,
    modelVersion: 'gemini-3.8-flash',
    responseId: 'r1',
    ...rest,
  };
}

function sse(...chunks: object[]): string {
  return chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`).join('');
}

describe('which requests are Gemini calls', () => {
  const gateway = 'http://127.0.0.1:8080/v1beta/models/gemini-3.8-flash:generateContent';
  it.each([
    ['the Gemini API', URL_FLASH, {}, true],
    [
      'a Vertex region',
      'https://europe-west4-aiplatform.googleapis.com/v1/projects/p/locations/europe-west4/publishers/google/models/x:generateContent',
      {},
      true,
    ],
    [
      'a Vertex multi-region',
      'https://aiplatform.eu.rep.googleapis.com/v1/publishers/google/models/x:generateContent',
      {},
      true,
    ],
    ['a gateway with a key header', gateway, { 'x-goog-api-key': 'k' }, true],
    ['a gateway with the client header', gateway, { 'x-goog-api-client': 'google-genai-sdk/2' }, true],
    ['a gateway with the user agent of the Vertex client', gateway, { 'user-agent': 'x model-builder/1.12' }, true],
    ['a gateway without any sign', gateway, {}, false],
    [
      'a gateway with a whole path of Vertex AI',
      'https://gate.example.org/v1/projects/p/locations/us-central1/publishers/google/models/x:generateContent',
      {},
      true,
    ],
    [
      'a look-alike host',
      'https://generativelanguage.googleapis.com.example.org/v1beta/models/x:generateContent',
      {},
      false,
    ],
    ['another vendor', 'https://api.example.org/v1/messages', {}, false],
  ])('%s', (_name, url, headers, expected) => {
    expect(gemini.matches(exchange({ url, headers }).request)).toBe(expected);
  });

  it.each([
    ['listing models', 'GET', `${HOST}/v1beta/models`],
    ['a file upload', 'POST', `${HOST}/upload/v1beta/files`],
    ['polling an operation', 'GET', `${HOST}/v1beta/models/veo-3.1/operations/x`],
  ])('%s bills nothing', (_name, method, url) => {
    expect(read({ method, url })).toBeUndefined();
  });
});

describe('usageMetadata', () => {
  it('adds thoughts to the output and keeps cached tokens inside the input', () => {
    const facts = read({
      url: URL_FLASH,
      response: body({
        promptTokenCount: 100,
        cachedContentTokenCount: 40,
        candidatesTokenCount: 10,
        thoughtsTokenCount: 30,
        toolUsePromptTokenCount: 5,
        totalTokenCount: 145,
      }),
    });
    expect(facts).toEqual({
      service: 'gemini',
      operation: 'generate_content',
      platform: 'gemini-api',
      status: 'ok',
      httpStatus: 200,
      id: 'r1',
      requestModel: 'gemini-3.8-flash',
      responseModel: 'gemini-3.8-flash',
      usage: {
        inputTokens: 105,
        cacheReadInputTokens: 40,
        toolUseInputTokens: 5,
        outputTokens: 40,
        reasoningOutputTokens: 30,
      },
    });
  });

  it.each([
    [
      'thoughts beside candidates',
      { promptTokenCount: 6, candidatesTokenCount: 1, thoughtsTokenCount: 23, totalTokenCount: 30 },
      24,
      undefined,
    ],
    [
      'thoughts inside candidates, as the total shows',
      { promptTokenCount: 6, candidatesTokenCount: 24, thoughtsTokenCount: 23, totalTokenCount: 30 },
      24,
      undefined,
    ],
    [
      'no candidates, only thoughts',
      { promptTokenCount: 10, thoughtsTokenCount: 65, totalTokenCount: 75 },
      65,
      undefined,
    ],
    ['a blocked answer', { promptTokenCount: 8, totalTokenCount: 8 }, 0, undefined],
    [
      'a total that does not add up',
      { promptTokenCount: 8, candidatesTokenCount: 5, totalTokenCount: 99 },
      91,
      'token counts do not add up to totalTokenCount',
    ],
  ])('%s', (_name, metadata, outputTokens, doubt) => {
    const facts = read({ url: URL_FLASH, response: body(metadata) });
    expect(facts?.usage?.outputTokens).toBe(outputTokens);
    expect(facts?.estimated).toBe(doubt);
  });

  it.each([
    ['negative', -1],
    ['not a number', 'many'],
    ['a list', [1]],
  ])('refuses a count that is %s', (_name, promptTokenCount) => {
    const facts = read({ url: URL_FLASH, response: body({ promptTokenCount, candidatesTokenCount: 5 }) });
    expect(facts?.usage).toBeUndefined();
    expect(facts?.estimated).toBe('promptTokenCount is not a count');
  });

  it('reads the singular promptTokenDetails of embeddings and takes the model asked for', () => {
    const facts = read({
      url: `${HOST}/v1beta/models/gemini-embedding-2:batchEmbedContents`,
      response: {
        embeddings: [],
        usageMetadata: { promptTokenCount: 258, promptTokenDetails: [{ modality: 'IMAGE', tokenCount: 258 }] },
      },
    });
    expect(facts).toMatchObject({
      operation: 'embed_content',
      responseModel: 'gemini-embedding-2',
      usage: { inputTokens: 258, outputTokens: 0, inputTokensByModality: { image: 258 } },
    });
  });
});

describe('streams', () => {
  const early = { ...body({ promptTokenCount: 101, candidatesTokenCount: 2, totalTokenCount: 103 }), candidates: [{}] };
  const last = body({ promptTokenCount: 27, candidatesTokenCount: 9, totalTokenCount: 36 });

  it('takes the last chunk with counts, never sum or maximum', () => {
    const facts = read({ url: URL_STREAM, response: sse(early, early, last) });
    expect(facts?.usage).toEqual({ inputTokens: 27, outputTokens: 9 });
    expect(facts?.status).toBe('ok');
  });

  it('reads a JSON array of chunks the same way', () => {
    const facts = read({ url: URL_STREAM, response: JSON.stringify([early, last]) });
    expect(facts?.usage).toEqual({ inputTokens: 27, outputTokens: 9 });
  });

  it('skips Vertex chunks that carry a traffic type only', () => {
    const bare = { ...last, usageMetadata: { trafficType: 'ON_DEMAND_FLEX' } };
    expect(read({ url: URL_STREAM, response: sse(bare, last, bare) })).toMatchObject({
      tier: 'flex',
      usage: { inputTokens: 27 },
    });
  });

  it('is incomplete when cut off, with what came so far', () => {
    const cut = `${sse(early)}data: {"candidates":[{"content":{"parts":[{"te`;
    const facts = read({ url: URL_STREAM, response: cut, complete: false });
    expect(facts).toMatchObject({ status: 'incomplete', usage: { inputTokens: 101, outputTokens: 2 } });
  });

  it('is incomplete when the server reports an error inside a 200', () => {
    const facts = read({ url: URL_STREAM, response: sse(early, { error: { code: 503, status: 'UNAVAILABLE' } }) });
    expect(facts).toMatchObject({ status: 'incomplete', errorCode: 'UNAVAILABLE' });
  });
});

describe('errors and blocks', () => {
  const error = { error: { code: 429, message: 'slow down', status: 'RESOURCE_EXHAUSTED' } };
  it.each([
    ['an object', error],
    ['a list of one', [error]],
  ])('a refused call is failed: %s', (_name, response) => {
    const facts = read({ url: URL_FLASH, status: 429, response });
    expect(facts).toMatchObject({ status: 'failed', httpStatus: 429, errorCode: 'RESOURCE_EXHAUSTED' });
    expect(facts?.usage).toBeUndefined();
  });

  it('an HTML error page is failed too', () => {
    const facts = read({
      url: URL_FLASH,
      status: 404,
      response: '<html>no</html>',
      responseHeaders: { 'content-type': 'text/html' },
    });
    expect(facts).toMatchObject({ status: 'failed', errorCode: '404' });
  });

  it('a blocked prompt is billed by its counts', () => {
    const response = {
      promptFeedback: { blockReason: 'PROHIBITED_CONTENT' },
      usageMetadata: { promptTokenCount: 8, totalTokenCount: 8 },
      modelVersion: 'gemini-3.8-flash',
    };
    expect(read({ url: URL_FLASH, response })).toMatchObject({
      status: 'ok',
      errorCode: 'PROHIBITED_CONTENT',
      usage: { inputTokens: 8 },
    });
  });

  it('a blocked prompt without counts has no usage', () => {
    const facts = read({ url: URL_FLASH, response: { promptFeedback: { blockReason: 'SAFETY' } } });
    expect(facts).toMatchObject({ status: 'ok', errorCode: 'SAFETY' });
    expect(facts?.usage).toBeUndefined();
  });
});

describe('service tier', () => {
  const counts = { promptTokenCount: 1, candidatesTokenCount: 1 };
  it.each([
    ['the header', { 'x-gemini-service-tier': 'flex' }, {}, {}, 'flex', undefined],
    ['the usage', {}, { serviceTier: 'priority' }, {}, 'priority', undefined],
    [
      'a priority request served as standard',
      { 'x-gemini-service-tier': 'standard' },
      {},
      { serviceTier: 'priority' },
      undefined,
      undefined,
    ],
    [
      'only the request',
      {},
      {},
      { serviceTier: 'SERVICE_TIER_FLEX' },
      'flex',
      'the answer names no tier, flex was asked for',
    ],
    ['Vertex reserved capacity', {}, { trafficType: 'PROVISIONED_THROUGHPUT' }, {}, 'provisioned', undefined],
    ['Vertex off-peak', {}, { trafficType: 'ON_DEMAND_OFFPEAK' }, {}, 'offpeak', undefined],
  ])('from %s', (_name, responseHeaders, usage, request, tier, estimated) => {
    const facts = read({ url: URL_FLASH, request, responseHeaders, response: body({ ...counts, ...usage }) });
    expect(facts?.tier).toBe(tier);
    expect(facts?.estimated).toBe(estimated);
  });
});

describe('images, Imagen and Vertex', () => {
  const url = `${HOST}/v1beta/models/gemini-nano-banana-2.1:generateContent`;
  const picture = { inlineData: { mimeType: 'image/png', data: 'aGk=' } };

  it('counts delivered images with their size, not the drafts of thinking', () => {
    const facts = read({
      url,
      request: { contents: [], generationConfig: { imageConfig: { imageSize: '4K' } } },
      response: body(
        {
          promptTokenCount: 20,
          candidatesTokenCount: 3780,
          candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 3780 }],
        },
        { candidates: [{ content: { parts: [{ ...picture, thought: true }, { text: 'here' }, picture] } }] },
      ),
    });
    expect(facts?.usage?.images).toEqual([{ count: 1, size: '4K' }]);
    expect(facts?.usage?.outputTokensByModality).toEqual({ image: 3780 });
  });

  it('takes the candidates for image tokens when nothing is itemised', () => {
    const facts = read({
      url,
      response: body(
        { promptTokenCount: 10, candidatesTokenCount: 1290 },
        { candidates: [{ content: { parts: [picture] } }] },
      ),
    });
    expect(facts?.usage?.outputTokensByModality).toEqual({ image: 1290 });
  });

  it('counts Imagen predictions, not the echoed prompt or a filtered image', () => {
    const facts = read({
      url: `${HOST}/v1beta/models/imagen-4.0-generate-001:predict`,
      request: { instances: [{ prompt: 'a fox' }], parameters: { sampleCount: 4, sampleImageSize: '2K' } },
      response: {
        predictions: [
          { mimeType: 'image/png', bytesBase64Encoded: 'AAAA' },
          { gcsUri: 'gs://b/o.png' },
          { raiFilteredReason: 'blocked' },
          { contentType: 'Positive Prompt', bytesBase64Encoded: 'AAAA' },
        ],
      },
    });
    expect(facts).toMatchObject({
      operation: 'generate_images',
      responseModel: 'imagen-4.0-generate-001',
      usage: { images: [{ count: 2, size: '2K' }] },
    });
  });

  it('reads Vertex embeddings by token and by character', () => {
    const facts = read({
      url: 'https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1/publishers/google/models/text-embedding-005:predict',
      response: {
        predictions: [
          { embeddings: { statistics: { token_count: 3 } } },
          { embeddings: { statistics: { token_count: 4 } } },
        ],
        metadata: { billableCharacterCount: 30 },
      },
    });
    expect(facts).toMatchObject({
      platform: 'vertex',
      location: 'us-central1',
      operation: 'embed_content',
      usage: { inputTokens: 7, characters: 30 },
    });
  });

  it('sees countTokens as a free call', () => {
    const facts = read({ url: `${HOST}/v1beta/models/gemini-3.8-flash:countTokens`, response: { totalTokens: 11 } });
    expect(facts).toMatchObject({ operation: 'count_tokens', status: 'ok', usage: {} });
  });
});

describe('grounding', () => {
  const grounded = (model: string, queries: string[], toolUse: number, rest: object = {}) =>
    body(
      { promptTokenCount: 17, toolUsePromptTokenCount: toolUse, candidatesTokenCount: 20 },
      { modelVersion: model, candidates: [{ groundingMetadata: { webSearchQueries: queries }, ...rest }] },
    );
  const meters = (response: object) => {
    const facts = read({ url: URL_FLASH, response })!;
    return Object.fromEntries(gemini.meter(facts as UsageEvent).map(({ meter, count }) => [meter, count]));
  };

  it('bills unique queries from Gemini 3 on, and does not charge what Search retrieved', () => {
    expect(meters(grounded('gemini-3.8-flash', ['a', 'b', 'a', ''], 119))).toEqual({
      'input.text': 17,
      'input.not_charged': 119,
      'output.text': 20,
      'grounding.search.query': 2,
    });
  });

  it('bills the prompt once before Gemini 3', () => {
    expect(meters(grounded('gemini-2.5-flash', ['a', 'b'], 0))).toEqual({
      'input.text': 17,
      'output.text': 20,
      'grounding.search.prompt': 1,
    });
  });

  it('charges tool results as input once another tool was used too', () => {
    expect(meters(grounded('gemini-3.8-flash', ['a'], 119, { urlContextMetadata: {} }))).toMatchObject({
      'input.text': 136,
    });
  });
});

describe('meter', () => {
  const event = (usage: UsageEvent['usage']): UsageEvent => ({
    id: 'x',
    service: 'gemini',
    operation: 'generate_content',
    status: 'ok',
    responseModel: 'gemini-3.8-flash',
    usage,
  });
  const metered = (usage: UsageEvent['usage']) =>
    Object.fromEntries(gemini.meter(event(usage)).map(({ meter, count }) => [meter, count]));

  it('splits cached tokens by modality and keeps the rest as text', () => {
    expect(
      metered({
        inputTokens: 345,
        cacheReadInputTokens: 230,
        inputTokensByModality: { text: 87, document: 258 },
        cacheReadTokensByModality: { text: 58, document: 172 },
        outputTokens: 10,
      }),
    ).toEqual({
      'input.text': 29,
      'input.cached.text': 58,
      'input.document': 86,
      'input.cached.document': 172,
      'output.text': 10,
    });
  });

  it('takes cached tokens that are not itemised from text first, then from the rest', () => {
    expect(metered({ inputTokens: 100, cacheReadInputTokens: 60, inputTokensByModality: { audio: 50 } })).toEqual({
      'input.cached.text': 50,
      'input.cached.audio': 10,
      'input.audio': 40,
    });
  });

  it('clamps details that are larger than the count', () => {
    expect(metered({ inputTokens: 33, inputTokensByModality: { text: 155, image: 20 } })).toEqual({
      'input.image': 20,
      'input.text': 13,
    });
  });

  it.each([
    {
      inputTokens: 1000,
      cacheReadInputTokens: 999,
      inputTokensByModality: { audio: 700, image: 400 },
      cacheReadTokensByModality: { audio: 800 },
      outputTokens: 5,
    },
    {
      inputTokens: 7,
      outputTokens: 2500,
      reasoningOutputTokens: 300,
      outputTokensByModality: { image: 1120, text: 9 },
    },
    { inputTokens: 500, toolUseInputTokens: 200, groundingInputTokens: 200, outputTokens: 0 },
  ])('lines add up to the totals: %j', (usage) => {
    const lines = gemini.meter(event(usage));
    const sum = (head: string) =>
      lines.filter(({ meter }) => meter.startsWith(`${head}.`)).reduce((total, { count }) => total + count, 0);
    expect(sum('input')).toBe(usage.inputTokens);
    expect(sum('output')).toBe(usage.outputTokens);
    expect(lines.every(({ count }) => count > 0)).toBe(true);
  });
});
