import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { UsageEvent } from '../../src/core/usage/event.ts';
import { type Handler, jsonReply, type Reply } from '../../src/demo/exchange.ts';
import { type LocalApi, startLocalApi } from '../../src/demo/local-api.ts';
import { costwatch, pinned, ROOT, temporaryFolder } from './costwatch.ts';
import { SPEECH, writeSession } from './history-home.ts';
import { madeRun } from './made-run.ts';
import { readSchema, SCHEMAS, wrongIn } from './schema.ts';

const REFUSED: Partial<UsageEvent> = { status: 'failed', httpStatus: 429, usage: {} };
const UNPRICED = { requestModel: 'gemini-9-unheard-of', responseModel: 'gemini-9-unheard-of' };
const UNREAD = 'torn {"';

let home: string;
beforeEach(() => {
  home = temporaryFolder();
});

const cw = (args: string[], env: NodeJS.ProcessEnv = {}) =>
  costwatch(args, { cwd: home, env: pinned({ COSTWATCH_HOME: home, ...env }) });

async function json(args: string[], env?: NodeJS.ProcessEnv) {
  return JSON.parse((await cw([...args, '--json'], env)).stdout);
}

describe('the published schemas', () => {
  it.each(SCHEMAS)('%s goes by its file name and is told of in schema/README.md', (file) => {
    expect(readSchema(file).$id).toBe(file);
    expect(readFileSync(join(ROOT, 'schema/README.md'), 'utf8')).toContain(`\`${file}\``);
  });

  it.each(SCHEMAS)('%s refuses another version', (file) => {
    expect(wrongIn({ schemaVersion: 2 }, file)).not.toBe(null);
  });
});

describe('costwatch history list --json', () => {
  const describes = async (...args: string[]) => {
    const output = await json(['history', 'list', ...args]);
    expect(wrongIn(output, 'history.schema.json')).toBe(null);
    return output;
  };

  it('is as its schema says, of sessions with calls and without', async () => {
    writeSession(home, { id: '20260910-080000-aaaaaa', startedAt: '2026-09-10T08:00:00.000Z', calls: [{}, SPEECH] });
    writeSession(home, { id: '20260911-080000-bbbbbb', startedAt: '2026-09-11T08:00:00.000Z', calls: [SPEECH] });
    writeSession(home, {
      id: '20261002-080000-cccccc',
      startedAt: '2026-10-02T08:00:00.000Z',
      calls: [REFUSED, UNPRICED, { status: 'incomplete' }, { attempt: 2, durationMs: 300 }],
      session: { exitCode: 143, signal: 'SIGTERM', unwatched: ['A program could not be watched.'] },
    });
    writeSession(home, { id: '20261002-090000-dddddd', startedAt: '2026-10-02T09:00:00.000Z', calls: [] });
    const { sessions, incomplete } = await describes();
    expect(sessions.map(({ costUsd }: { costUsd: number | null }) => costUsd)).toEqual([null, 0.00225, null, 0.001125]);
    expect(incomplete).toBe(true);
    expect((await describes('--until', '2026-09-30')).sessions.length).toBe(2);
    expect((await describes('--label', 'video=none')).sessions).toEqual([]);
  });

  it('is as its schema says, of logs that are compacted or cannot be read whole', async () => {
    const startedAt = '2026-02-10T08:00:00.000Z';
    writeSession(home, { id: '20260210-080000-aaaaaa', startedAt, calls: [{}, SPEECH, UNPRICED] });
    expect((await cw(['history', 'prune', '--before', '2026-06-01', '--yes'])).code).toBe(0);
    const calls = [{}];
    appendFileSync(
      writeSession(home, { id: '20261002-080000-bbbbbb', startedAt: '2026-10-02T08:00:00.000Z', calls }),
      UNREAD,
    );
    const { sessions } = await describes();
    expect(
      sessions.map(({ compacted, skipped }: { compacted: boolean; skipped: number }) => [compacted, skipped]),
    ).toEqual([
      [false, 1],
      [true, 0],
    ]);
  });

  it('is as its schema says, of calls that belong to no session', async () => {
    await cw(['record', '--service', 'elevenlabs', '--model', 'eleven_v3', '--characters', '12', '--at', '2026-11-22']);
    expect((await describes()).sessions[0].id).toBe('recorded-2026-11-22');
  });
});

