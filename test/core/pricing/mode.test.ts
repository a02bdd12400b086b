import { describe, expect, it } from 'vitest';
import { toDecimal } from '../../../src/core/pricing/money.ts';
import { type PriceMode, price } from '../../../src/core/pricing/price.ts';
import type { UsageEvent } from '../../../src/core/usage/event.ts';
import { meter } from '../../../src/providers/index.ts';
import { loadPriceBook } from '../../../src/store/settings/price-book.ts';

const book = loadPriceBook({ overridesFile: '/nonexistent/prices.json' });
const counted: UsageEvent = {
  id: 'x',
  service: 'gemini',
  operation: 'generate_content',
  status: 'ok',
  responseModel: 'gemini-3.8-flash',
  timestamp: '2026-11-22T00:00:00Z',
  usage: { inputTokens: 1000, outputTokens: 500 },
};
const recordedCost = { amount: '0.5', currency: 'USD' };

function shown(event: UsageEvent, mode: PriceMode): string {
  const priced = price(event, { book, meter, today: '2026-11-22', mode });
  if (priced.status === 'unpriced') return `unpriced: ${priced.reason}`;
  return `${priced.cost === undefined ? 'credits' : toDecimal(priced.cost)}${priced.estimates.length > 0 ? ` ~ ${priced.estimates.join('; ')}` : ''}`;
}

describe('which figure is shown', () => {
  const uncounted: UsageEvent = { ...counted, usage: undefined, recordedCost };
  const unknownModel: UsageEvent = { ...counted, responseModel: 'mystery', recordedCost };
  const otherVendor: UsageEvent = { ...counted, service: 'openai', responseModel: 'gpt-x', recordedCost };
  const yen: UsageEvent = { ...uncounted, recordedCost: { amount: '80', currency: 'JPY' } };
  const voice: UsageEvent = { ...uncounted, service: 'elevenlabs', responseModel: 'eleven_v3' };

  it.each<[string, UsageEvent, PriceMode, string]>([
    ['counts win over a recorded cost', { ...counted, recordedCost }, 'auto', '0.002625'],
    ['a recorded cost where it is asked for', { ...counted, recordedCost }, 'display', '0.5'],
    [
      'a recorded cost for want of counts',
      uncounted,
      'auto',
      '0.5 ~ cost as the log recorded it: no usage in the response',
    ],
    [
      'a recorded cost for want of a price',
      unknownModel,
      'auto',
      '0.5 ~ cost as the log recorded it: no price known for mystery',
    ],
    [
      'a recorded cost of another vendor',
      otherVendor,
      'auto',
      '0.5 ~ cost as the log recorded it: no prices for openai',
    ],
    ['no recorded cost where counts are asked for', uncounted, 'calculate', 'unpriced: no usage in the response'],
    ['nothing recorded where it is asked for', counted, 'display', 'unpriced: the log records no cost for it'],
    ['another currency', yen, 'auto', 'unpriced: the log records JPY, not USD'],
    ['dollars for ElevenLabs', voice, 'auto', 'unpriced: the log records USD only, no characters'],
    ['a failed call costs nothing', { ...uncounted, status: 'failed' }, 'auto', '0'],
  ])('%s', (_name, event, mode, expected) => expect(shown(event, mode)).toBe(expected));
});
