import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandIo } from '../../src/commands/command-io.ts';
import { registerPricing } from '../../src/commands/pricing/index.ts';
import { CostwatchError } from '../../src/core/errors.ts';

let home: string;
let file: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'costwatch-pricing-'));
  file = join(home, 'prices.json');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('pricing list', () => {
  it('answers what gemini-2.5-flash costs, and what is announced', async () => {
    const { out } = await pricing('list', 'gemini-2.5-flash');
    expect(out.split('\n').slice(0, 6)).toEqual([
      'Gemini prices on 2026-11-22 (UTC): US dollars per 1M tokens, standard tier',
      'model                         input         output                 cached input',
      'gemini-2.5-flash              $0.30         $2.50                  $0.03',
      '                              audio $1.00                          audio $0.10',
      '    from 2026-12-01: answered and billed as gemini-3.5-flash-lite, input $0.30;',
      '    output $2.50; cached $0.03',
    ]);
    expect(out).toContain('Checked 2026-11-21, 1 day ago.');
  });

  it('fits 80 columns, names every model and stays free of colours', async () => {
    const { out } = await pricing('list');
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(out).not.toContain('\u001b');
    expect(out).toContain('shut down 2026-10-02; last known price');
    expect(out).toContain('Google Search by query        $14.00 / 1,000 requests');
  });

  it('shows ElevenLabs in credits, never in dollars', async () => {
    const { out } = await pricing('list', 'ElevenLabs');
    expect(out).toContain('ElevenLabs: credits per character');
    expect(out).toMatch(/^eleven_flash_v2_5 +0\.5$/m);
    expect(out).not.toContain('$');
  });

  it.each([
    ['veo', 10],
    ['imagen', 6],
    ['gemini 4', 3],
    ['gemini-flash-latest', 1],
    ['models/gemini-2.5-flash-001', 1],
  ])('%s finds %d entries', async (filter, count) => {
    expect((await json('list', filter)).models).toHaveLength(count);
  });

  it('as JSON gives numbers, and every entry of the book', async () => {
    const list = await json('list');
    expect(list).toMatchObject({
      schemaVersion: 1,
      priceBook: { version: '2026-11-21', overrides: 0 },
      day: '2026-11-22',
    });
    expect(list.models).toHaveLength(79);
    expect(list.credits).toContainEqual({ model: 'eleven_v3', service: 'elevenlabs', creditsPerCharacter: 1 });
    const argon = list.models.find((row: { model: string }) => row.model === 'gemini-4-argon');
    expect(argon).toMatchObject({ override: false, checkedDaysAgo: 1, answeredAs: null, known: true });
    expect(argon.prices).toContainEqual({ meter: 'output.text', unit: '1M tokens', priceUsd: 10, override: false });
    expect(argon.nextChange).toMatchObject({ date: '2026-12-01' });
    expect(argon.nextChange.prices).toContainEqual({
      meter: 'output.text',
      unit: '1M tokens',
      priceUsd: 20,
      override: false,
    });
  });

  it('shows the price of the model that answers in the place of another', async () => {
    const [row] = (await json('list', 'gemini-3.5-flash-001')).models;
    expect(row).toMatchObject({ model: 'gemini-3.5-flash', answeredAs: 'gemini-3.6-flash' });
    expect(row.prices[0]).toMatchObject({ meter: 'input', priceUsd: 0.75 });
  });

  it('refuses a filter that finds nothing', async () => {
    expect(await failure('list', 'gpt-\u001b[31m5')).toMatchObject({
      message: 'no model, family or service matches gpt-[31m5',
      exitCode: 2,
    });
  });
});

