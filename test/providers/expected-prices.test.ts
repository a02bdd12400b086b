import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { calcPrice, extractUsage, findProvider } from '@pydantic/genai-prices';
import { describe, expect, it } from 'vitest';
import { moneyFromNumber, parseMoney } from '../../src/core/pricing/money.ts';
import { price } from '../../src/core/pricing/price.ts';
import { readResponse } from '../../src/providers/gemini/text/response.ts';
import { meter } from '../../src/providers/index.ts';
import { loadPriceBook } from '../../src/store/settings/price-book.ts';

const FOLDER = join(import.meta.dirname, '../../../shared/samples/usage-with-expected-price');

/** The day on which the expected prices were recorded, and that of @pydantic/genai-prices 0.1.8. */
const RECORDED = '2026-08-21';

/** Rows where the recorded expectation is known to be missing or different, and why. */
const KNOWN: Record<string, string> = {
  'models/gemini-2.5-pro': 'checked 2026-11-21: the prefixed id has no price there',
};

interface Row {
  body: { modelVersion: string; usageMetadata: object };
  extracted: { extractors: { input_price?: string; output_price?: string }[] }[];
  model: string;
}

const rows: { name: string; row: Row }[] = existsSync(FOLDER)
  ? readdirSync(FOLDER).flatMap((file) =>
      readFileSync(join(FOLDER, file), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line, index) => ({ name: `${file}:${index + 1}`, row: JSON.parse(line) as Row })),
    )
  : [];

const book = loadPriceBook({ overridesFile: '/nonexistent/prices.json' });

function ourPrice(row: Row): bigint {
  const answer = readResponse([row.body as never]);
  const event = {
    id: 'x',
    timestamp: `${RECORDED}T12:00:00Z`,
    service: 'gemini',
    operation: 'generate_content',
    status: 'ok' as const,
    responseModel: row.body.modelVersion,
    usage: answer.read!.usage!,
  };
  const priced = price(event, { book, meter, today: RECORDED });
  if (priced.status !== 'priced') throw new Error(priced.reason);
  expect(priced.charges.reduce((sum, charge) => sum + charge.listCost, 0n)).toBe(priced.cost);
  return priced.cost!;
}

function recordedPrice(row: Row): bigint | undefined {
  const extractor = row.extracted[0]?.extractors[0];
  if (extractor?.input_price === undefined) return undefined;
  const parts = [extractor.input_price, extractor.output_price ?? '0'];
  return parts.reduce((sum, part) => sum + (parseMoney(part) ?? moneyFromNumber(Number(part))!), 0n);
}

describe.skipIf(rows.length === 0)('real usages with an independent expected price', () => {
  it('has rows to compare', () => expect(rows.length).toBeGreaterThan(100));

  it.each(rows)('$name', ({ row }) => {
    const ours = ourPrice(row);
    const expected = recordedPrice(row);
    if (expected === undefined) expect(Object.keys(KNOWN)).toContain(row.model);
    else expect(ours).toBe(expected);
  });

  it.each(rows)('$name against @pydantic/genai-prices', ({ row }) => {
    const google = findProvider({ providerId: 'google' })!;
    const { usage } = extractUsage(google, row.body, 'default');
    const second = calcPrice(usage, row.model, { providerId: 'google', timestamp: new Date(`${RECORDED}T12:00:00Z`) });
    if (second === null) expect(Object.keys(KNOWN)).toContain(row.model);
    // It adds in doubles, so its total is rounded to the exact pico-dollar before the comparison.
    else expect(moneyFromNumber(Number(second.total_price.toFixed(12)))).toBe(ourPrice(row));
  });
});
