import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { forecast } from '../../src/core/budget/cost-bound.ts';
import { parseMoney } from '../../src/core/pricing/money.ts';
import { price } from '../../src/core/pricing/price.ts';
import { gemini } from '../../src/providers/gemini/index.ts';
import { meter } from '../../src/providers/index.ts';
import { largestAnswers } from '../../src/providers/largest-answers.ts';
import { loadPriceBook } from '../../src/store/settings/price-book.ts';
import { exchange } from './exchange.ts';

const SAMPLES = join(import.meta.dirname, '../../../shared/samples/gemini-vcr');
const DAY = '2026-06-01';
const pricing = { book: loadPriceBook({ overridesFile: '/nowhere/prices.json' }), meter, today: DAY };

/** A recorded call; what was cut out of long texts is put back as so many letters. */
interface Recorded {
  request: { method: string; uri: string; headers: Record<string, string[]>; parsed_body?: unknown; body?: unknown };
  response: {
    status: { code: number };
    headers: Record<string, string[]>;
    parsed_body?: unknown;
    body?: { string?: string } | string;
  };
}

function recorded(file: string): Recorded[] {
  const text = readFileSync(join(SAMPLES, file), 'utf8');
  const whole = text.replace(/\.\.TRIMMED-(\d+)-CHARS\.\./g, (_cut, count) => 'A'.repeat(Number(count)));
  return whole
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Recorded)
    .filter(({ request }) => request?.method === 'POST');
}

function exchangeOf({ request, response }: Recorded) {
  const heads = (headers: Record<string, string[]>) =>
    Object.fromEntries(Object.entries(headers).map(([name, values]) => [name.toLowerCase(), String(values)]));
  const { body, parsed_body: parsed } = response;
  // A body of another kind is a file, or asks for a token.
  const text = typeof request.body === 'string' && request.body.startsWith('{') ? JSON.parse(request.body) : undefined;
  const asked: unknown = request.parsed_body ?? text;
  return exchange({
    url: request.uri,
    headers: heads(request.headers),
    request: asked,
    status: response.status.code,
    responseHeaders: heads(response.headers),
    response: parsed ?? (typeof body === 'object' ? body?.string : body),
  });
}

describe.skipIf(!existsSync(SAMPLES))('no call of the samples used more than its bound', () => {
  it.each(existsSync(SAMPLES) ? readdirSync(SAMPLES) : [])('%s', (file) => {
    for (const record of recorded(file)) {
      const made = exchangeOf(record);
      const facts = gemini.readUsage(made);
      if (facts?.status !== 'ok') continue;
      const event = { ...facts, id: 'a', timestamp: `${DAY}T10:00:00.000Z` };
      const most = largestAnswers({ ...event, ...gemini.readUsage({ request: made.request }) }, made.request);
      const priced = price(event, pricing);
      if (!most || most === 'free' || priced.status !== 'priced') continue;
      const { bound } = forecast(most, pricing);
      const [used, limit] = [priced.cost!, parseMoney(bound!.usd!)!];
      expect(limit >= used, `${limit} for ${used}`).toBe(true);
      const inputs = most.map(({ usage }) => usage?.inputTokens ?? 0);
      expect(Math.max(...inputs)).toBeGreaterThanOrEqual(
        (event.usage?.inputTokens ?? 0) - (event.usage?.groundingInputTokens ?? 0),
      );
    }
  });
});
