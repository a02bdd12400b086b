import { appendFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ModelPrices, PriceBook } from '../../../src/core/pricing/book/book.ts';
import { parsePriceFile } from '../../../src/core/pricing/book/file.ts';
import { pinPrices } from '../../../src/core/pricing/pinned.ts';
import type { UsageEvent } from '../../../src/core/usage/event.ts';
import { loadPriceBook } from '../../../src/store/settings/price-book.ts';
import { callAt, DAILY, figuresOf, Machine } from './spend-machine.ts';

const NOW = '2026-11-22T10:00:00.000Z';
const BOOK = loadPriceBook({ overridesFile: '/nowhere' });

/** The price book with prices of the user's own: so many dollars for a million tokens of input. */
function bookAt(input: string, id = 'gemini-3.8-flash'): PriceBook {
  const tiers = { standard: { input, 'output.text': input } };
  const model = { id, ids: [id], service: 'gemini', family: 'own', kind: 'text', confidence: 'high' };
  const overrides: readonly ModelPrices[] = parsePriceFile(
    { models: [{ ...model, periods: [{ from: '2026-01-01', to: null, tiers, sources: [] }] }] },
    'own prices',
  ).models;
  return { ...BOOK, overrides: [...overrides] };
}

/** The line of a log that says what the calls behind it are priced at. */
function pricesAt(input: string, events: UsageEvent[]): object {
  return { costwatch: 1, prices: pinPrices(events, { book: bookAt(input), today: NOW.slice(0, 10) }) };
}

const DEAR = { book: bookAt('20') };

describe('what closed sessions have spent', () => {
  it('is at the prices that their logs say, each for the calls behind it', () => {
    const machine = new Machine();
    const [a, b, c] = [callAt(NOW), callAt(NOW), callAt(NOW)];
    machine.log('2026-11-22', 'a.jsonl', [a, pricesAt('1', [b]), b, pricesAt('2', [c]), c]);
    // 10,000 tokens of input at $20, $1 and $2 the million.
    expect(figuresOf(machine.spend([DAILY], DEAR))).toEqual(['0.23, 3 calls']);
    machine.log('2026-11-22', 'b.jsonl', [callAt(NOW)]);
    expect(figuresOf(machine.spend([DAILY], DEAR))).toEqual(['0.43, 4 calls']);
  });

  it('is kept at them, and read again for other prices', () => {
    const machine = new Machine();
    const [priced, later] = [callAt(NOW), callAt(NOW, { responseModel: 'gemini-99' })];
    machine.log('2026-11-22', 'a.jsonl', [pricesAt('1', [priced]), priced, later]);
    const read = (book: PriceBook) => figuresOf(machine.spend([DAILY], { book, savesCache: true }));
    expect(read(DEAR.book)).toEqual(['0.01, 2 calls, 1 unpriced']);
    expect(read(DEAR.book)).toEqual(['0.01, 2 calls, 1 unpriced']);
    expect(read(bookAt('5', 'gemini-99'))).toEqual(['0.06, 2 calls']);
  });

  it('is at the prices of today where those of the log are not valid', () => {
    const machine = new Machine();
    const broken = { costwatch: 1, prices: { models: 'none' } };
    machine.log('2026-11-22', 'a.jsonl', [broken, callAt(NOW)]);
    expect(figuresOf(machine.spend([DAILY], DEAR))).toEqual(['0.2, 1 calls']);
  });

  it('is at the prices of today while a session runs', () => {
    const machine = new Machine();
    const call = callAt(NOW);
    machine.run('r1').record('end', 1, call);
    machine.log('2026-11-22', 'r1.jsonl', [pricesAt('1', [call]), call]);
    expect(figuresOf(machine.spend([DAILY], DEAR))).toEqual(['0.2, 1 calls']);
  });
});

it('counts calls of no run at the prices they were recorded at, also those that come later', () => {
  const machine = new Machine();
  const [a, b, c] = [callAt(NOW), callAt(NOW), callAt(NOW)];
  const recorded = machine.log('2026-11-22', 'recorded.jsonl', [pricesAt('1', [a]), a]);
  const spend = machine.spend([DAILY], DEAR);
  expect(figuresOf(spend)).toEqual(['0.01, 1 calls']);
  machine.log('2026-11-22', 'other.jsonl', [pricesAt('3', [b]), b]);
  expect(figuresOf(spend)).toEqual(['0.04, 2 calls']);
  // Still behind the prices that stand before it in this file.
  appendFileSync(recorded, `${JSON.stringify(c)}\n`);
  expect(figuresOf(spend)).toEqual(['0.05, 3 calls']);
});
