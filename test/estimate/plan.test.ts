import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { registerEstimate } from '../../src/commands/estimate/index.ts';
import { type LocalApi, startLocalApi } from '../../src/demo/local-api.ts';
import { writeSessionLog } from '../../src/store/sessions/session-log.ts';
import { costwatch } from '../cli/costwatch.ts';
import { command, type Ran, userError } from '../quota/fake.ts';

const PLAN = {
  name: 'Episode 1',
  unit: { name: 'panel', count: 20 },
  steps: [
    { name: 'script', model: 'gemini-3.8-flash', prompt: 'prompts/script.txt', outputTokens: 8000 },
    {
      name: 'panels',
      model: 'gemini-nano-banana-2.1',
      inputTokens: 500,
      images: 1,
      repeat: 20,
      labels: { phase: 'panels' },
    },
    { name: 'clip', model: 'veo-3.1-generate-001', inputTokens: 100, videoSeconds: 8, repeat: 3 },
    { name: 'voice', model: 'eleven_flash_v2_5', characters: 4000 },
  ],
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'costwatch-plan-'));
  mkdirSync(join(folder, 'prompts'));
  writeFileSync(join(folder, 'prompts/script.txt'), 'Write it down.');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function estimate(plan: unknown, args: string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const file = join(folder, 'plan.json');
  writeFileSync(file, typeof plan === 'string' ? plan : JSON.stringify(plan));
  return command(registerEstimate, ['estimate', '--plan', file, ...args], { COSTWATCH_HOME: folder, ...env });
}

async function json(plan: unknown, args: string[] = [], env: NodeJS.ProcessEnv = {}) {
  return JSON.parse((await estimate(plan, [...args, '--json'], env)).out);
}

