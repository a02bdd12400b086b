import { describe, expect, it } from 'vitest';
import { PriceBookError } from '../../../../src/core/errors.ts';
import { parsePriceFile } from '../../../../src/core/pricing/book/file.ts';
import { toDecimal } from '../../../../src/core/pricing/money.ts';

const period = { from: null, to: null, tiers: { standard: { input: '0.75' } }, sources: [] };
const model = {
  id: 'm-1',
  ids: ['m-1'],
  service: 'gemini',
  family: 'M',
  kind: 'text',
  confidence: 'high',
  periods: [period],
};
const withModel = (change: object) => ({ models: [{ ...model, ...change }] });
const withPeriod = (change: object) => withModel({ periods: [{ ...period, ...change }] });
const withRates = (rates: object) => withPeriod({ tiers: { standard: rates } });

describe('parsePriceFile', () => {
  it('reads tiers and their variants as exact money', () => {
    const tier = { input: '1.25', longContext: { input: '2.50' }, thinking: { 'output.text': '3.5' } };
    const parsed = parsePriceFile(withRates(tier), 'a.json').models[0]!.periods[0]!.tiers.get('standard')!;
    expect(parsed.base).toEqual(new Map([['input', 1_250_000_000_000n]]));
    expect(toDecimal(parsed.longContext!.get('input')!)).toBe('2.5');
    expect(toDecimal(parsed.thinking!.get('output.text')!)).toBe('3.5');
  });

  it('reads an empty file, aliases in date order, credits and sources', () => {
    expect(parsePriceFile({}, 'a.json')).toEqual({ models: [], aliases: [], credits: new Map(), sources: {} });
    const file = parsePriceFile(
      {
        aliases: [
          {
            id: 'x-latest',
            targets: [
              { from: '2026-02-01', model: 'b' },
              { from: '2026-01-01', model: 'a' },
            ],
          },
        ],
        credits: { perCharacter: { eleven_v3: '1' } },
        sources: { page: { cite: 'the page', date: '2026-01', kind: 'official' } },
      },
      'a.json',
    );
    expect(file.aliases[0]!.targets.map((target) => target.model)).toEqual(['a', 'b']);
    expect(file.credits.get('eleven_v3')).toBe('1');
    expect(file.sources.page).toEqual({ cite: 'the page', date: '2026-01', kind: 'official' });
  });

  it.each([
    ['a negative price', withRates({ input: '-1' }), 'a.json: m-1: periods[0].tiers.standard.input: expected a price'],
    ['an exponent', withRates({ input: '1e-3' }), 'periods[0].tiers.standard.input: expected a price'],
    ['a number for a price', withRates({ input: 0.75 }), 'found 0.75'],
    ['words for a price', withRates({ input: 'free' }), 'found "free"'],
    ['an unknown meter', withRates({ inputs: '1' }), 'periods[0].tiers.standard.inputs: expected a known meter'],
    ['an unknown meter of a variant', withRates({ longContext: { out: '1' } }), 'standard.longContext.out: expected'],
    ['an unknown tier', withPeriod({ tiers: { turbo: {} } }), 'periods[0].tiers.turbo: expected one of the fields'],
    ['a day that is not in the calendar', withPeriod({ from: '2026-02-30' }), 'periods[0].from: expected a day'],
    ['a day in other digits', withPeriod({ to: '1.12.2026' }), 'periods[0].to: expected a day'],
    ['a missing day', withPeriod({ from: undefined }), 'periods[0].from: expected a day'],
    ['an end before the start', withPeriod({ from: '2026-02-01', to: '2026-02-01' }), 'a day after 2026-02-01'],
    ['overlapping periods', withModel({ periods: [period, period] }), 'm-1: periods[1]: expected a period that starts'],
    ['a stray field', withModel({ price: 1 }), 'm-1: price: expected one of the fields'],
    ['a foreign service', withModel({ service: 'openai' }), 'm-1: service: expected one of gemini'],
    ['the same model twice', { models: [model, model] }, 'models[1].id: expected each model once'],
    ['an empty id', withModel({ id: '' }), 'models[0].id: expected a text'],
    ['a list for a file', [], 'a.json: expected an object'],
    ['a negative threshold', withModel({ longContextThreshold: -1 }), 'expected a whole number above 0'],
  ])('refuses %s', (_, json, message) => {
    expect(() => parsePriceFile(json, 'a.json')).toThrow(PriceBookError);
    expect(() => parsePriceFile(json, 'a.json')).toThrow(message);
  });

  it('takes names like those of Object for plain data', () => {
    const json = JSON.parse('{"credits":{"perCharacter":{"__proto__":"1","constructor":"0.5"}}}');
    expect([...parsePriceFile(json, 'a.json').credits]).toEqual([
      ['__proto__', '1'],
      ['constructor', '0.5'],
    ]);
  });
});