describe('pricing show', () => {
  it('shows periods, tiers, names, sources and an example that the engine priced', async () => {
    const { out } = await pricing('show', 'gemini-2.5-pro');
    const lines = out.split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'Price on 2026-11-22, standard tier: input $1.25, cached input $0.125, text',
        'Names: gemini-2.5-pro, gemini-2.5-pro-*, gemini-2.5-pro-preview,',
        'Checked 2026-11-21, 1 day ago; confidence high',
        'Shuts down 2026-12-01',
        '  100,000 x text input tokens at $1.25 / 1M tokens = $0.125',
        '  50,000 x text output tokens at $10.00 / 1M tokens = $0.50',
        '  Total $0.625',
        '2025-04-04 to 2025-10-24',
        '                                     standard     batch      flex  priority',
        '  of prompts above 200,000 tokens',
        '  input                                 $2.50     $1.25     $1.25     $4.50',
        '  off_page_2025_10_31 (2025-10-31): copy of',
      ]),
    );
  });

  it('fits 80 columns for every model', async () => {
    const { models } = await json('list');
    for (const { model } of models) {
      const { out } = await pricing('show', model);
      expect(
        out.split('\n').filter((line) => line.length > 80),
        model,
      ).toEqual([]);
    }
  });

  it.each([
    ['veo-3.1-generate-001', '8 x video 720p with sound at $0.40 / second = $3.20'],
    ['lyria-3.5', '1 x song at $0.08 / song = $0.08'],
    ['gemini-3-pro-image', '1,120 x image output tokens at $120.00 / 1M tokens = $0.1344'],
    ['imagen-4.0-generate-001', '1 x image at $0.04 / image = $0.04'],
    ['gemini-3.8-flash-tts', '1,000 x output tokens at $9.00 / 1M tokens = $0.009'],
    ['gemini-flash-latest', 'Moving name gemini-flash-latest: gemini-2.5-flash-preview-09-2025 from'],
    ['gemini-robotics-er-1.6-preview', 'Not known: every price: no source found'],
    ['gemini-3.7-flash', 'Answered and billed as gemini-3.8-flash since 2026-10-08'],
    ['eleven_v3', 'eleven_v3 (ElevenLabs): 1 credits per character'],
  ])('%s: %s', async (model, text) => {
    expect((await pricing('show', model)).out).toContain(text);
  });

  it('shows both entries of a model that Vertex prices differently', async () => {
    const shown = await json('show', 'gemini-2.0-flash');
    expect(shown.models.map((model: { platform: string | null }) => model.platform)).toEqual([null, 'vertex']);
    expect(shown.models[1].periods[0].tiers.standard).toMatchObject({ input: 0.15, 'input.audio': 1 });
    expect(shown.models[0].example).toMatchObject({ costUsd: 0.12 });
    expect(shown.models[0].sources[0]).toMatchObject({ id: 'off_page_2025_10_31', date: '2025-10-31' });
  });

  it('suggests the nearest names for an unknown one', async () => {
    expect(await failure('show', 'gemini-2.5-flsh')).toMatchObject({
      message: 'no price known for the model gemini-2.5-flsh',
      hint: expect.stringMatching(/^Did you mean gemini-2\.5-flash, /),
      exitCode: 2,
    });
    expect(await failure('show', '__proto__')).toMatchObject({ hint: 'All names: costwatch pricing list' });
  });
});