describe('estimate --plan', () => {
  it('shows each step, the total with its margin, and the cost per unit', async () => {
    const { out, code } = await estimate(PLAN);
    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "Plan Episode 1 at the prices of 2026-11-22
      step    model                                input        output  calls          total
      script  gemini-3.8-flash                 ~4 tokens  8,000 tokens      1         ~$0.03
      panels  gemini-nano-banana-2.1          500 tokens       1 image     20          $0.69
      clip    veo-3.1-generate-001                     -  8 s of video      3          $9.60
      voice   eleven_flash_v2_5         4,000 characters             -      1  2,000 credits

        Gemini: ~$10.32, with 10 % margin ~$11.35
          per panel (20): ~$0.57 with 10 % margin
        ElevenLabs: 2,000 credits, with 10 % margin 2,200
      ! gemini-3.8-flash: offline estimate: text as a token for every 4 characters
      ! gemini-3.8-flash: GEMINI_API_KEY is not set
      ! gemini-nano-banana-2.1: 1,120 tokens for each 1K image
      ! veo-3.1-generate-001: billed by the piece: the prompt costs nothing
      ! eleven_flash_v2_5: credits before modifiers of the voice and the plan
      "
    `);
  });

  it('adds up exactly', async () => {
    const { steps, totals, plan, incomplete } = await json(PLAN);
    expect([plan, incomplete]).toEqual([
      { name: 'Episode 1', unit: { name: 'panel', count: 20 }, marginPercent: 10 },
      false,
    ]);
    expect(steps.map((step: { total: object }) => step.total)).toEqual([
      { credits: null, costUsd: 0.030003 },
      { credits: null, costUsd: 0.687 },
      { credits: null, costUsd: 9.6 },
      { credits: 2000, costUsd: null },
    ]);
    expect(totals).toEqual({
      costUsd: 10.317003,
      marginUsd: 1.0317003,
      costWithMarginUsd: 11.3487033,
      costPerUnitUsd: 0.567435165,
      credits: 2000,
      creditsWithMargin: 2200,
    });
  });

  it.each([
    [0, 30_003, 0.030003],
    [12.5, 33_754, 0.033753375],
  ])('takes a margin of %d %%', async (margin, credits, costWithMarginUsd) => {
    const steps = [PLAN.steps[0], { model: 'eleven_v3', characters: 30_003 }];
    const { totals } = await json({ margin, steps });
    expect([totals.creditsWithMargin, totals.costWithMarginUsd]).toEqual([credits, costWithMarginUsd]);
  });

  it('counts prompts by Google, and compares speech with the quota', async () => {
    const api: LocalApi = await startLocalApi({ quota: { limit: 3000, used: 1000 } });
    try {
      const env = {
        GEMINI_API_KEY: 'test',
        GOOGLE_GEMINI_BASE_URL: api.url,
        ELEVENLABS_API_KEY: 'test',
        ELEVENLABS_BASE_URL: api.url,
      };
      expect((await json(PLAN, [], env)).quota).toEqual({ remaining: 2000, enough: false, problem: null });
      const { out } = await estimate(PLAN, [], env);
      expect(out).toContain('ElevenLabs: 2,000 credits, with 10 % margin 2,200; 2,000 left, 200 too few\n');
      expect(out).not.toContain('~');
      const denied = await json(PLAN, [], { ...env, ELEVENLABS_API_KEY: 'invalid', ELEVENLABS_BASE_URL: 'nowhere' });
      expect(denied.quota).toEqual({
        remaining: null,
        enough: null,
        problem: 'ELEVENLABS_BASE_URL is not a web address.',
      });
    } finally {
      await api.close();
    }
  });

  it('says which step has no price, and that the total is a lower bound', async () => {
    const steps = [PLAN.steps[0], { name: 'cheap', model: 'imagen-4.0-generate-001', images: 1, tier: 'batch' }];
    const { out } = await estimate({ steps });
    expect(out).toContain('Gemini: ≥ $0.03, with 10 % margin ≥ $0.033\n');
    expect(out).toContain('! imagen-4.0-generate-001: no cost: no batch price known for imagen-4.0-generate-001');
    expect((await json({ steps })).incomplete).toBe(true);
  });
});

describe('a plan that is not valid', () => {
  const step = { model: 'gemini-3.8-flash', inputTokens: 1 };
  it.each<[unknown, string]>([
    ['{', 'is not valid JSON: '],
    [[], ': expected an object, found []'],
    [{}, ': steps: expected a list, found nothing'],
    [{ steps: [] }, ': steps: expected at least one step, found []'],
    [{ steps: [step], extra: 1 }, ': extra: expected one of the fields $schema, name, unit, margin, steps, found 1'],
    [{ steps: [step], margin: '10' }, ': margin: expected per cent as a number from 0 to 1000, found "10"'],
    [{ steps: [step], unit: { name: 'x', count: 0 } }, ': unit.count: expected a whole number above 0, found 0'],
    [{ steps: [step, {}] }, ': steps[1].model: expected a text, found nothing'],
    [{ steps: [{ ...step, imagse: 2 }] }, ': steps[0].imagse: expected one of the fields name, model, tier, '],
    [{ steps: [{ ...step, images: 1.5 }] }, ': steps[0].images: expected a whole number above 0, found 1.5'],
    [
      { steps: [{ ...step, tier: 'cheap' }] },
      ': steps[0].tier: expected one of standard, batch, flex, priority, found',
    ],
    [{ steps: [{ ...step, labels: { a: 1 } }] }, ': steps[0].labels.a: expected a text, found 1'],
    [{ steps: [{ ...step, videoSeconds: 0 }] }, ': steps[0].videoSeconds: expected seconds above 0, found 0'],
    [{ steps: [{ ...step, prompt: 'a' }] }, ': steps[0].inputTokens: expected no such field beside prompt'],
    [{ steps: [{ model: 'gemini-3.8-flsh' }] }, 'no price known for the model gemini-3.8-flsh'],
    [{ steps: [{ model: 'gemini-3.8-flash', prompt: 'gone.txt' }] }, 'gone.txt: there is no such file'],
  ])('%j', async (plan, message) => {
    const error = await userError(estimate(plan));
    expect(error.message).toContain(message);
    expect(error.exitCode).toBe(2);
    expect(error.hint).not.toMatch(/pricing check/);
  });

  it('is beside options of one call', async () => {
    const option = await userError(estimate(PLAN, ['--output-tokens', '3']));
    expect(option.message).toBe('--output-tokens cannot be combined with --plan.');
  });
});

describe('a plan in YAML', () => {
  const write = (text: string) => {
    const file = join(folder, 'plan.yaml');
    writeFileSync(file, text);
    return command(registerEstimate, ['estimate', '--plan', file, '--json'], { COSTWATCH_HOME: folder });
  };

  it('says the same as in JSON', async () => {
    const yaml = await write(stringify(PLAN));
    expect(yaml.out).toBe((await estimate(PLAN, ['--json'])).out);
    expect(yaml.code).toBe(0);
  });

  it('is read by the built program', async () => {
    writeFileSync(join(folder, 'plan.yml'), stringify(PLAN));
    const built = await costwatch(['estimate', '--plan', join(folder, 'plan.yml'), '--json']);
    expect(built.stderr).toBe('');
    expect(JSON.parse(built.stdout).steps).toHaveLength(PLAN.steps.length);
  });

  it.each([
    ['steps: [', 'plan.yaml is not valid YAML: Flow sequence'],
    ['steps:\n  - {model: gemini-3.8-flash, repeat: 1.5}', 'steps[0].repeat'],
    [
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c]`,
      'is not valid YAML: Excessive alias count',
    ],
  ])('with a fault is refused: %s', async (text, message) => {
    const error = await userError(write(text));
    expect(error.message).toContain(message);
    expect(error.message).not.toContain('\n');
    expect(error.exitCode).toBe(2);
  });
});

