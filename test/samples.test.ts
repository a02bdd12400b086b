import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { Ledger } from '../src/core/ledger/ledger.ts';
import { price } from '../src/core/pricing/price.ts';
import { readLogs } from '../src/ingest/read.ts';
import { meter } from '../src/providers/index.ts';
import { loadPriceBook } from '../src/store/settings/price-book.ts';
import { REVIEWED } from './samples-reviewed.ts';

const SAMPLES = path.join('..', 'shared', 'samples');

/** What a row of the manifest says of its file; the names of its counts are those of the recorded shape. */
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
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => line.split('\t'))
    .map(([file = '', , , , calls = '0', , totals = '']) => ({
      file,
      calls: Number(calls),
      counts: new Map(totals.split(';').map((pair) => [pair.split('=')[0]!, Number(pair.split('=')[1])])),
    }));
}

const INPUT = [
  ...['promptTokenCount', 'total_input_tokens', 'input_token_count', 'prompt', 'tokens_in', 'input_tokens'],
  ...['prompt_tokens', 'gen_ai.usage.input_tokens', 'inputTokens', 'input', 'tokenCount(string)'],
];
const TOOL_USE = ['toolUsePromptTokenCount', 'total_tool_use_tokens', 'tool_token_count', 'tool'];
const CACHE_BESIDE = ['cache_read', 'cache_create'];
const CACHED = [
  ...['cachedContentTokenCount', 'total_cached_tokens', 'cached_content_token_count', 'cached', 'cached_tokens'],
  ...['cachedInputTokens', 'cache_read'],
];
const VISIBLE = [
  'candidatesTokenCount',
  'responseTokenCount',
  'total_output_tokens',
  'output_token_count',
  'candidates',
];
const OUTPUT = [
  ...['tokens_out', 'output_tokens', 'completion_tokens', 'gen_ai.usage.output_tokens', 'outputTokens', 'output'],
];
const BESIDE_OUTPUT = ['thoughtsTokenCount', 'total_thought_tokens', 'thoughts_token_count', 'thoughts'];
const WITHIN_OUTPUT = ['reasoning_tokens', 'reasoningTokens'];

/** The sums that a report should show, as far as the row states them. */
function expected({ calls, counts }: Row): Expected {
  const first = (names: string[]) => names.map((name) => counts.get(name)).find((value) => value !== undefined);
  const all = (names: string[]) => names.reduce((sum, name) => sum + (counts.get(name) ?? 0), 0);
  const input = first(INPUT);
  const output = first(VISIBLE) ?? first(OUTPUT);
  return {
    calls,
    skipped: 0,
    inputTokens: (input ?? 0) + (first(TOOL_USE) ?? 0) + all(CACHE_BESIDE),
    cachedInputTokens: first(CACHED) ?? 0,
    outputTokens: (output ?? 0) + (first(BESIDE_OUTPUT) ?? 0),
    reasoningTokens: first(BESIDE_OUTPUT) ?? first(WITHIN_OUTPUT) ?? 0,
    characters: first(['len(text)']) ?? 0,
  };
}

interface Expected {
  calls: number;
  skipped: number;
  inputTokens: number;
  cachedInputTokens: number;
  outputTokens: number;
  reasoningTokens: number;
  characters: number;
}

async function reported(file: string): Promise<Expected> {
  const ledger = new Ledger();
  const pricing = { book, meter, today: '2026-11-21' };
  await readLogs([path.join(SAMPLES, file)], {
    event: (event) => ledger.add(price(event, pricing)),
    skip: (diagnostic) => ledger.skip(diagnostic),
  });
  const { calls, inputTokens, cachedInputTokens, outputTokens, reasoningTokens, characters } = ledger.totals.counts;
  return {
    calls,
    skipped: ledger.skipped,
    ...{ inputTokens, cachedInputTokens, outputTokens, reasoningTokens, characters },
  };
}

const book = loadPriceBook({});
const found = rows();

describe.skipIf(found.length === 0)('recorded samples', () => {
  test.each(found.map((row) => [row.file, row] as const))('%s', async (file, row) => {
    const { why: _, ...differs } = REVIEWED[file] ?? { why: '' };
    expect(await reported(file)).toStrictEqual({ ...expected(row), ...differs });
  });

  test('a file that has no row is read or reported like any other', async () => {
    const listed = new Set([...found.map((row) => row.file), 'MANIFEST.tsv']);
    const entries = readdirSync(SAMPLES, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const files = entries.map((entry) => path.relative(SAMPLES, path.join(entry.parentPath, entry.name)));
    for (const file of files.filter((name) => !listed.has(name))) {
      const { calls, skipped } = await reported(file);
      expect(calls + skipped, file).toBe(1);
    }
  });

  test('nothing is reviewed that is not there or does not differ', () => {
    const known = new Map(found.map((row) => [row.file, expected(row)]));
    for (const [file, { why, ...differs }] of Object.entries(REVIEWED)) {
      expect(why.length, file).toBeGreaterThan(10);
      expect({ ...known.get(file), ...differs }, file).not.toStrictEqual(known.get(file));
    }
  });
});
