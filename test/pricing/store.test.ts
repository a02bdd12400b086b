import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PriceBookError } from '../../src/core/errors.ts';
import type { ModelPrices } from '../../src/core/pricing/book/book.ts';
import { type OwnPrice, setOwnPrice } from '../../src/core/pricing/book/own-prices.ts';
import { parseMoney, toDecimal } from '../../src/core/pricing/money.ts';
import { writeFileAtomic } from '../../src/store/files/atomic.ts';
import { configDir, dataDir, overridesFile } from '../../src/store/files/paths.ts';
import { readOverrides, writeOverrides } from '../../src/store/settings/overrides.ts';
import { loadPriceBook } from '../../src/store/settings/price-book.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'costwatch-store-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('paths', () => {
  it('are all under COSTWATCH_HOME where it is set', () => {
    const env = { COSTWATCH_HOME: folder };
    expect([dataDir(env), configDir(env), overridesFile(env)]).toEqual([folder, folder, join(folder, 'prices.json')]);
  });

  it('are the folders of the system where it is not, or empty', () => {
    for (const env of [{}, { COSTWATCH_HOME: '' }]) {
      expect(dataDir(env)).toMatch(/costwatch/);
      expect(configDir(env)).toMatch(/costwatch/);
    }
  });
});

describe('writeFileAtomic', () => {
  it('makes missing folders, keeps the file private and leaves nothing beside it', () => {
    const file = join(folder, 'a', 'b', 'prices.json');
    writeFileAtomic(file, 'one');
    writeFileAtomic(file, 'two');
    expect(readFileSync(file, 'utf8')).toBe('two');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['prices.json']);
  });

  it('writes with the mode it is given', () => {
    writeFileAtomic(join(folder, 'report.json'), '{}', { mode: 0o640 });
    expect(statSync(join(folder, 'report.json')).mode & 0o777).toBe(0o640);
  });

  it('leaves the old file and no other when it fails', () => {
    mkdirSync(join(folder, 'target'));
    expect(() => writeFileAtomic(join(folder, 'target'), 'text')).toThrow();
    expect(readdirSync(folder)).toEqual(['target']);
  });

  it('replaces what a symbolic link points to, not the link', () => {
    writeFileSync(join(folder, 'real.json'), 'one');
    symlinkSync(join(folder, 'real.json'), join(folder, 'link.json'));
    writeFileAtomic(join(folder, 'link.json'), 'two');
    expect(lstatSync(join(folder, 'link.json')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, 'real.json'), 'utf8')).toBe('two');
  });

  it('does not replace a device', () => {
    writeFileAtomic('/dev/null', 'text');
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });
});

describe('setOwnPrice', () => {
  it('without a day holds for all dates', () => {
    expect(shape(set([], null, { input: '1' }))).toEqual([[null, null, { input: '1' }]]);
  });

  it('merges meters of the same model, tier and day', () => {
    const twice = set(set([], null, { input: '1', 'input.audio': '3' }), null, { input: '2', 'output.text': '5' });
    expect(twice).toHaveLength(1);
    expect(shape(twice)).toEqual([[null, null, { input: '2', 'input.audio': '3', 'output.text': '5' }]]);
  });

  it('from a day on ends the period before it and goes on with its other meters', () => {
    const own = set(set([], null, { input: '1', 'output.text': '5' }), '2027-01-01', { input: '2' });
    expect(shape(own)).toEqual([
      [null, '2027-01-01', { input: '1', 'output.text': '5' }],
      ['2027-01-01', null, { input: '2', 'output.text': '5' }],
    ]);
    expect(shape(set(own, '2027-01-01', { input: '3' }))[1]).toEqual([
      '2027-01-01',
      null,
      { input: '3', 'output.text': '5' },
    ]);
  });

  it('before a later period ends where that one starts', () => {
    const own = set(set([], '2027-06-01', { input: '2' }), '2027-01-01', { input: '1' });
    expect(shape(own)).toEqual([
      ['2027-01-01', '2027-06-01', { input: '1' }],
      ['2027-06-01', null, { input: '2' }],
    ]);
  });

  it('for all dates reaches every period and every gap', () => {
    const own = set(set([], '2027-06-01', { input: '2' }), null, { 'output.text': '5' });
    expect(shape(own)).toEqual([
      [null, '2027-06-01', { 'output.text': '5' }],
      ['2027-06-01', null, { input: '2', 'output.text': '5' }],
    ]);
  });

  it('leaves other models alone', () => {
    const own = setOwnPrice(set([], null, { input: '1' }), {
      ...change(null, { input: '9' }),
      model: { id: 'n', family: 'F', kind: 'text' },
    });
    expect(own.map(({ id }) => id)).toEqual(['m', 'n']);
    expect(shape(own)).toEqual([[null, null, { input: '1' }]]);
  });

  it('keeps long-context prices apart', () => {
    const own = setOwnPrice(set([], null, { input: '1' }), { ...change(null, { input: '4' }), longContext: true });
    const tier = own[0]!.periods[0]!.tiers.get('standard')!;
    expect([toDecimal(tier.base.get('input')!), toDecimal(tier.longContext!.get('input')!)]).toEqual(['1', '4']);
  });
});

