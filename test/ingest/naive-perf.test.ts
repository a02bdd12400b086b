import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { dimension } from '../../src/core/dimension.ts';
import { Ledger } from '../../src/core/ledger.ts';
import { toNumber } from '../../src/core/money.ts';
import { price } from '../../src/core/price.ts';
import { summarize } from '../../src/core/summary.ts';
import { readLogs } from '../../src/ingest/read.ts';
import { meter } from '../../src/providers/index.ts';
import { loadPriceBook } from '../../src/store/price-book.ts';
import { imageLine } from '../bench/logs/images.js';
import { uniformLine } from '../bench/logs/uniform.js';

interface Line {
  timestamp: string;
  model: string;
  labels: { phase: string };
  response: {
    responseId: string;
    usageMetadata: { promptTokenCount: number; candidatesTokenCount: number };
  };
}

const folder = mkdtempSync(join(tmpdir(), 'costwatch-naive-'));
afterAll(() => rmSync(folder, { recursive: true }));
const book = loadPriceBook({ overridesFile: join(folder, 'none.json') });

/** The sums as one would write them down: every line parsed, every call in a Map, one price by hand for each model. */
function naive(file: string): Map<string, { calls: number; input: number; output: number; pico: bigint }> {
  const calls = new Map<string, Line>();
  for (const text of readFileSync(file, 'utf8').trim().split('\n')) {
    const line: Line = JSON.parse(text);
    calls.set(line.response.responseId, line);
  }
  const groups = new Map<string, { calls: number; input: number; output: number; pico: bigint }>();
  for (const { timestamp, model, labels, response } of calls.values()) {
    const key = [timestamp.slice(0, 10), model, labels.phase].join(' ');
    const group = groups.get(key) ?? { calls: 0, input: 0, output: 0, pico: 0n };
    const { promptTokenCount, candidatesTokenCount } = response.usageMetadata;
    const [inputPrice, outputPrice] = PICO_DOLLARS_A_TOKEN[model]!;
    group.calls++;
    group.input += promptTokenCount;
    group.output += candidatesTokenCount;
    group.pico += BigInt(promptTokenCount) * inputPrice + BigInt(candidatesTokenCount) * outputPrice;
    groups.set(key, group);
  }
  return groups;
}

/** Dollars for a million tokens are as many millionths of a dollar, or million pico-dollars, for one. */
const PICO_DOLLARS_A_TOKEN: Record<string, [bigint, bigint]> = {
  'gemini-2.5-flash': [300_000n, 2_500_000n],
  'gemini-2.5-pro': [1_250_000n, 10_000_000n],
  'gemini-2.5-flash-lite': [100_000n, 400_000n],
  'gemini-3.1-pro-preview': [2_000_000n, 12_000_000n],
  'gemini-2.5-flash-image': [300_000n, 30_000_000n],
};

describe.each([
  ['small lines, some of them twice', uniformLine, 5000],
  ['lines with images', imageLine, 30],
] as [string, (n: number) => string, number][])('%s', (name, line, lines) => {
  test('add up to what parsing every line gives', async () => {
    const file = join(folder, `${name}.jsonl`);
    writeFileSync(file, Array.from({ length: lines }, (_, n) => `${line(n)}\n`).join(''));
    const by = ['day', 'model', 'label:phase'];
    const ledger = new Ledger(by.map((one) => dimension(one, 'UTC')));
    const context = { book, meter, today: '2026-11-22' };
    await readLogs([file], {
      event: (event) => ledger.add(price(event, context)),
      skip: (diagnostic) => expect.fail(diagnostic.reason),
    });
    const { groups, diagnostics } = summarize(ledger, { book, timezone: 'UTC' });
    const expected = naive(file);
    const found = groups.map(({ key, calls, inputTokens, outputTokens, costUsd }) => [
      by.map((one) => key[one]).join(' '),
      { calls, input: inputTokens, output: outputTokens, costUsd },
    ]);
    const sums = [...expected].map(([key, { calls, input, output, pico }]) => [
      key,
      { calls, input, output, costUsd: toNumber(pico) },
    ]);
    expect(new Map(found as [string, object][])).toStrictEqual(new Map(sums as [string, object][]));
    expect(diagnostics.records).toBe(lines);
    expect(diagnostics.duplicates).toBe(lines - [...expected.values()].reduce((sum, { calls }) => sum + calls, 0));
  });
});