describe('pricing set', () => {
  it('shows old and new, writes, and prices by it', async () => {
    const { out, code } = await pricing('set', 'gemini-2.5-flash', '--input', '0.35', '--audio-input', '1.2');
    expect(code).toBe(0);
    expect(out.split('\n').slice(0, 5)).toEqual([
      'gemini-2.5-flash, standard tier: your own price, all dates, past and future',
      '                                          old              new',
      '  input                                 $0.30            $0.35 / 1M tokens',
      '  audio input                           $1.00            $1.20 / 1M tokens',
      '  cached input                          $0.03        unchanged / 1M tokens',
    ]);
    expect(out).not.toContain('factor of two');
    const [row] = (await json('list', 'gemini-2.5-flash-001')).models;
    expect(row.override).toBe(true);
    expect(row.prices[0]).toEqual({ meter: 'input', unit: '1M tokens', priceUsd: 0.35, override: true });
    expect((await pricing('list', 'gemini-2.5-flash')).out).toContain('*$0.35');
  });

  it('merges with what was set before, and can start on a day', async () => {
    await pricing('set', 'gemini-4-argon', '--input', '1.5');
    await pricing('set', 'models/gemini-4-argon', '--output', '8');
    await pricing('set', 'gemini-4-argon', '--input', '3', '--from', '2027-01-01');
    expect(readOwn()).toEqual([
      { from: null, to: '2027-01-01', tiers: { standard: { input: '1.5', 'output.text': '8' } }, sources: [] },
      { from: '2027-01-01', to: null, tiers: { standard: { input: '3', 'output.text': '8' } }, sources: [] },
    ]);
  });

  it.each([
    [
      'a change of more than a factor of two',
      ['gemini-4-argon', '--input', '4.01'],
      'input changes by more than a factor of two',
    ],
    [
      'an official change that it hides',
      ['gemini-4-argon', '--input', '3'],
      'the official price changes on 2026-12-01; yours',
    ],
    [
      'a model that the book does not know',
      ['gemini-9-ultra', '--input', '3'],
      'gemini-9-ultra is not in the price book',
    ],
    ['a price per image of a model billed by tokens', ['gemini-3-pro-image', '--image', '0.1'], 'set --image-output'],
    [
      'a model that another one answers for',
      ['gemini-3.5-flash', '--input', '1'],
      'from 2026-10-08 gemini-3.5-flash is answered',
    ],
  ])('warns of %s', async (_, args, warning) => {
    const { out } = await pricing('set', ...args, '--dry-run');
    expect(out.replaceAll(/\n {2}(?=\S)/g, ' ')).toContain(warning);
  });

  it('never cuts off the digits of a price', async () => {
    const { out } = await pricing('set', 'gemini-4-argon', '--input', '0.123456789012');
    const list = await pricing('list', 'gemini-4-argon');
    const shown = await pricing('show', 'gemini-4-argon');
    for (const text of [out, list.out, shown.out]) expect(text).toContain('$0.123456789012 ');
  });

  it('does not warn of a change of exactly a factor of two', async () => {
    expect((await pricing('set', 'gemini-4-argon', '--input', '4', '--output', '5')).out).not.toContain('factor');
  });

  it('sets every resolution of a video model, the plain output of speech, and prices of long prompts', async () => {
    await pricing('set', 'veo-3.1-lite-generate-001', '--per-second', '0.06');
    expect(readOwn()[0].tiers.standard).toEqual({
      'video.720p.audio': '0.06',
      'video.1080p.audio': '0.06',
      'video.720p.silent': '0.06',
      'video.1080p.silent': '0.06',
    });
    await pricing('reset');
    await pricing('set', 'gemini-3.8-flash-tts', '--output', '8', '--tier', 'batch');
    expect(readOwn()[0].tiers).toEqual({ batch: { output: '8' } });
    await pricing('reset');
    await pricing('set', 'gemini-2.5-pro', '--output', '16', '--long-context');
    expect(readOwn()[0].tiers).toEqual({ standard: { longContext: { 'output.text': '16' } } });
  });

  it.each([
    ['a negative price', ['gemini-4-argon', '--input', '-1'], '--input -1 is not a price'],
    ['an exponent', ['gemini-4-argon', '--input', '1e3'], '--input 1e3 is not a price'],
    ['words', ['gemini-4-argon', '--input', 'cheap'], '--input cheap is not a price'],
    ['a currency sign', ['gemini-4-argon', '--cached', '$1'], '--cached $1 is not a price'],
    ['no price', ['gemini-4-argon'], 'no price given'],
    ['an unknown tier', ['gemini-4-argon', '--input', '1', '--tier', 'turbo'], 'no tier is called turbo'],
    [
      'a day that does not exist',
      ['gemini-4-argon', '--input', '1', '--from', '2026-02-30'],
      '--from 2026-02-30 is not a day',
    ],
    [
      'long prompts of a flat model',
      ['gemini-4-argon', '--input', '1', '--long-context'],
      'gemini-4-argon has no long-context price',
    ],
    [
      'a moving name',
      ['gemini-flash-latest', '--input', '1'],
      'gemini-flash-latest is a moving name, now for gemini-3.8-flash',
    ],
    ['ElevenLabs', ['eleven_v3', '--input', '1'], 'eleven_v3 is billed in ElevenLabs credits, not in dollars'],
    ['a name that is no id', ['a b\u001b[2J', '--input', '1'], 'no price known for the model a b[2J'],
  ])('refuses %s and writes nothing', async (_, args, message) => {
    expect(await failure('set', ...args)).toMatchObject({ message, exitCode: 2 });
    expect(existsSync(file)).toBe(false);
  });

  it('leaves a file of own prices that it cannot read as it is', async () => {
    writeFileSync(file, '{"models": [');
    expect(await failure('set', 'gemini-4-argon', '--input', '1')).toMatchObject({
      name: 'PriceBookError',
      exitCode: 2,
    });
    expect(readFileSync(file, 'utf8')).toBe('{"models": [');
  });

  it('with --dry-run writes nothing', async () => {
    const { out } = await pricing('set', 'gemini-4-argon', '--input', '1.5', '--dry-run');
    expect(out).toContain('Nothing was written (--dry-run).');
    expect(existsSync(file)).toBe(false);
  });
});

