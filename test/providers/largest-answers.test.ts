import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Forecast, forecast } from '../../src/core/budget/cost-bound.ts';
import { parseMoney, ZERO } from '../../src/core/pricing/money.ts';
import { type PricingContext, price } from '../../src/core/pricing/price.ts';
import type { UsageEvent } from '../../src/core/usage/event.ts';
import { meter, providerFor } from '../../src/providers/index.ts';
import { largestAnswers } from '../../src/providers/largest-answers.ts';
import type { Exchange } from '../../src/providers/provider.ts';
import { loadPriceBook } from '../../src/store/settings/price-book.ts';
import { exchange } from './exchange.ts';

const FOLDER = join(import.meta.dirname, '../fixtures/exchanges');
const DAY = '2026-11-21';
const pricing: PricingContext = {
  book: loadPriceBook({ overridesFile: '/nowhere/prices.json' }),
  meter,
  today: DAY,
};

const GEMINI = 'https://generativelanguage.googleapis.com/v1beta';
const ELEVENLABS = 'https://api.elevenlabs.io/v1';

function eventOf(made: Exchange): UsageEvent {
  const facts = providerFor(made.request)!.readUsage(made)!;
  return { ...facts, id: 'a', timestamp: `${DAY}T10:00:00.000Z` };
}

function forecastOf(url: string, request?: unknown, headers: Record<string, string> = {}): Forecast | undefined {
  const made = exchange({ url, headers, ...(request === undefined ? {} : { request }) });
  const answers = largestAnswers(eventOf(made), made.request);
  if (answers === 'free') return undefined;
  return answers ? forecast(answers, pricing) : {};
}

const prompt = (text: string, more: object = {}) => ({ contents: [{ parts: [{ text }] }], ...more });
const generate = (model: string) => `${GEMINI}/models/${model}:generateContent`;
const limited = { generationConfig: { maxOutputTokens: 1000 } };

/** Input at 0.30 and output at 2.50 dollars a million tokens. */
const FLASH = generate('gemini-2.5-flash');
const bytesOf = (request: unknown) => JSON.stringify(request).length;
const dollars = (picos: number) => ({ bound: { usd: decimal(picos) } });

/** A decimal of so many millionths of a millionth. */
function decimal(picos: number): string {
  const digits = String(picos).padStart(13, '0');
  const fraction = digits.slice(-12).replace(/0+$/, '');
  return fraction === '' ? digits.slice(0, -12) : `${digits.slice(0, -12)}.${fraction}`;
}

describe('the most that a text call can cost', () => {
  it('is its bytes as tokens, and the output it allows', () => {
    const request = prompt('Name three colours.', limited);
    expect(forecastOf(FLASH, request)).toEqual(dollars(bytesOf(request) * 300_000 + 1000 * 2_500_000));
  });

  it('is the largest output that any model gives where the request sets no limit, or a larger one', () => {
    const open = prompt('Name three colours.');
    expect(forecastOf(FLASH, open)).toEqual(dollars(bytesOf(open) * 300_000 + 65_536 * 2_500_000));
    const beyond = prompt('Name three colours.', { generationConfig: { maxOutputTokens: 1_000_000 } });
    expect(forecastOf(FLASH, beyond)).toEqual(dollars(bytesOf(beyond) * 300_000 + 65_536 * 2_500_000));
  });

  it('counts every candidate', () => {
    const request = prompt('Name.', { generationConfig: { maxOutputTokens: 1000, candidateCount: 3 } });
    expect(forecastOf(FLASH, request)).toEqual(dollars(bytesOf(request) * 300_000 + 3000 * 2_500_000));
  });

  it('takes a letter beyond ASCII for as many tokens as it has bytes', () => {
    const request = prompt('日本語', limited);
    const bytes = Buffer.byteLength(JSON.stringify(request));
    expect(forecastOf(FLASH, request)).toEqual(dollars(bytes * 300_000 + 1000 * 2_500_000));
  });

  it.each([
    ['a file', { contents: [{ parts: [{ fileData: { fileUri: 'https://x/files/1' } }] }] }],
    ['a cache', prompt('Name.', { cachedContent: 'cachedContents/1' })],
    ['pages of the web', prompt('Name.', { tools: [{ urlContext: {} }] })],
    ['code that is run', prompt('Name.', { tools: [{ code_execution: {} }] })],
  ])('is a full context window where it names %s', (_name, body) => {
    const request = { ...body, ...limited };
    // Sound is the dearest input, at 1 dollar.
    expect(forecastOf(FLASH, request)).toEqual(dollars(1_048_576 * 1_000_000 + 1000 * 2_500_000));
  });

  it('is a full context window and the largest answer, with a search, where the body is not known', () => {
    expect(forecastOf(FLASH)).toEqual(dollars(1_048_576 * 1_000_000 + 65_536 * 2_500_000 + 35_000_000_000));
  });

  it('holds what looking things up costs: once before Gemini 3, ten times since', () => {
    const request = prompt('News?', { ...limited, tools: [{ googleSearch: {} }] });
    const tokens = bytesOf(request) * 300_000 + 1000 * 2_500_000;
    expect(forecastOf(FLASH, request)).toEqual(dollars(tokens + 35_000_000_000));
  });

  it('is by the tier that is asked for', () => {
    const request = prompt('Name.', { ...limited, serviceTier: 'flex' });
    expect(forecastOf(FLASH, request)).toEqual(dollars(bytesOf(request) * 150_000 + 1000 * 1_250_000));
  });

  it('is free where only tokens are counted', () => {
    expect(forecastOf(`${GEMINI}/models/gemini-2.5-flash:countTokens`, prompt('Name.'))).toBeUndefined();
  });

  it('is not known for a model without a price, and that is said', () => {
    expect(forecastOf(generate('gemini-99-unheard'), prompt('Name.'))).toEqual({
      unpriced: expect.stringContaining('gemini-99-unheard'),
    });
  });

  it('reads the OpenAI-compatible fields too', () => {
    const request = {
      model: 'gemini-2.5-flash',
      messages: [{ role: 'user', content: 'Name.' }],
      max_tokens: 100,
      n: 2,
    };
    expect(forecastOf(`${GEMINI}/openai/chat/completions`, request)).toEqual(
      dollars(bytesOf(request) * 300_000 + 200 * 2_500_000),
    );
  });

  it('reads the fields of an interaction, and knows no bound of an agent', () => {
    const request = { model: 'gemini-2.5-flash', input: 'Name.', generation_config: { max_output_tokens: 100 } };
    expect(forecastOf(`${GEMINI}/interactions`, request)).toEqual(
      dollars(bytesOf(request) * 300_000 + 100 * 2_500_000),
    );
    expect(forecastOf(`${GEMINI}/interactions`, { agent: 'deep-research-preview-04-2026', input: 'a' })).toEqual({});
  });
});

