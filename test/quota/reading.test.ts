import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Quota, QuotaReading } from '../../src/core/quota/quota.ts';
import { isResetOverdue, percentUsed, remaining } from '../../src/core/quota/quota.ts';
import { elevenLabsError } from '../../src/demo/elevenlabs/errors.ts';
import { type Handler, jsonReply, type Reply } from '../../src/demo/exchange.ts';
import { type LocalApi, startLocalApi } from '../../src/demo/local-api.ts';
import { readQuota } from '../../src/providers/elevenlabs/subscription.ts';
import { NOW } from './fake.ts';

const KEY = 'sk_0123456789abcdef0123456789abcdef';
let api: LocalApi;
let scripted: Reply | undefined;
const script: Handler = () => scripted;

beforeEach(async () => {
  scripted = undefined;
  api = await startLocalApi({ quota: { limit: 40_000, used: 4600 }, handlers: [script] });
});
afterEach(() => api.close());

function read(env: Record<string, string> = {}): Promise<QuotaReading> {
  return readQuota({ ELEVENLABS_BASE_URL: api.url, ELEVENLABS_API_KEY: KEY, ...env });
}

describe('readQuota', () => {
  it('reads used, limit and reset with one request', async () => {
    const reading = await read();
    expect(reading).toMatchObject({ known: true, used: 4600, limit: 40_000, overage: 0, plan: 'starter' });
    expect((reading as Quota).resetsAt).toMatch(/^\d{4}-\d{2}-01T00:00:00\.000Z$/);
    expect(api.exchanges.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /v1/user/subscription']);
  });

  it('keeps nothing of money', async () => {
    scripted = jsonReply({
      character_count: 1,
      currency: 'usd',
      current_overage: { amount: '3.20', currency: 'usd' },
      next_invoice: { amount_due_cents: 2200 },
    });
    expect(JSON.stringify(await read())).not.toMatch(/usd|3\.20|2200|invoice/);
  });

  it('takes XI_API_KEY, and a base URL that ends in slashes', async () => {
    const env = { ELEVENLABS_BASE_URL: `${api.url}//`, XI_API_KEY: ` ${KEY}\n` };
    expect(await readQuota(env)).toMatchObject({ known: true, used: 4600 });
  });

  it.each<[string, object, Partial<Quota>]>([
    ['no limit', { character_count: 7, character_limit: null }, { used: 7, limit: null, overage: 0, resetsAt: null }],
    ['a limit passed', { character_count: 120, character_limit: 100 }, { used: 120, limit: 100 }],
    ['unlimited overage', { character_count: 1, max_credit_limit_extension: 'unlimited' }, { overage: 'unlimited' }],
    ['an overage', { character_count: 1, max_credit_limit_extension: 5000 }, { overage: 5000 }],
    ['an overage of old', { character_count: 1, max_character_limit_extension: 300 }, { overage: 300 }],
    ['no reset', { character_count: 1, next_character_count_reset_unix: null }, { resetsAt: null }],
    ['a reset beyond all dates', { character_count: 1, next_character_count_reset_unix: 1e15 }, { resetsAt: null }],
    [
      'a reset in the past',
      { character_count: 1, next_character_count_reset_unix: 1_761_955_200 },
      { resetsAt: '2025-11-01T00:00:00.000Z' },
    ],
  ])('understands %s', async (_name, body, expected) => {
    scripted = jsonReply(body);
    expect(await read()).toMatchObject({ known: true, ...expected });
  });

  const noPermission = jsonReply(
    { detail: { status: 'missing_permissions', message: `The API key ${KEY} is missing the permission user_read.` } },
    { status: 401 },
  );
  it.each<[string, Reply, string, string]>([
    [
      'a key without user_read',
      noPermission,
      'no-permission',
      'The quota is not readable with this key: it lacks the permission user_read.',
    ],
    [
      'a wrong key',
      elevenLabsError('invalid_api_key'),
      'invalid-key',
      'ElevenLabs does not accept this key (HOST answered 401 invalid_api_key).',
    ],
    [
      'a server error',
      elevenLabsError('internal_server_error'),
      'refused',
      'HOST answered 500 internal_server_error: the quota is not known.',
    ],
    [
      'too many requests',
      elevenLabsError('system_busy'),
      'refused',
      'HOST answered 429 system_busy: the quota is not known.',
    ],
    [
      'a page that is no JSON',
      { body: '<html>' },
      'unexpected',
      'HOST answered without a character count: the quota is not known.',
    ],
    [
      'a redirect',
      { status: 302, headers: { location: '/elsewhere' }, body: '' },
      'refused',
      'HOST answered 302: the quota is not known.',
    ],
    [
      'a cut connection',
      { chunks: [{ data: '{' }], ending: 'destroy' },
      'unreachable',
      'HOST cannot be reached (UND_ERR_SOCKET): the quota is not known.',
    ],
  ])('says what %s means, without the key', async (_name, reply, reason, message) => {
    scripted = reply;
    const reading = await read();
    expect(reading).toMatchObject({ known: false, reason, message: message.replace('HOST', new URL(api.url).host) });
    expect(JSON.stringify(reading)).not.toContain(KEY);
    expect(api.exchanges).toHaveLength(1);
  });

  it('gives up on a server that does not answer', async () => {
    const reading = await readQuota({ ELEVENLABS_API_KEY: KEY }, (_url, init) => {
      expect(init?.signal).toBeInstanceOf(AbortSignal);
      return Promise.reject(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
    });
    expect(reading).toMatchObject({
      reason: 'unreachable',
      message: 'api.elevenlabs.io did not answer within 5 s: the quota is not known.',
    });
  });

  it.each([
    [{}, 'no-key'],
    [{ ELEVENLABS_API_KEY: ' ' }, 'no-key'],
    [{ ELEVENLABS_API_KEY: 'sk_one\nsk_two' }, 'bad-setting'],
    [{ ELEVENLABS_API_KEY: KEY, ELEVENLABS_BASE_URL: 'localhost' }, 'bad-setting'],
    [{ ELEVENLABS_API_KEY: KEY, ELEVENLABS_BASE_URL: 'file:///etc' }, 'bad-setting'],
  ])('sends nothing for %j', async (env, reason) => {
    const reading = await readQuota(env, () => Promise.reject(new Error('sent')));
    expect(reading).toMatchObject({ known: false, reason });
    expect(JSON.stringify(reading)).not.toMatch(/sk_/);
  });
});

describe('what a quota says', () => {
  const quota: Quota = { known: true, used: 0, limit: 1000, overage: 0, resetsAt: null, plan: null };

  it.each([
    [0, 1000, 1000, 0],
    [999, 1000, 1, 99],
    [1000, 1000, 0, 100],
    [1001, 1000, 0, 100],
    [2000, 1000, 0, 200],
    [5, 0, 0, null],
    [5, null, null, null],
  ])('%d of %s', (used, limit, left, percent) => {
    expect([remaining({ ...quota, used, limit }), percentUsed({ used, limit })]).toEqual([left, percent]);
  });

  it('tells a reset in the past', () => {
    const overdue = (resetsAt: string | null) => isResetOverdue({ ...quota, resetsAt }, NOW);
    expect(['2026-11-22T11:59:59Z', '2026-11-22T12:00:00Z', null].map(overdue)).toEqual([true, false, false]);
  });
});
