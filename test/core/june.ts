import type { UsageEvent } from '../../src/core/usage/event.ts';
import { meter } from '../../src/providers/index.ts';
import { loadPriceBook } from '../../src/store/settings/price-book.ts';

/**
 * A month computed by hand: calls on the first eleven days of June 2026, the eleventh being today.
 *
 * Prices per million tokens: 2.5 Flash 0.30 in, 0.03 cached, 2.50 out; 2.5 Pro 1.25 in, 0.125 cached, 10 out.
 *
 * | call        | fresh in          | cached in        | out              | costs  |
 * | flash       | 99,000 = 0.0297   | 10,000 = 0.0003  | 10,000 = 0.025   | 0.055  |
 * | pro         | 20,000 = 0.025    |                  |  5,000 = 0.05    | 0.075  |
 * | interrupted | 20,000 = 0.025    |                  |  1,000 = 0.01    | 0.035  |
 *
 * | day   | 1    | 2    | 3    | 4 | 5    | 6    | 7    | 8 | 9    | 10   | 11   |
 * | flash | p1   | p2   | p1   |   | p1   | p2   | p1   |   | p1   | p2   | p2, second attempt |
 * | other |      | pro  |      |   | int. | pro  |      |   |      |      | p2, refused |
 * | costs | .055 | .130 | .055 | 0 | .090 | .130 | .055 | 0 | .055 | .055 | .055 |
 *
 * The first ten days cost 0.625, all eleven 0.68. Pro calls are of panel p3, the interrupted one of none. On each of the
 * first ten days 1,000 characters of panel p1 are spoken for 1,000 credits.
 */
export const JUNE: UsageEvent[] = [
  ...[1, 2, 3, 5, 6, 7, 9, 10].map((day) => flash(day, day % 2 === 1 ? 'p1' : 'p2')),
  ...[2, 6].map((day) =>
    call('pro', day, 'gemini-2.5-pro', {
      labels: { panel: 'p3' },
      usage: { inputTokens: 20_000, outputTokens: 5000, reasoningOutputTokens: 2000 },
    }),
  ),
  call('interrupted', 5, 'gemini-2.5-pro', {
    status: 'incomplete',
    usage: { inputTokens: 20_000, outputTokens: 1000 },
  }),
  call('refused', 11, 'gemini-2.5-flash', { status: 'failed', httpStatus: 429, labels: { panel: 'p2' } }),
  flash(11, 'p2', { attempt: 2 }),
  ...Array.from({ length: 10 }, (_, index) => speech(index + 1)),
];

export const JUNE_11 = new Date('2026-06-11T12:00:00Z');
const book = loadPriceBook({ overridesFile: '/nonexistent/prices.json' });
export const pricing = { book, meter, today: '2026-06-11' };

/** Pico-dollars of a decimal with up to six digits. */
export function usd(amount: number): bigint {
  return BigInt(Math.round(amount * 1e6)) * 1_000_000n;
}

export function call(id: string, day: number, model: string, fields: Partial<UsageEvent>): UsageEvent {
  return {
    id: `${id}-${day}`,
    timestamp: `2026-06-${String(day).padStart(2, '0')}T10:00:00.000Z`,
    service: 'gemini',
    operation: 'generate_content',
    requestModel: model,
    responseModel: model,
    status: 'ok',
    ...fields,
  };
}

export function flash(day: number, panel: string, fields: Partial<UsageEvent> = {}): UsageEvent {
  return call('flash', day, 'gemini-2.5-flash', {
    labels: { panel },
    usage: {
      inputTokens: 109_000,
      cacheReadInputTokens: 10_000,
      outputTokens: 10_000,
      reasoningOutputTokens: 4000,
    },
    ...fields,
  });
}

export function speech(day: number): UsageEvent {
  return call('speech', day, 'eleven_multilingual_v2', {
    service: 'elevenlabs',
    operation: 'text_to_speech',
    labels: { panel: 'p1' },
    usage: { characters: 1000, credits: 1000 },
  });
}
