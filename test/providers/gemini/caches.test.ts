import { describe, expect, it } from 'vitest';
import { price } from '../../../src/core/pricing/price.ts';
import { gemini } from '../../../src/providers/gemini/index.ts';
import { meter } from '../../../src/providers/index.ts';
import type { CallMemory, UsageFacts } from '../../../src/providers/provider.ts';
import { loadPriceBook } from '../../../src/store/settings/price-book.ts';
import { exchange, memory } from '../exchange.ts';

const URL_ALL = 'https://generativelanguage.googleapis.com/v1beta/cachedContents';
const NAME = 'cachedContents/abc';
const URL_ONE = `https://generativelanguage.googleapis.com/v1beta/${NAME}`;
const CACHE = {
  name: NAME,
  model: 'models/gemini-3.8-flash',
  createTime: '2026-11-21T10:00:00.000000Z',
  updateTime: '2026-11-21T10:00:00.000000Z',
  expireTime: '2026-11-21T12:00:00.000000Z',
  usageMetadata: { totalTokenCount: 100_000 },
};
const create = exchange({
  url: URL_ALL,
  request: { model: 'models/gemini-3.8-flash', ttl: '7200s', contents: [] },
  response: CACHE,
});
const patch = (expireTime: string) =>
  exchange({ method: 'PATCH', url: `${URL_ONE}?updateMask=ttl`, response: { ...CACHE, expireTime } });
const remove = (date?: string) =>
  exchange({ method: 'DELETE', url: URL_ONE, response: {}, ...(date ? { responseHeaders: { date } } : {}) });

/** Settles as a process does, which remembers what it settled. */
function readLaterAnswer(made: ReturnType<typeof exchange>, known: CallMemory): UsageFacts[] {
  const settled = gemini.readLaterAnswer!(made, known);
  for (const facts of settled) known.remember(facts.id!, facts);
  return settled;
}

const CREATED = {
  service: 'gemini',
  operation: 'create_cache',
  platform: 'gemini-api',
  status: 'ok',
  httpStatus: 200,
  id: NAME,
  requestModel: 'gemini-3.8-flash',
  responseModel: 'gemini-3.8-flash',
  usage: { inputTokens: 100_000, cacheStorageTokenHours: 200_000 },
  expiresAt: '2026-11-21T12:00:00.000Z',
};

describe('a context cache', () => {
  it('bills its tokens as input, and their storage to its expiry', () => {
    expect(gemini.readUsage(create)).toEqual(CREATED);
  });

  it('is priced as two lines, and the storage says what it assumes', () => {
    const event = { ...gemini.readUsage(create)!, id: NAME, timestamp: '2026-11-21T10:00:00Z' };
    const priced = price(event, { book: loadPriceBook(), meter, today: '2026-11-21' });
    if (priced.status !== 'priced') throw new Error(priced.reason);
    // 100,000 at 0.75 a million, and 200,000 token-hours at 0.50 a million.
    expect(priced.charges.map(({ meter: name, count, listCost }) => [name, count, listCost])).toEqual([
      ['input.text', 100_000, 75_000_000_000n],
      ['cache.storage', 200_000, 100_000_000_000n],
    ]);
    expect(priced.notes).toContain(
      'cache storage until its expiry time: less where it is deleted, more where it is extended, elsewhere',
    );
  });

  it('costs more where its expiry is put off, and less where it is deleted', () => {
    const known = memory();
    expect(readLaterAnswer(create, known)).toEqual([]);
    const longer = {
      usage: { inputTokens: 100_000, cacheStorageTokenHours: 500_000 },
      expiresAt: '2026-11-21T15:00:00.000Z',
    };
    expect(readLaterAnswer(patch('2026-11-21T15:00:00Z'), known)).toEqual([{ ...CREATED, ...longer }]);
    const shorter = {
      usage: { inputTokens: 100_000, cacheStorageTokenHours: 50_000 },
      expiresAt: '2026-11-21T10:30:00.000Z',
    };
    expect(readLaterAnswer(remove('Sat, 21 Nov 2026 10:30:00 GMT'), known)).toEqual([{ ...CREATED, ...shorter }]);
  });

  it('deleted after its expiry costs what it did', () => {
    const known = memory();
    readLaterAnswer(create, known);
    expect(readLaterAnswer(remove('Sat, 21 Nov 2026 19:00:00 GMT'), known)).toEqual([CREATED]);
  });

  it('deleted at an unknown time is an estimate', () => {
    const known = memory();
    readLaterAnswer(create, known);
    expect(readLaterAnswer(remove(), known)).toEqual([
      { ...CREATED, estimated: 'the cache was changed at a time that is not known: storage as first set' },
    ]);
  });

  it('made elsewhere: its deletion bills nothing, its extension is not known', () => {
    expect(readLaterAnswer(remove('Sat, 21 Nov 2026 19:00:00 GMT'), memory())).toEqual([]);
    const [facts] = readLaterAnswer(patch('2026-11-21T15:00:00Z'), memory());
    expect(facts).toMatchObject({
      operation: 'update_cache',
      status: 'ok',
      estimated: 'a cache made elsewhere got another expiry time: the storage that this adds is not known',
    });
    expect(facts?.usage).toBeUndefined();
  });

  it('without an expiry time has no storage, and says so', () => {
    const { expireTime: _none, ...rest } = CACHE;
    expect(gemini.readUsage(exchange({ url: URL_ALL, response: rest }))).toMatchObject({
      usage: { inputTokens: 100_000 },
      estimated: 'without cache storage: the answer names no expiry time',
    });
  });

  it('that was refused, or whose change was, is as before', () => {
    const error = { error: { code: 404, status: 'NOT_FOUND' } };
    expect(gemini.readUsage(exchange({ url: URL_ALL, status: 404, response: error }))?.status).toBe('failed');
    const known = memory();
    readLaterAnswer(create, known);
    expect(readLaterAnswer(exchange({ method: 'DELETE', url: URL_ONE, status: 404, response: error }), known)).toEqual(
      [],
    );
  });

  it('on Vertex AI is one too', () => {
    const place = 'https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1/cachedContents';
    const model = 'projects/p/locations/us-central1/publishers/google/models/gemini-3.8-flash';
    const response = { ...CACHE, name: `projects/p/locations/us-central1/${NAME}`, model };
    expect(gemini.readUsage(exchange({ url: place, response }))).toMatchObject({
      id: NAME,
      platform: 'vertex',
      responseModel: 'gemini-3.8-flash',
      usage: CREATED.usage,
    });
  });
});

it.each([
  ['GET', URL_ONE],
  ['GET', URL_ALL],
])('%s %s isLaterAnswer nothing', (method, url) => {
  const { request } = exchange({ method, url });
  expect(gemini.isLaterAnswer!(request)).toBe(false);
  expect(gemini.readUsage({ request })).toBeUndefined();
});