describe('estimate --compare', () => {
  const call = (id: string, responseModel: string, outputTokens: number, more: object = {}) => ({
    id,
    timestamp: '2026-11-22T10:00:00.000Z',
    service: 'gemini',
    operation: 'generate_content',
    responseModel,
    status: 'ok' as const,
    usage: { inputTokens: 0, outputTokens },
    ...more,
  });
  const session = { id: '20261122-100000-abc123', startedAt: '2026-11-22T10:00:00.000Z', command: ['node', 'gen.js'] };

  function record(): void {
    writeSessionLog({ COSTWATCH_HOME: folder }, session, [
      call('one', 'gemini-3.8-flash', 16_000),
      call('two', 'gemini-3.8-flash', 1000, { labels: { phase: 'panels' } }),
      call('three', 'gemini-3.8-flash', 1000, { labels: { step: 'clip' } }),
      call('four', 'gemini-2.5-pro', 1000),
      call('five', 'gemini-3.8-flash', 0, { status: 'failed', httpStatus: 503 }),
      call('six', 'eleven_flash_v2_5', 0, { service: 'elevenlabs', usage: { characters: 5000, credits: 2500 } }),
    ]);
  }

  it('matches by labels, by a label step, by the model; the rest is in no plan', async () => {
    record();
    const { compared } = await json(PLAN, ['--compare', session.id]);
    const actual = (calls: number, costUsd: number | null, credits: number | null = null) => ({
      calls,
      costUsd,
      credits,
      failed: 0,
      unpriced: 0,
    });
    expect(compared).toEqual([
      {
        steps: ['script'],
        service: 'gemini',
        model: 'gemini-3.8-flash',
        planned: { calls: 1, costUsd: 0.030003, credits: null },
        actual: { ...actual(1, 0.06), failed: 1 },
      },
      {
        steps: ['panels'],
        service: 'gemini',
        model: 'gemini-nano-banana-2.1',
        planned: { calls: 20, costUsd: 0.687, credits: null },
        actual: actual(1, 0.00375),
      },
      {
        steps: ['clip'],
        service: 'gemini',
        model: 'veo-3.1-generate-001',
        planned: { calls: 3, costUsd: 9.6, credits: null },
        actual: actual(1, 0.00375),
      },
      {
        steps: ['voice'],
        service: 'elevenlabs',
        model: 'eleven_flash_v2_5',
        planned: { calls: 1, costUsd: null, credits: 2000 },
        actual: actual(1, null, 2500),
      },
      {
        steps: [],
        service: 'gemini',
        model: 'gemini-2.5-pro',
        planned: { calls: 0, costUsd: 0, credits: null },
        actual: actual(1, 0.01),
      },
    ]);
  });

  it('shows it as a table, with steps of one model as one row', async () => {
    record();
    const steps = [PLAN.steps[0], { ...PLAN.steps[0], name: 'summary' }];
    const { out } = await estimate({ steps }, ['--compare', session.id]);
    const table = out.slice(out.indexOf('Plan against actual'));
    expect(table).toMatchInlineSnapshot(`
      "Plan against actual
      step              model                actual calls    planned         actual  difference
      script + summary  gemini-3.8-flash                3      $0.06        $0.0675       +12 %
      not in the plan   gemini-2.5-pro                  1      $0.00          $0.01           -
      not in the plan   eleven_flash_v2_5               1  0 credits  2,500 credits           -
      "
    `);
  });

  it('names the newest sessions when there is no such session', async () => {
    record();
    const error = await userError(estimate(PLAN, ['--compare', 'other']));
    expect([error.message, error.hint]).toEqual([
      'There is neither a file nor a session of your own named other.',
      `Your newest sessions: ${session.id}`,
    ]);
  });
});
