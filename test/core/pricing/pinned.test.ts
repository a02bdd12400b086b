import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { parsePinned, pinPrices } from '../../../src/core/pricing/pinned.ts';
import { price } from '../../../src/core/pricing/price.ts';
import type { UsageEvent } from '../../../src/core/usage/event.ts';
import { meter } from '../../../src/providers/index.ts';
import { loadPriceBook } from '../../../src/store/settings/price-book.ts';

const TODAY = '2026-11-22';
const book = loadPriceBook({ overridesFile: '/nowhere/prices.json' });

/** Of every model and moving name, a call on each of these days, of each kind that has rates of its own. */
function everyCall(): UsageEvent[] {
  const names = [...book.models.map(({ id }) => id), ...book.aliases.map(({ id }) => id), 'gemini-unheard-of'];
  const kinds: Partial<UsageEvent>[] = [
    {},
    { tier: 'batch' },
    { tier: 'provisioned' },
    { platform: 'vertex', location: 'europe-west4' },
    { usage: { inputTokens: 900_000, outputTokens: 10, reasoningOutputTokens: 5, searchQueries: 2 } },
    { usage: { inputTokens: 1000, cacheReadInputTokens: 400, outputTokens: 10, images: [{ size: '2K', count: 2 }] } },
    { usage: { video: [{ resolution: '1080p', audio: true, seconds: 8 }] } },
    { usage: { songs: 1 } },
  ];
  const days = ['2024-12-31', '2025-11-01', '2026-09-02', '2026-11-22', '2027-02-01', undefined];
  return names.flatMap((name, model) =>
    days.flatMap((day, index) =>
      kinds.map(
        (kind, at): UsageEvent => ({
          id: `${model}-${index}-${at}`,
          service: 'gemini',
          operation: 'generate_content',
          status: 'ok',
          requestModel: name,
          ...(at % 2 === 0 ? { responseModel: name } : {}),
          ...(day ? { timestamp: `${day}T10:00:00.000Z` } : {}),
          usage: { inputTokens: 1000, outputTokens: 100 },
          ...kind,
        }),
      ),
    ),
  );
}

const written = (record: JsonObject) => JSON.parse(JSON.stringify(record)) as JsonObject;

describe('the prices that a log says', () => {
  it('price each of its calls exactly as the whole book does', () => {
    const calls = everyCall();
    const differing: string[] = [];
    for (let from = 0; from < calls.length; from += 16) {
      const some = calls.slice(from, from + 16);
      const record = pinPrices(some, { book, today: TODAY });
      const pinned = record && parsePinned(written(record), 'a.jsonl').book;
      for (const event of some) {
        const whole = price(event, { book, meter, today: TODAY });
        const part = pinned && price(event, { book: pinned, meter, today: TODAY });
        const isSame = part ? text(part) === text(whole) : whole.status === 'unpriced';
        if (!isSame) differing.push(`${event.requestModel} ${event.timestamp} ${JSON.stringify(event.usage)}`);
      }
    }
    expect(differing).toEqual([]);
    expect(calls.length).toBeGreaterThan(3000);
  });

  it('are as much of the book as its calls need', () => {
    const [call] = everyCall().filter(({ requestModel }) => requestModel === 'gemini-3.8-flash');
    const record = pinPrices([call!], { book, today: TODAY })!;
    expect(JSON.stringify(record).length).toBeLessThan(1000);
    expect((record.models as { id: string }[]).map(({ id }) => id)).toEqual(['gemini-3.8-flash', '*']);
  });

  it('are none where no call has a price', () => {
    expect(pinPrices([], { book, today: TODAY })).toBeUndefined();
    const [call] = everyCall().filter(({ requestModel }) => requestModel === 'gemini-unheard-of');
    expect(pinPrices([call!], { book, today: TODAY })).toBeUndefined();
  });

  it('hold the credits of ElevenLabs models and nothing else of them', () => {
    const speech: UsageEvent = {
      id: 's',
      service: 'elevenlabs',
      operation: 'text_to_speech',
      status: 'ok',
      responseModel: 'eleven_flash_v2_5',
      usage: { characters: 17 },
    };
    const record = written(pinPrices([speech], { book, today: TODAY })!);
    expect(record.credits).toEqual({ eleven_flash_v2_5: '0.5' });
    const pinned = parsePinned(record, 'a.jsonl').book;
    expect(price(speech, { book: pinned, meter, today: TODAY })).toMatchObject({ credits: 8 });
  });
});

function text(value: object): string {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? `${inner}` : inner));
}
