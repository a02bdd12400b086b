import { expect, it } from 'vitest';
import { changeDays } from '../../../src/core/pricing/book/book.ts';
import { cachedRates } from '../../../src/core/pricing/cached-rates.ts';
import { resolveRates } from '../../../src/core/pricing/rates.ts';
import { addDays } from '../../../src/core/time/day.ts';
import type { UsageEvent } from '../../../src/core/usage/event.ts';
import { loadPriceBook } from '../../../src/store/settings/price-book.ts';

const book = loadPriceBook({ overridesFile: '/nonexistent/prices.json' });
const names = [...book.models.flatMap(({ ids }) => ids), ...book.aliases.map(({ id }) => id), 'unknown-1'].filter(
  (id) => !id.includes('*'),
);
const event: UsageEvent = { id: '1', service: 'gemini', operation: 'generate_content', status: 'ok' };

it('remembers what resolving says, around every day on which any price changes', () => {
  const changes = new Set(names.flatMap((name) => changeDays(name, book)));
  const days = [...changes].flatMap((day) => [addDays(day, -1), day, addDays(day, 1)]);
  let compared = 0;
  for (const name of names) {
    for (const day of new Set(days)) {
      for (const platform of [undefined, 'vertex'] as const) {
        const call = platform ? { ...event, platform, location: 'europe-west4' } : event;
        expect(cachedRates(name, day, call, book).rates, `${name} on ${day}`).toEqual(
          resolveRates(name, day, call, book),
        );
        compared++;
      }
    }
  }
  expect(compared).toBeGreaterThan(10_000);
});