describe('own prices on disk', () => {
  it('are none without a file, and no file when none are left', () => {
    const file = join(folder, 'prices.json');
    expect(readOverrides(file).models).toEqual([]);
    const models = set([], null, { input: '0.000000000001' });
    writeOverrides(file, { ...readOverrides(file), models });
    expect(readOverrides(file).models).toEqual(models);
    writeOverrides(file, { ...readOverrides(file), models: [] });
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ['text that is not JSON', '{', 'prices.json: '],
    [
      'a price that is not valid',
      '{"models":[{"id":"m","service":"gemini","periods":[{"from":null}]}]}',
      'prices.json: m: ',
    ],
  ])('refuse %s, with the file named', (_, content, message) => {
    const file = join(folder, 'prices.json');
    writeFileSync(file, content);
    expect(() => loadPriceBook({ overridesFile: file })).toThrow(PriceBookError);
    expect(() => loadPriceBook({ overridesFile: file })).toThrow(message);
  });

  it('say what to do when the file is a folder or the folder is no folder', () => {
    expect(() => readOverrides(folder)).toThrow(/^cannot read your own prices: EISDIR/);
    writeFileSync(join(folder, 'file'), '');
    const models = set([], null, { input: '1' });
    const inFile = join(folder, 'file', 'prices.json');
    expect(() => writeOverrides(inFile, { models, aliases: [], credits: new Map(), sources: {} })).toThrow(
      PriceBookError,
    );
  });

  it('lie over the bundled ones', () => {
    const file = join(folder, 'prices.json');
    const credits = new Map([['eleven_v9', '0.7']]);
    writeOverrides(file, { models: set([], null, { input: '1' }), aliases: [], credits, sources: {} });
    const book = loadPriceBook({ overridesFile: file });
    expect(book.overrides.map(({ id }) => id)).toEqual(['m']);
    expect([book.credits.get('eleven_v9'), book.credits.get('eleven_v3')]).toEqual(['0.7', '1']);
  });
});

function change(from: string | null, prices: Record<string, string>): OwnPrice {
  const rates = new Map(Object.entries(prices).map(([meter, price]) => [meter, parseMoney(price)!]));
  return {
    model: { id: 'm', family: 'F', kind: 'text' },
    tier: 'standard',
    longContext: false,
    from,
    rates,
    checked: '2026-11-22',
  };
}

function set(own: readonly ModelPrices[], from: string | null, prices: Record<string, string>): ModelPrices[] {
  return setOwnPrice(own, change(from, prices));
}

/** The periods of the first model, with the standard rates as decimals. */
function shape(own: readonly ModelPrices[]): unknown[] {
  return own[0]!.periods.map(({ from, to, tiers }) => {
    const rates = [...(tiers.get('standard')?.base ?? [])].map(([meter, price]) => [meter, toDecimal(price)]);
    return [from, to, Object.fromEntries(rates)];
  });
}