describe('pricing reset', () => {
  it('removes one model, then all, then says that there is nothing', async () => {
    await pricing('set', 'gemini-4-argon', '--input', '1.5');
    await pricing('set', 'gemini-4-carbon', '--input', '1.5');
    await pricing('set', 'my-model', '--input', '1.5');
    expect((await pricing('reset', 'gemini-4-argon-001')).out).toBe(
      'Removed your own price for gemini-4-argon. The bundled prices apply again.\n',
    );
    expect((await pricing('reset')).out).toBe(
      'Removed your own prices for gemini-4-carbon, my-model. The bundled prices apply again.\n',
    );
    expect(existsSync(file)).toBe(false);
    expect(await pricing('reset')).toEqual({ out: 'Nothing to reset: you have set no price.\n', code: 0 });
    expect(await pricing('reset', 'gemini-4-argon')).toEqual({
      out: 'Nothing to reset: you have set no price for gemini-4-argon.\n',
      code: 0,
    });
  });
});

describe('pricing check', () => {
  it('names uncertain prices, coming changes and reroutes', async () => {
    const { out, code } = await pricing('check');
    expect(code).toBe(0);
    expect(out).toContain('78 models, prices checked 2026-11-21, 0 own prices; today is 2026-11-22 (UTC)');
    expect(out).not.toContain('Checked more than 30 days ago');
    expect(out).toContain('  gemini-omni-1.2-flash: confidence low; not known: official video output');
    expect(out).toContain('  gemini-4-argon from 2026-12-01: input $4.00; output $20.00; cached $0.20');
    expect(out).toContain('  gemini-3.5-flash as gemini-3.6-flash since 2026-10-08');
  });

  it.each([
    ['2026-12-21', 0],
    ['2026-12-22', 49],
  ])('on %s calls %d entries old', async (day, count) => {
    const { findings } = await json('check', { now: new Date(`${day}T00:00:00Z`) });
    expect(findings.filter((finding: { kind: string }) => finding.kind === 'stale')).toHaveLength(count);
  });

  it('says when an own price hides a newer official one', async () => {
    await pricing('set', 'gemini-4-argon', '--input', '1.5');
    const { findings } = await json('check');
    expect(findings.at(-1)).toEqual({ kind: 'shadow', model: 'gemini-4-argon', set: '2026-11-22', day: '2026-12-01' });
    await pricing('set', 'gemini-4-argon', '--input', '4', '--from', '2026-12-01');
    expect((await json('check')).findings.at(-1).kind).toBe('reroute');
  });
});

interface World {
  now?: Date;
}

async function pricing(...args: (string | World)[]): Promise<{ out: string; code: number }> {
  const world = args.find((arg): arg is World => typeof arg === 'object');
  let out = '';
  let code = -1;
  const stream = {
    columns: 80,
    write(text: string) {
      out += text;
    },
  };
  const now = world?.now ?? new Date('2026-11-22T02:00:00Z');
  const io: CommandIo = { stdout: stream, stderr: stream, env: { COSTWATCH_HOME: home }, now };
  const program = new Command('costwatch').exitOverride();
  registerPricing(program, async (action) => {
    code = await action(io);
  });
  await program.parseAsync(['pricing', ...args.filter((arg) => typeof arg === 'string')], { from: 'user' });
  return { out, code };
}

async function json(...args: (string | World)[]) {
  return JSON.parse((await pricing(...args, '--json')).out);
}

async function failure(...args: string[]): Promise<CostwatchError> {
  const error: unknown = await pricing(...args).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(CostwatchError);
  return error as CostwatchError;
}

function readOwn() {
  return JSON.parse(readFileSync(file, 'utf8')).models[0].periods;
}
