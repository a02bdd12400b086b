import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registerEstimate } from '../../src/commands/estimate/index.ts';
import { toNumber } from '../../src/core/pricing/money.ts';
import { price } from '../../src/core/pricing/price.ts';
import type { Reply } from '../../src/demo/exchange.ts';
import { geminiError } from '../../src/demo/gemini/errors.ts';
import { type LocalApi, startLocalApi } from '../../src/demo/local-api.ts';
import { gemini } from '../../src/providers/gemini/index.ts';
import { meter } from '../../src/providers/index.ts';
import { loadPriceBook } from '../../src/store/settings/price-book.ts';
import { command, NOW, type Ran, userError } from '../quota/fake.ts';

const KEY = 'AIza-a-key-that-must-not-be-shown';
const PROMPT = 'Describe the picture in one sentence. 😀';
const MODEL = 'gemini-3.8-flash';

let folder: string;
let api: LocalApi;
let scripted: Reply | undefined;

beforeEach(async () => {
  scripted = undefined;
  folder = mkdtempSync(join(tmpdir(), 'costwatch-estimate-'));
  writeFileSync(join(folder, 'prompt.txt'), PROMPT);
  writeFileSync(join(folder, 'image.png'), Buffer.from([0x89, 0x50, 0x4e, 0x47]));
  writeFileSync(join(folder, 'clip.mp4'), Buffer.from([0, 0, 0, 0xff]));
  writeFileSync(join(folder, 'paper.pdf'), '%PDF-1.7');
  writeFileSync(join(folder, 'odd.bin'), Buffer.from([0xff, 0xfe, 0xc0]));
  api = await startLocalApi({ handlers: [() => scripted] });
});
afterEach(async () => {
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

/** `estimate` with names of files in the folder made into paths. */
function estimate(line: string, env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const args = line
    .split(' ')
    .map((word) => (/^\w+\.(txt|png|mp4|pdf|bin|gone)$/.test(word) ? join(folder, word) : word));
  return command(registerEstimate, ['estimate', ...args], { COSTWATCH_HOME: folder, ...env });
}

function online(line: string): Promise<Ran> {
  return estimate(line, { GEMINI_API_KEY: KEY, GOOGLE_GEMINI_BASE_URL: api.url });
}

async function json(ran: Promise<Ran>) {
  return JSON.parse((await ran).out);
}

/** Makes the call that was estimated and prices what the server says it used. */
async function actualInput(model: string, tier: string | undefined, files: boolean) {
  const url = new URL(`${api.url}/v1beta/models/${model}:generateContent`);
  const headers = new Headers({ 'content-type': 'application/json', 'x-goog-api-key': KEY });
  const parts = [{ text: PROMPT }, ...(files ? [{ inlineData: { mimeType: 'image/png', data: 'iVBORw==' } }] : [])];
  const body = JSON.stringify({ contents: [{ role: 'user', parts }], ...(tier ? { serviceTier: tier } : {}) });
  const response = await fetch(url, { method: 'POST', headers, body });
  const facts = gemini.readUsage({
    request: { method: 'POST', url, header: (name) => headers.get(name) ?? undefined, body: Buffer.from(body) },
    response: {
      status: response.status,
      header: (name) => response.headers.get(name) ?? undefined,
      body: Buffer.from(await response.arrayBuffer()),
      complete: true,
    },
  });
  const event = { id: 'actual', timestamp: NOW.toISOString(), ...facts! };
  const priced = price(event, { book: loadPriceBook(), meter, today: '2026-11-22' });
  if (priced.status === 'unpriced') throw new Error(priced.reason);
  const charges = priced.charges.filter((charge) => charge.meter.startsWith('input.'));
  return charges.map(({ skuPriceId, count, listCost }) => ({
    sku: skuPriceId,
    quantity: count,
    costUsd: toNumber(listCost),
  }));
}

describe('estimate with a key', () => {
  it.each([
    [MODEL, 'standard', true],
    [MODEL, 'flex', true],
    ['gemini-3.5-flash-lite', 'standard', false],
    ['gemini-flash-latest', 'standard', true],
    ['gemini-nano-banana-2.1', 'standard', true],
  ])('equals what the same call to %s (%s) then costs for input', async (model, tier, withImage) => {
    const files = withImage ? 'prompt.txt image.png' : 'prompt.txt';
    const { estimates, incomplete } = await json(online(`${files} --model ${model} --tier ${tier} --json`));
    expect(incomplete).toBe(false);
    const [{ inputCounted, charges, perCall }] = estimates;
    const actual = await actualInput(model, tier === 'standard' ? undefined : tier, withImage);
    expect(inputCounted).toBe('exact');
    expect(charges.map(({ unit, unitPriceUsd, ...rest }: Record<string, unknown>) => rest)).toEqual(actual);
    expect(perCall.inputTokens).toBe(actual.reduce((sum, { quantity }) => sum + quantity, 0));
  });

  it('only ever counts, and tells the modalities apart', async () => {
    const { estimates } = await json(online(`prompt.txt image.png clip.mp4 --model ${MODEL} --json`));
    expect(estimates[0].perCall.inputTokensByModality).toEqual({ text: 10, image: 258, video: 258 });
    expect(api.exchanges.map(({ path }) => path)).toEqual(Array(3).fill(`/v1beta/models/${MODEL}:countTokens`));
  });

  it.each([
    [400, 'HTTP 400'],
    [503, 'HTTP 503'],
  ] as const)('falls back to the rules on a %d, and says so without the key', async (status, said) => {
    scripted = geminiError(status, { message: `Invalid API key: ${KEY}` });
    const { out, err, code } = await online(`prompt.txt --model ${MODEL}`);
    expect(out).toContain('~10 tokens');
    expect(out).toContain(`! countTokens of ${MODEL} failed: ${said}`);
    expect([code, out.includes(KEY), err]).toEqual([0, false, '']);
  });

  it('falls back when the server cannot be reached', async () => {
    const { out } = await estimate(`prompt.txt --model ${MODEL}`, {
      GOOGLE_API_KEY: KEY,
      GOOGLE_GEMINI_BASE_URL: 'http://127.0.0.1:1',
    });
    expect(out).toMatch(/countTokens of gemini-3\.8-flash failed: /);
    expect(out).not.toContain(KEY);
  });
});

describe('estimate without a key', () => {
  it('shows models side by side, marked as estimates', async () => {
    const { out, code } = await estimate(
      `prompt.txt image.png --model ${MODEL},gemini-2.5-pro --output-tokens 2000 --count 20 --batch`,
    );
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual([
      'Estimate at the prices of 2026-11-22, batch tier: 20 calls with prompt.txt, image.png',
      'model                       input        output    one call  20 calls',
      'gemini-3.8-flash    ~1,130 tokens  2,000 tokens  ~$0.004174  ~$0.0835',
      'gemini-2.5-pro        ~268 tokens  2,000 tokens    ~$0.0102    ~$0.20',
      '! gemini-3.8-flash: offline estimate: text as a token for every 4 characters, an image as 1,120',
      '  tokens',
      '! GEMINI_API_KEY is not set',
      '! gemini-2.5-pro: offline estimate: text as a token for every 4 characters, an image as 258',
      '  tokens, more where it is larger than 384 x 384 pixels',
      '',
    ]);
  });

  it('is exact for text where the server counts by the same rule', async () => {
    const offline = await json(estimate(`prompt.txt --model ${MODEL} --json`));
    const counted = await json(online(`prompt.txt --model ${MODEL} --json`));
    expect(offline.estimates[0].perCall).toEqual(counted.estimates[0].perCall);
    expect(offline.estimates[0].inputCounted).toBe('estimated');
  });

  it('takes lengths and pages in order', async () => {
    const { estimates } = await json(estimate(`clip.mp4 paper.pdf --model ${MODEL} --seconds 10.5 --pages 3 --json`));
    expect(estimates[0].perCall.inputTokensByModality).toEqual({ video: 735, audio: 336, document: 1680 });
  });

  it('shows speech in credits, never in dollars', async () => {
    const { out } = await estimate('prompt.txt --model eleven_flash_v2_5,eleven_v3 -n 3');
    expect(out).toMatch(/eleven_flash_v2_5 +39 characters +- +20 credits +60 credits\n/);
    expect(out).toMatch(/eleven_v3 +39 characters +- +39 credits +117 credits\n/);
    expect(out).not.toContain('$');
    const { estimates } = await json(estimate('prompt.txt --model eleven_v3 --json'));
    expect(estimates[0].total).toEqual({ credits: 39, costUsd: null });
  });

  it('reads text from stdin', async () => {
    const { estimates, files } = await json(estimate(`- --model ${MODEL} --json`));
    expect(files).toEqual([{ name: 'stdin', modality: 'text', bytes: 9 }]);
    expect(estimates[0].perCall.inputTokens).toBe(3);
  });

  it('prices by the day of --as-of', async () => {
    const cost = async (day: string) =>
      (await json(estimate(`--model gemini-3.5-flash --input-tokens 1000000 --as-of ${day} --json`))).estimates[0]
        .perCall.costUsd;
    expect([await cost('2026-10-07'), await cost('2026-10-08')]).toEqual([1.5, 0.75]);
  });

  it('prices images by their tokens, or by the piece', async () => {
    const { estimates } = await json(
      estimate('prompt.txt --model gemini-nano-banana-2.1,imagen-4.0-generate-001,gemini-3.8-flash --images 2 --json'),
    );
    expect(
      estimates.map((one: { charges: { sku: string; quantity: number }[] }) =>
        one.charges.map(({ sku, quantity }) => [sku, quantity]),
      ),
    ).toEqual([
      [
        ['gemini/gemini-nano-banana-2.1/standard/input.text', 10],
        ['gemini/gemini-nano-banana-2.1/standard/output.image', 2240],
      ],
      [['gemini/imagen-4.0-generate-001/standard/image.1K', 2]],
      [],
    ]);
    expect(estimates[2].unpricedReason).toBe('no standard price known for image.1K of gemini-3.8-flash');
  });
});

describe('estimate refuses', () => {
  it.each([
    ['prompt.txt', 'No model is named.'],
    [`--model ${MODEL}`, 'There is nothing to estimate.'],
    ['prompt.txt --model gemini-3.8-flsh', 'no price known for the model gemini-3.8-flsh'],
    [
      `clip.mp4 --model ${MODEL}`,
      'The length of PATH/clip.mp4 is not known, and Google did not count it (GEMINI_API_KEY is not set).',
    ],
    [
      `paper.pdf --model ${MODEL}`,
      'The number of pages of PATH/paper.pdf is not known, and Google did not count it (GEMINI_API_KEY is not set).',
    ],
    [`prompt.txt --model ${MODEL} --seconds 3`, '--seconds has more values than there are audio and video files.'],
    [`prompt.txt --model ${MODEL} --count 0`, "--count '0' is not a whole number of at least 1."],
    [`prompt.txt --model ${MODEL} --output-tokens 2k`, "--output-tokens '2k' is not a whole number of at least 0."],
    [`prompt.txt --model ${MODEL} --tier cheap`, "Unknown tier 'cheap'."],
    [`prompt.txt --model ${MODEL} --batch --tier flex`, '--batch and --tier flex contradict each other.'],
    [`prompt.txt --model ${MODEL} --as-of someday`, "--as-of 'someday' is not a day."],
    [`none.gone --model ${MODEL}`, 'Cannot read PATH/none.gone: there is no such file'],
    [`odd.bin --model ${MODEL}`, 'PATH/odd.bin is neither UTF-8 text nor a kind of file that Gemini accepts.'],
    ['image.png --model eleven_v3', 'eleven_v3 speaks text, and PATH/image.png is not text.'],
    [`prompt.txt --model ${MODEL} --compare x`, '--compare needs a plan to compare with.'],
  ])('%s', async (line, message) => {
    const error = await userError(estimate(line));
    expect([error.message, error.exitCode]).toEqual([message.replace('PATH', folder), 2]);
    expect(error.hint).toBeTruthy();
  });
});
