import { Chalk } from 'chalk';
import { Ledger } from '../../src/core/ledger/ledger.ts';
import { type SessionInfo, type Summary, summarize } from '../../src/core/ledger/summary.ts';
import { price } from '../../src/core/pricing/price.ts';
import type { UsageEvent } from '../../src/core/usage/event.ts';
import { meter } from '../../src/providers/index.ts';
import { loadPriceBook } from '../../src/store/settings/price-book.ts';

export const plainChalk = new Chalk({ level: 0 });
const book = loadPriceBook({ overridesFile: '/nonexistent/prices.json' });
let made = 0;

/** The summary of some calls, priced as on 22 November 2026. */
export function summaryOf(events: Partial<UsageEvent>[], session?: Partial<SessionInfo>): Summary {
  const ledger = new Ledger();
  for (const fields of events) {
    const event: UsageEvent = {
      id: `e${++made}`,
      service: 'gemini',
      operation: 'generate_content',
      status: 'ok',
      timestamp: '2026-11-22T10:00:00.000Z',
      ...fields,
    };
    ledger.add(price(event, { book, meter, today: '2026-11-22' }));
  }
  const startedAt = '2026-11-22T10:00:00.000Z';
  const info = session && {
    id: 's',
    startedAt,
    endedAt: '2026-11-22T10:00:12.300Z',
    command: ['node', 'gen.js'],
    exitCode: 0,
    ...session,
  };
  return summarize(ledger, { book, timezone: 'UTC', ...(info ? { session: info } : {}) });
}

export const flash = { responseModel: 'gemini-2.5-flash' };
export const voice = {
  service: 'elevenlabs',
  operation: 'text_to_speech',
  responseModel: 'eleven_v3',
  voice: 'Rachel',
};