describe('costwatch watch --once --json', () => {
  const describes = async () => {
    const output = await json(['watch', '--once']);
    expect(wrongIn(output, 'watch.schema.json')).toBe(null);
    return output;
  };

  it('is as its schema says where nothing runs', async () => {
    expect((await describes()).sessions).toEqual([]);
  });

  it('is as its schema says of sessions with calls and without', async () => {
    const run = madeRun(home, '20261122-101502-aaaaaa');
    for (const call of [{}, SPEECH, REFUSED, UNPRICED]) run.call(call);
    run.call({ usage: {} }, 'start');
    madeRun(home, '20261122-101502-bbbbbb', { counted: 0 }).call(SPEECH);
    madeRun(home, '20261122-101502-cccccc');
    const { sessions, totals } = await describes();
    expect(sessions.map(({ state, costUsd }: { state: string; costUsd: number | null }) => [state, costUsd])).toEqual([
      ['running', null],
      ['goes on', null],
      ['running', 0.001125],
    ]);
    expect(totals.costAccuracy).toBe('lower-bound');
  });
});

describe('with a vendor', () => {
  const PROMPT = 'Describe the picture in one sentence.';
  let api: LocalApi;
  let scripted: Reply | undefined;
  const script: Handler = () => scripted;
  beforeEach(async () => {
    scripted = undefined;
    api = await startLocalApi({ quota: { limit: 40_000, used: 4600 }, handlers: [script] });
    writeFileSync(join(home, 'prompt.txt'), PROMPT);
    writeFileSync(join(home, 'image.png'), Buffer.from([0x89, 0x50, 0x4e, 0x47]));
  });
  afterEach(() => api.close());

  const voice = () => ({ ELEVENLABS_BASE_URL: api.url, ELEVENLABS_API_KEY: 'test' });

  describe('costwatch quota --json', () => {
    const describes = async () => {
      const output = await json(['quota'], voice());
      expect(wrongIn(output, 'quota.schema.json')).toBe(null);
      return output;
    };
    const spend = (credits: number) => {
      const startedAt = '2026-11-22T10:15:02.000Z';
      const calls = [{ ...SPEECH, timestamp: startedAt, usage: { characters: credits, credits } }];
      writeSession(home, { id: '20261122-101502-aaaaaa', startedAt, calls });
    };

    it('is as its schema says without calls of the own', async () => {
      expect(await describes()).toMatchObject({ used: 4600, percentUsed: 11, projection: null });
    });

    it('is as its schema says with a projection', async () => {
      spend(1000);
      expect((await describes()).projection).toMatchObject({ day: expect.any(String), days: expect.any(Number) });
    });

    it('is as its schema says where the end is not in sight', async () => {
      spend(1);
      scripted = jsonReply({
        character_count: 0,
        character_limit: 1e9,
        next_character_count_reset_unix: 1_761_955_200,
      });
      expect(await describes()).toMatchObject({ resetOverdue: true, projection: { day: null, beforeReset: null } });
    });

    it.each([
      ['no limit', { character_count: 7, character_limit: null }, { limit: null, percentUsed: null, plan: null }],
      [
        'a limit passed',
        { character_count: 120, character_limit: 100, max_credit_limit_extension: 'unlimited', tier: 'starter' },
        { remaining: 0, overage: 'unlimited', percentUsed: 120 },
      ],
    ])('is as its schema says with %s', async (_, body, expected) => {
      scripted = jsonReply(body);
      expect(await describes()).toMatchObject(expected);
    });
  });

  describe('costwatch estimate --json', () => {
    it.each<[string, string, object]>([
      ['of a text', 'prompt.txt --model gemini-3.8-flash --output-tokens 20', { incomplete: false }],
      [
        'of several models and calls',
        'prompt.txt --model gemini-3.7-flash --model eleven_v3 -n 40',
        { estimates: [{ answeredAs: 'gemini-3.8-flash' }, { total: { credits: 1480, costUsd: null } }] },
      ],
      ['of an image', 'image.png --model gemini-2.5-flash --batch', { files: [{ modality: 'image' }], tier: 'batch' }],
      [
        'of images that are made',
        '--input-tokens 10 --images 2 --image-size 2K --model gemini-nano-banana-2.1',
        { files: [], estimates: [{ inputCounted: 'exact' }] },
      ],
      [
        'without a price',
        '--input-tokens 10 --images 1 --model gemini-3.8-flash',
        { incomplete: true, estimates: [{ perCall: { costUsd: null }, charges: [] }] },
      ],
    ])('is as its schema says %s', async (_, line, expected) => {
      const output = await json(['estimate', ...line.split(' ')]);
      expect(wrongIn(output, 'estimate.schema.json')).toBe(null);
      expect(output).toMatchObject(expected);
    });
  });

  describe('costwatch estimate --plan --json', () => {
    const PLAN = {
      name: 'Episode 1',
      unit: { name: 'panel', count: 20 },
      margin: 12.5,
      steps: [
        { name: 'script', model: 'gemini-3.8-flash', prompt: 'prompt.txt', outputTokens: 8000 },
        {
          name: 'panels',
          model: 'gemini-nano-banana-2.1',
          inputTokens: 500,
          images: 1,
          repeat: 20,
          labels: { a: 'b' },
        },
        { name: 'clip', model: 'veo-3.1-generate-001', videoSeconds: 8, repeat: 3 },
        { name: 'voice', model: 'eleven_flash_v2_5', characters: 4000 },
      ],
    };
    const describes = async (plan: object, args: string[] = [], env?: NodeJS.ProcessEnv) => {
      writeFileSync(join(home, 'plan.json'), JSON.stringify(plan));
      const output = await json(['estimate', '--plan', 'plan.json', ...args], env);
      expect(wrongIn(output, 'estimate-plan.schema.json')).toBe(null);
      return output;
    };

    it('is as its schema says, with the quota and without', async () => {
      expect(await describes(PLAN)).toMatchObject({ quota: null, compared: null, incomplete: false });
      expect((await describes(PLAN, [], voice())).quota).toEqual({ remaining: 35_400, enough: true, problem: null });
      scripted = jsonReply({ character_count: 7, character_limit: null });
      expect((await describes(PLAN, [], voice())).quota).toEqual({ remaining: null, enough: true, problem: null });
      scripted = jsonReply({ detail: 'no' }, { status: 500 });
      expect((await describes(PLAN, [], voice())).quota).toMatchObject({ remaining: null, enough: null });
    });

    it('is as its schema says of a plan with the least in it', async () => {
      const { plan, steps } = await describes({ steps: [{ model: 'gemini-3.8-flash', inputTokens: 1 }] });
      expect(plan).toEqual({ name: null, unit: null, marginPercent: 10 });
      expect(steps[0]).toMatchObject({ name: 'step 1', labels: {} });
    });

    it('is as its schema says of a step without a price', async () => {
      const steps = [{ model: 'imagen-4.0-generate-001', images: 1, tier: 'batch' }, ...PLAN.steps];
      const output = await describes({ steps });
      expect(output.incomplete).toBe(true);
      expect(output.steps[0].unpricedReason).toBe('no batch price known for imagen-4.0-generate-001');
    });

    it('is as its schema says of a comparison', async () => {
      const id = '20261122-101502-aaaaaa';
      const calls = [{}, { labels: { a: 'b' } }, SPEECH, REFUSED, UNPRICED];
      writeSession(home, { id, startedAt: '2026-11-22T10:15:02.000Z', calls });
      const { compared } = await describes(PLAN, ['--compare', id]);
      expect(compared.map(({ steps, actual }: Compared) => [steps.join(), actual.calls, actual.unpriced])).toEqual([
        ['script', 1, 0],
        ['panels', 1, 0],
        ['clip', 0, 0],
        ['voice', 0, 0],
        ['', 1, 0],
        ['', 1, 1],
      ]);
    });
  });
});

interface Compared {
  steps: string[];
  actual: { calls: number; unpriced: number };
}
