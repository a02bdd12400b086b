import { describe, expect, test } from 'vitest';
import { LARGEST_RECORD, RecordReader } from '../../src/ingest/records.ts';
import { collectText } from './collect.ts';

const call = (n: number) =>
  JSON.stringify({ model: 'gemini-2.5-flash', usageMetadata: { promptTokenCount: n, totalTokenCount: n } });
const pretty = (n: number) => JSON.stringify(JSON.parse(call(n)), null, 2);

const BROKEN = 'broken JSON';
const CUT = 'JSON that is cut off';
const NO_OBJECT = 'not a JSON object';

const cases: [name: string, text: string, read: number[], skips: [line: number, reason: string][]][] = [
  [
    'prose',
    `started\n${call(1)}\ndone, 3 files\n`,
    [1],
    [
      [1, NO_OBJECT],
      [3, NO_OBJECT],
    ],
  ],
  ['a line cut off in a string', `${call(1)}\n{"model":"gem\n${call(2)}\n`, [1, 2], [[2, BROKEN]]],
  ['a line cut off before a value', `{"model":\n${call(1)}\n${call(2)}\n`, [1, 2], [[1, BROKEN]]],
  ['a line cut off in a number list', `{"a":[1,2,\n${call(1)}\n${call(2)}\n`, [1, 2], [[1, BROKEN]]],
  ['a line cut off after a comma', `{"a":1,\n${call(1)}\n`, [1], [[1, BROKEN]]],
  [
    'two broken lines',
    `{"a":\nnot json\n${call(1)}\n`,
    [1],
    [
      [1, BROKEN],
      [2, NO_OBJECT],
    ],
  ],
  ['a last line cut off', `${call(1)}\n{"model":"gemini-2.5-fl`, [1], [[2, CUT]]],
  ['a cut-off line before a single good one', `{"a":\n${call(1)}`, [1], [[1, CUT]]],
  ['text behind a record', `${call(1)} trailing\n${call(2)}\n`, [1, 2], [[1, NO_OBJECT]]],
  ['a wrong literal', `{"a":nothing}\n${call(1)}\n`, [1], [[1, BROKEN]]],
  ['brackets that do not match', `{"a":[1}}\n${call(1)}\n`, [1], [[1, BROKEN]]],
  [
    'a broken document among pretty-printed ones',
    `${pretty(1)}\n${pretty(2).replace('": {', '" {')}\n${pretty(3)}\n`,
    [1, 3],
    [[8, BROKEN]],
  ],
  [
    'a broken element of a pretty-printed array',
    `[\n${pretty(1)},\n${pretty(2).replace(/}\n}$/, ']\n}')},\n${pretty(3)}\n]`,
    [1, 3],
    [[9, BROKEN]],
  ],
  ['a pretty-printed document cut off at the end', `${pretty(1)}\n${pretty(2).slice(0, -20)}`, [1], [[8, CUT]]],
  [
    'a scalar line',
    `42\n"text"\nnull\n${call(1)}`,
    [1],
    [
      [1, NO_OBJECT],
      [2, NO_OBJECT],
      [3, NO_OBJECT],
    ],
  ],
  ['broken server-sent data', `data: {"a":\ndata: ${call(1)}\n\n`, [1], [[1, BROKEN]]],
];

describe.each(cases)('%s', (_, text, read, skips) => {
  test.each([1 << 20, 11, 1])('in pieces of %i bytes', async (size) => {
    const { events, skipped } = await collectText(text, size);
    expect(events.map((event) => event.usage?.inputTokens)).toStrictEqual(read);
    expect(skipped).toStrictEqual(skips.map(([line, reason]) => ({ file: '-', line, reason })));
  });
});

test('a control character in a key does not reach the reason', async () => {
  const { skipped } = await collectText('{"\\u001b[31mred\\u0007":1,"b":{"c":[1,"}"]},"d":2}\n{}\n');
  expect(skipped.map(({ reason }) => reason)).toStrictEqual([
    'no known log shape (keys: [31mred, b, d)',
    'no known log shape (an empty object)',
  ]);
});

test("Python's NaN where no count is does not cost the record", async () => {
  const line = `{"score":NaN,"top":-Infinity,"metadata":{"note":"NaN and \\"Infinity\\"","ratio":NaN},${call(5).slice(1)}`;
  const { events, skipped } = await collectText(line);
  expect(skipped).toStrictEqual([]);
  expect(events[0]?.usage).toEqual({ inputTokens: 5, outputTokens: 0 });
  expect(events[0]?.labels).toStrictEqual({ note: 'NaN and "Infinity"', ratio: 'NaN' });
});

test.each([
  ['-1', '-1'],
  ['1e400', '1e400'],
  ['NaN', 'NaN'],
  ['"many"', '"many"'],
])('a count of %s is refused by name', async (written) => {
  const { events, skipped } = await collectText(`{"model":"m","usageMetadata":{"promptTokenCount":${written}}}`);
  expect(events).toStrictEqual([]);
  expect(skipped).toStrictEqual([{ file: '-', line: 1, reason: 'promptTokenCount is not a count' }]);
});

test('hostile keys are data', async () => {
  const hostile = `{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"metadata":{"__proto__":"x","toString":"y"},${call(5).slice(1)}`;
  const { events } = await collectText(hostile);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  expect(Object.entries(events[0]?.labels ?? {})).toStrictEqual([
    ['__proto__', 'x'],
    ['toString', 'y'],
  ]);
  expect(Object.getPrototypeOf(events[0]?.labels)).toBe(Object.prototype);
});

test('nesting without end does no harm', async () => {
  const deep = (open: string, close: string) => open.repeat(100_000) + close.repeat(100_000);
  const lines = [
    `{"service":"gemini","operation":"x","status":"ok","usage":{"a":${deep('[', ']')}}}`,
    `{"model_version":"m","usage_metadata":{"prompt_token_count":1,"x":${deep('[', ']')}}}`,
    `{"model":"m","prompt_tokens":${deep('[', ']')},"output_tokens":1,"cost_usd":1}`,
    `{"metadata":{"x":${deep('[', ']')}},${call(1).slice(1)}`,
    `${deep('{"a":', '}').replace(':}', ':1}')}`,
    call(7),
  ];
  const { events, skipped } = await collectText(lines.join('\n'));
  expect(events.map((event) => event.usage?.inputTokens)).toStrictEqual([1, 1, 7]);
  expect(skipped.map(({ line, reason }) => [line, reason.slice(-40)])).toStrictEqual([
    [1, 'usage.a[0][0][0] is nested too deep'],
    [3, 'prompt_tokens is not a count: an object'],
    [5, 'no known log shape (keys: a)'],
  ]);
});

test('a record that never ends is given up at the limit, and reading goes on behind its line', () => {
  expect(LARGEST_RECORD).toBe(512 * 1024 * 1024);
  const found: string[] = [];
  const sink = {
    record: (_: unknown, at: { line: number }) => found.push(`record ${at.line}`),
    skip: (line: number, reason: string) => found.push(`${line}: ${reason}`),
  };
  const reader = new RecordReader(sink, 2 ** 20);
  reader.push(Buffer.from(`{"a":"`));
  for (let i = 0; i < 40; i++) reader.push(Buffer.alloc(2 ** 16, 'x'));
  reader.push(Buffer.from(`"}\n${call(1)}\n`));
  reader.end();
  expect(found).toStrictEqual(['1: a record of more than 1 MB', 'record 2']);
});
