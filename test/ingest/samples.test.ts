import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { collect } from './collect.ts';

const SAMPLES = path.join('..', 'shared', 'samples');
const FOLDERS = /^(gemini-http-body|batch|usage-with-expected-price)\//;
/** The Interactions API has no shape here. */
const NO_SHAPE = /interactions/;

interface Row {
  file: string;
  calls: number;
  counts: Map<string, number>;
}

function rows(): Row[] {
  const manifest = path.join(SAMPLES, 'MANIFEST.tsv');
  if (!existsSync(manifest)) return [];
  return readFileSync(manifest, 'utf8')
    .split('\n')
    .map((line) => line.split('\t'))
    .filter(([file]) => FOLDERS.test(file ?? '') && !NO_SHAPE.test(file ?? ''))
    .map(([file = '', , , , calls = '0', , totals = '']) => ({
      file,
      calls: Number(calls),
      counts: new Map(
        totals
          .split(';')
          .flatMap((pair) => (pair.includes('=') ? [[pair.split('=')[0]!, Number(pair.split('=')[1])]] : [])),
      ),
    }));
}

const found = rows();

describe.skipIf(found.length === 0)('recorded samples', () => {
  test.each(found.map((row) => [row.file, row] as const))('%s', async (file, { calls, counts }) => {
    const { events, skipped } = await collect([path.join(SAMPLES, file)]);
    const sum = (read: (usage: NonNullable<(typeof events)[number]['usage']>) => number | undefined) =>
      events.reduce((total, event) => total + (event.usage ? (read(event.usage) ?? 0) : 0), 0);
    const count = (name: string) => counts.get(name) ?? 0;

    expect(events.length + skipped.length).toBe(calls);
    if (counts.has('tokenCount(string)'))
      return expect(sum((usage) => usage.inputTokens)).toBe(count('tokenCount(string)'));
    if (!counts.has('promptTokenCount')) return;
    const input = count('promptTokenCount') + count('toolUsePromptTokenCount');
    expect(sum((usage) => usage.inputTokens)).toBe(input);
    expect(sum((usage) => usage.reasoningOutputTokens)).toBe(count('thoughtsTokenCount'));
    expect(sum((usage) => usage.cacheReadInputTokens)).toBe(count('cachedContentTokenCount'));
    expect(sum((usage) => usage.outputTokens)).toBe(count('candidatesTokenCount') + count('thoughtsTokenCount'));
  });
});