describe('media in a request', () => {
  const inline = (mimeType: string, data: string) => ({
    contents: [{ parts: [{ inlineData: { mimeType, data } }] }],
    ...limited,
  });
  const text = (request: object, data: string) => (bytesOf(request) - data.length) * 300_000;
  const OUT = 1000 * 2_500_000;

  const png = (width: number, height: number) => {
    const bytes = Buffer.alloc(60_000);
    bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    bytes.writeUInt32BE(width, 16);
    bytes.writeUInt32BE(height, 20);
    return bytes.toString('base64');
  };

  it.each([
    ['small', 384, 384, 258],
    // Tiles of 682 pixels, two by two.
    ['square', 1024, 1024, 4 * 258],
    ['large', 4000, 3000, 6 * 4 * 258],
  ])('a %s picture counts by its tiles before Gemini 3', (_name, width, height, tokens) => {
    const request = inline('image/png', png(width, height));
    expect(forecastOf(FLASH, request)).toEqual(dollars(text(request, png(width, height)) + tokens * 300_000 + OUT));
  });

  it('a picture that does not tell its size counts as a large one', () => {
    const data = Buffer.alloc(3000, 1).toString('base64');
    const request = inline('image/heic', data);
    expect(forecastOf(FLASH, request)).toEqual(dollars(text(request, data) + 10 * 6 * 258 * 300_000 + OUT));
  });

  it('sound counts by the longest that its bytes can last', () => {
    const data = Buffer.alloc(75_000).toString('base64');
    const request = inline('audio/mp3', data);
    // 100 seconds of 32 tokens, at 1 dollar a million.
    expect(forecastOf(FLASH, request)).toEqual(dollars(text(request, data) + 3200 * 1_000_000 + OUT));
  });

  it('a document counts by the most pages that it can have', () => {
    const data = Buffer.alloc(4998).toString('base64');
    const request = inline('application/pdf', data);
    expect(forecastOf(FLASH, request)).toEqual(dollars(text(request, data) + 10 * 258 * 300_000 + OUT));
  });

  it('video counts by its frames, more of them where more are asked for, and its sound', () => {
    const data = Buffer.alloc(20_000 * 3).toString('base64');
    const part = { inlineData: { mimeType: 'video/mp4', data }, videoMetadata: { fps: 5 } };
    const request = { contents: [{ parts: [part] }], ...limited };
    const [video, audio] = [30 * 258 * 5, 30 * 32];
    const media = video * 300_000 + audio * 1_000_000;
    expect(forecastOf(FLASH, request)).toEqual(dollars(text(request, data) + media + OUT));
  });

  it('a data URI counts as what it holds', () => {
    const data = png(100, 100);
    const url = `data:image/png;base64,${data}`;
    const content = [{ type: 'image_url', image_url: { url } }];
    const request = { model: 'gemini-2.5-flash', messages: [{ role: 'user', content }], max_tokens: 1000 };
    expect(forecastOf(`${GEMINI}/openai/chat/completions`, request)).toEqual(
      dollars(text(request, data) + 258 * 300_000 + OUT),
    );
  });
});

