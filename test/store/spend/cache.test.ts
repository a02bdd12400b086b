import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { callAt, DAILY, figuresOf, Machine, speechAt } from './spend-machine.ts';

const NOW = '2026-11-22T10:00:00.000Z';
const MONTHLY = { ...DAILY, id: 'monthly', period: 'monthly' as const };

/** A machine with two sessions in its logs, whose figures are kept. */
function kept(budgets = [DAILY, MONTHLY]) {
  const machine = new Machine();
  machine.log('2026-11-22', 'today.jsonl', [callAt(NOW)]);
  machine.log('2026-11-03', 'earlier.jsonl', [callAt('2026-11-03T10:00:00.000Z'), speechAt(NOW, 5)]);
  expect(figuresOf(machine.spend(budgets, { savesCache: true }))).toHaveLength(budgets.length);
  return { machine, file: join(machine.home, 'spend.json') };
}

/** Falsifies the kept figures, so that a reader of them gives itself away. */
function spoil(file: string): void {
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('"7500000000"', '"1000000000000"'));
}

describe('the figures of closed sessions', () => {
  it('are kept for the next reader, of all or of some of the budgets', () => {
    const { machine, file } = kept();
    expect(figuresOf(machine.spend([DAILY, MONTHLY]))).toEqual(['0.0075, 1 calls', '0.015, 2 calls']);
    spoil(file);
    expect(figuresOf(machine.spend([DAILY, MONTHLY]))).toEqual(['1, 1 calls', '2, 2 calls']);
    expect(figuresOf(machine.spend([MONTHLY]))).toEqual(['2, 2 calls']);
    expect(figuresOf(machine.spend([{ ...MONTHLY, id: 'renamed', limit: 1n, onBudget: 'warn' }]))).toEqual([
      '2, 2 calls',
    ]);
  });

  it('are left alone by readers that are not to write', () => {
    const machine = new Machine();
    machine.log('2026-11-22', 'today.jsonl', [callAt(NOW)]);
    figuresOf(machine.spend());
    expect(existsSync(join(machine.home, 'spend.json'))).toBe(false);
  });

  it('are made again for other budgets, another zone and a log that has changed', () => {
    const { machine, file } = kept();
    spoil(file);
    const other = { ...DAILY, id: 'flash', model: 'gemini-3.8*' };
    expect(figuresOf(machine.spend([DAILY, other]))).toEqual(['0.0075, 1 calls', '0.0075, 1 calls']);
    expect(figuresOf(machine.spend([DAILY], { zone: 'Asia/Seoul' }))).toEqual(['0.0075, 1 calls']);
    machine.log('2026-11-22', 'today.jsonl', [callAt(NOW), callAt(NOW)]);
    expect(figuresOf(machine.spend([DAILY, MONTHLY]))).toEqual(['0.015, 2 calls', '1.015, 3 calls']);
  });

  it('keep each value of a label apart, and what is not known', () => {
    const machine = new Machine();
    const each = { ...DAILY, label: { name: 'video', value: '*' } };
    const unknown = callAt(NOW, { responseModel: 'gemini-99-nobody-knows', labels: { video: 'b' } });
    machine.log('2026-11-22', '__proto__.jsonl', [callAt(NOW, { labels: { video: 'a' } }), unknown]);
    const first = figuresOf(machine.spend([each], { savesCache: true }));
    expect(first).toEqual(['0.0075, 1 calls', '0, 1 calls, 1 unpriced']);
    expect(figuresOf(machine.spend([each]))).toEqual(first);
  });

  it.each(['', '{', '[]', '{"key":1,"scopes":[],"logs":{}}', 'null'])(
    'are read again where the file holds %j',
    (text) => {
      const { machine, file } = kept();
      writeFileSync(file, text);
      expect(figuresOf(machine.spend([DAILY, MONTHLY], { savesCache: true }))).toEqual([
        '0.0075, 1 calls',
        '0.015, 2 calls',
      ]);
      expect(readFileSync(file, 'utf8')).toContain('"scopes"');
    },
  );

  it('are read again every time where they cannot be written', () => {
    const { machine, file } = kept();
    rmSync(file);
    mkdirSync(file);
    expect(figuresOf(machine.spend([DAILY], { savesCache: true }))).toEqual(['0.0075, 1 calls']);
  });
});
