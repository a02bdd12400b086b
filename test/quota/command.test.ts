import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registerQuota } from '../../src/commands/quota/index.ts';
import { type Quota, quotaRow } from '../../src/core/quota/quota.ts';
import { type Handler, jsonReply, type Reply } from '../../src/demo/exchange.ts';
import { type LocalApi, startLocalApi } from '../../src/demo/local-api.ts';
import { writeSessionLog } from '../../src/store/sessions/session-log.ts';
import { quotaChangeLine, quotaShare } from '../../src/views/budget/quota.ts';
import { command, NOW, temporaryHome, userError } from './fake.ts';

let api: LocalApi;
let scripted: Reply | undefined;
const script: Handler = () => scripted;
const STARTER = {
  tier: 'starter',
  character_count: 4600,
  character_limit: 40_000,
  next_character_count_reset_unix: Date.parse('2026-12-01T00:00:00Z') / 1000,
};

beforeEach(async () => {
  scripted = jsonReply(STARTER);
  api = await startLocalApi({ handlers: [script] });
});
afterEach(() => api.close());

function quota(args: string[], home: string, env: NodeJS.ProcessEnv = {}) {
  const all = { COSTWATCH_HOME: home, ELEVENLABS_BASE_URL: api.url, ELEVENLABS_API_KEY: 'test', ...env };
  return command(registerQuota, ['quota', ...args], all);
}

function record(home: string, day: string, credits: number[]): void {
  const events = credits.map((count, index) => ({
    id: `${day}-${index}`,
    timestamp: `${day}T10:00:00.000Z`,
    service: 'elevenlabs',
    operation: 'text_to_speech',
    responseModel: 'eleven_v3',
    status: 'ok' as const,
    usage: { characters: count, credits: count },
  }));
  const session = { id: `s-${day}`, startedAt: `${day}T09:00:00.000Z`, command: ['node', 'gen.js'] };
  writeSessionLog({ COSTWATCH_HOME: home }, session, events);
}

describe('costwatch quota', () => {
  it('shows what is used and left, and when it resets', async () => {
    expect(await quota([], temporaryHome())).toEqual({
      code: 0,
      err: '',
      out: `ElevenLabs quota (plan: starter)
  used       4,600 of 40,000 (11 %)
  remaining  35,400 characters
  resets     2026-12-01 00:00 UTC, in 8 days
  runs out   not known: no ElevenLabs calls in your sessions of the last 30 days
`,
    });
  });

  it('projects from the own sessions', async () => {
    const home = temporaryHome();
    record(home, '2026-11-13', [20_000, 20_000]);
    record(home, '2026-11-20', [10_000]);
    record(home, '2026-09-01', [1_000_000]);
    const { out } = await quota([], home);
    expect(out).toContain(
      '  runs out   2026-11-30 (at 5,000 a day, the average of your sessions over the 10 days since the first call)',
    );
    const json = JSON.parse((await quota(['--json'], home)).out);
    expect(json).toEqual({
      schemaVersion: 1,
      service: 'elevenlabs',
      plan: 'starter',
      used: 4600,
      limit: 40_000,
      remaining: 35_400,
      overage: 0,
      percentUsed: 11,
      resetsAt: '2026-12-01T00:00:00.000Z',
      resetOverdue: false,
      projection: {
        day: '2026-11-30',
        perDay: 5000,
        days: 10,
        beforeReset: true,
        method: 'mean credits a day of your own sessions, last 30 days',
      },
    });
  });

  it('does not warn of what comes after the reset', async () => {
    const home = temporaryHome();
    record(home, '2026-11-22', [10]);
    expect((await quota([], home)).out).toContain('runs out   not before the reset (at 10 a day,');
  });

  it.each([
    [{ character_count: 41_200 }, 'remaining  0 characters (1,200 over the limit)'],
    [{ character_count: 41_200 }, 'runs out   now'],
    [{ character_limit: null }, 'used       4,600, no limit'],
    [{ max_credit_limit_extension: 'unlimited' }, 'overage    any number of characters'],
    [{ max_credit_limit_extension: 9000 }, 'overage    9,000 characters'],
    [{ next_character_count_reset_unix: null }, 'resets     no date given'],
    [
      { next_character_count_reset_unix: Date.parse('2026-11-01T00:00:00Z') / 1000 },
      'resets     was due 2026-11-01 00:00 UTC; ElevenLabs moves the date when the account is used again',
    ],
    [{ tier: '\u001b[31mred' }, '(plan: [31mred)'],
  ])('with %j says "%s"', async (fields, line) => {
    scripted = jsonReply({ ...STARTER, ...fields });
    const { out } = await quota([], temporaryHome());
    expect(out).toContain(line);
    expect(out).not.toContain('\u001b');
  });

  it('ends with 2 and a hint when the quota cannot be read', async () => {
    scripted = jsonReply({ detail: { status: 'missing_permissions', message: '' } }, { status: 401 });
    const error = await userError(quota([], temporaryHome()));
    expect([error.exitCode, error.message]).toEqual([
      2,
      'The quota is not readable with this key: it lacks the permission user_read.',
    ]);
    expect(error.hint).toContain('User: Read');
    const missing = await userError(quota(['--json'], temporaryHome(), { ELEVENLABS_API_KEY: '' }));
    expect([missing.message, missing.hint]).toEqual([
      'There is no ElevenLabs key in the environment.',
      'Set it and ask again: ELEVENLABS_API_KEY=… costwatch quota',
    ]);
  });
});

describe('the lines of a run', () => {
  const after: Quota = {
    known: true,
    used: 9600,
    limit: 40_000,
    overage: 0,
    resetsAt: '2026-12-01T00:00:00.000Z',
    plan: 'starter',
  };

  it.each([
    [5000, after, '12 % of 40,000'],
    [1, after, '< 1 % of 40,000'],
    [0, after, '0 % of 40,000'],
    [5000, { ...after, limit: null }, undefined],
    [5, { ...after, limit: 0 }, undefined],
    [5000, undefined, undefined],
  ])('%d characters', (characters, reading, share) => {
    expect(quotaShare(characters, reading)).toBe(share);
  });

  it('compares the account before and after', () => {
    const before = { ...after, used: 4600 };
    const unread = { known: false, reason: 'no-permission', message: 'The quota is not readable.', hint: '' } as const;
    expect(quotaChangeLine(quotaRow({ before, after }), NOW)).toBe(
      'Quota: 9,600 of 40,000 used (+5,000), 30,400 left, resets 1 Dec',
    );
    expect(quotaChangeLine(quotaRow({ before: unread, after: { ...after, limit: null } }), NOW)).toBe(
      'Quota: 9,600 used, resets 1 Dec',
    );
    const idle = { ...after, resetsAt: '2025-11-01T00:00:00.000Z' };
    expect(quotaChangeLine(quotaRow({ before: idle, after: idle }), NOW)).toBe(
      'Quota: 9,600 of 40,000 used, 30,400 left, reset was due 1 Nov 2025',
    );
    expect(quotaChangeLine(quotaRow({ before: unread, after: unread }), NOW)).toBe('Quota: The quota is not readable.');
  });
});
