import { describe, expect, test } from 'vitest';
import { type CountStyle, readTokens, type TokenCounts } from '../../../src/shapes/reading/tokens.ts';

type Case = [name: string, counts: TokenCounts, expected: object, style?: CountStyle];

const cases: Case[] = [
  ['input and output', { input: 10, output: 5 }, { usage: { inputTokens: 10, outputTokens: 5 } }],
  ['nothing but zeros', { input: 0, output: 0, total: 0 }, {}],
  ['nothing', {}, {}],
  [
    'only a total',
    { total: 30 },
    { usage: { inputTokens: 30 }, estimated: 'only a total of tokens is logged: all taken as input' },
  ],
  [
    'thoughts inside the output, as the total shows',
    { input: 10, output: 20, reasoning: 15, total: 30 },
    { usage: { inputTokens: 10, outputTokens: 20, reasoningOutputTokens: 15 } },
  ],
  [
    'thoughts beside the output, as the total shows',
    { input: 10, output: 20, reasoning: 15, total: 45 },
    { usage: { inputTokens: 10, outputTokens: 35, reasoningOutputTokens: 15 } },
  ],
  [
    'more thoughts than output cannot be inside it',
    { input: 10, output: 2, reasoning: 15 },
    { usage: { inputTokens: 10, outputTokens: 17, reasoningOutputTokens: 15 } },
  ],
  [
    'thoughts without a total are inside',
    { input: 10, output: 20, reasoning: 15 },
    { usage: { inputTokens: 10, outputTokens: 20, reasoningOutputTokens: 15 } },
  ],
  [
    'thoughts that only the total shows',
    { input: 5, output: 845, total: 2023 },
    {
      usage: { inputTokens: 5, outputTokens: 2018 },
      estimated: 'the total holds tokens that neither input nor output shows: taken as output',
    },
  ],
  [
    'a total that is too small',
    { input: 10, output: 20, total: 25 },
    { usage: { inputTokens: 10, outputTokens: 20 }, estimated: 'token counts do not add up to their total' },
  ],
  [
    'cached input inside the input',
    { input: 100, output: 5, cached: 60, total: 105 },
    { usage: { inputTokens: 100, outputTokens: 5, cacheReadInputTokens: 60 } },
  ],
  [
    'cached input beside the input, as the total shows',
    { input: 100, output: 5, cached: 60, total: 165 },
    { usage: { inputTokens: 160, outputTokens: 5, cacheReadInputTokens: 60 } },
  ],
  [
    'more cached input than input cannot be inside it',
    { input: 1, output: 5, cached: 60, cacheWrite: 7 },
    { usage: { inputTokens: 68, outputTokens: 5, cacheReadInputTokens: 60 } },
  ],
  [
    'cached input beside the input where the vendor counts so',
    { input: 100, output: 5, cached: 60 },
    { usage: { inputTokens: 160, outputTokens: 5, cacheReadInputTokens: 60 } },
    { cachedBeside: true },
  ],
];

describe('counts of which it is not known which contain which', () => {
  test.each(cases)('%s', (_, counts, expected, style) => {
    expect(readTokens(counts, style)).toEqual(expected);
  });
});