describe('what is made besides text', () => {
  it('pictures of a Gemini model: ten at most, and not more than the output it allows', () => {
    const url = generate('gemini-2.5-flash-image');
    const open = prompt('Draw.');
    const rest = (32_768 - 12_900) * 2_500_000;
    expect(forecastOf(url, open)).toEqual(dollars(bytesOf(open) * 300_000 + 12_900 * 30_000_000 + rest));
    const one = prompt('Draw.', { generationConfig: { maxOutputTokens: 1290 } });
    expect(forecastOf(url, one)).toEqual(dollars(bytesOf(one) * 300_000 + 1290 * 30_000_000));
  });

  it('pictures of Imagen, by the number asked for', () => {
    const request = { instances: [{ prompt: 'a' }], parameters: { sampleCount: 3 } };
    expect(forecastOf(`${GEMINI}/models/imagen-4.0-generate-001:predict`, request)).toEqual({ bound: { usd: '0.12' } });
  });

  it('video by the seconds, the number and the resolution asked for', () => {
    const url = `${GEMINI}/models/veo-3.1-generate-preview:predictLongRunning`;
    const parameters = { durationSeconds: 8, sampleCount: 2, resolution: '4k' };
    expect(forecastOf(url, { instances: [{ prompt: 'a' }], parameters })).toEqual({ bound: { usd: '9.6' } });
    expect(forecastOf(url)).toEqual({});
  });

  it('speech as sound', () => {
    const request = prompt('Say.', { generationConfig: { responseModalities: ['AUDIO'] } });
    expect(forecastOf(generate('gemini-2.5-flash-preview-tts'), request)).toEqual(
      dollars(bytesOf(request) * 500_000 + 16_384 * 10_000_000),
    );
  });

  it('embeddings by their input alone', () => {
    const request = { content: { parts: [{ text: 'a' }] } };
    expect(forecastOf(`${GEMINI}/models/gemini-embedding-001:embedContent`, request)).toEqual(
      dollars(bytesOf(request) * 150_000),
    );
  });
});

describe('credits of ElevenLabs', () => {
  const headers = { 'xi-api-key': 'k' };
  const speech = `${ELEVENLABS}/text-to-speech/21m00Tcm4TlvDq8ikWAM`;

  it.each([
    ['eleven_multilingual_v2', 5],
    ['eleven_flash_v2_5', 2],
  ])('%s by the characters of the text', (model_id, credits) => {
    expect(forecastOf(speech, { text: 'h🎉llo', model_id }, headers)).toEqual({ bound: { credits } });
  });

  it('an effect by its seconds', () => {
    const url = `${ELEVENLABS}/sound-generation`;
    expect(forecastOf(url, { text: 'rain', duration_seconds: 10 }, headers)).toEqual({ bound: { credits: 400 } });
    expect(forecastOf(url, { text: 'rain' }, headers)).toEqual({ bound: { credits: 1200 } });
  });

  it.each([
    ['a model without a rate', speech, { text: 'hello', model_id: 'eleven_new' }],
    ['music', `${ELEVENLABS}/music`, { prompt: 'calm' }],
    ['a transcript', `${ELEVENLABS}/speech-to-text`, undefined],
    ['a text that is not known', speech, undefined],
  ])('has no bound: %s', (_name, url, request) => {
    expect(forecastOf(url, request, headers)).toEqual({});
  });
});

describe('no recorded call cost more than its bound', () => {
  const files = ['gemini', 'elevenlabs'].flatMap((vendor) =>
    readdirSync(join(FOLDER, vendor)).map((file) => join(vendor, file)),
  );

  it.each(files)('%s', (file) => {
    const { request, response } = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as {
      request: { method: string; url: string; headers: Record<string, string>; body?: unknown };
      response: { status: number; headers: Record<string, string>; body?: unknown };
    };
    const { body: asked, ...head } = request;
    const { body, headers: responseHeaders, status } = response;
    const before = exchange({ ...head, request: asked });
    const after = eventOf(exchange({ ...head, request: asked, status, responseHeaders, response: body }));
    const most = largestAnswers(eventOf(before), before.request);
    expect(most).not.toBe('free');
    const { bound } = forecast(most as UsageEvent[], pricing);
    const priced = price(after, pricing);
    if (priced.status !== 'priced') throw new Error(priced.reason);
    if (after.service === 'gemini') expect(parseMoney(bound!.usd!)! >= (priced.cost ?? ZERO)).toBe(true);
    else expect(bound!.credits).toBeGreaterThanOrEqual(priced.credits ?? 0);
  });
});
