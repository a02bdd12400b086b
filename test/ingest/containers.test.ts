import zlib, { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { collect, collectText, withFiles } from './collect.ts';

const call = (n: number) => ({
  timestamp: '2026-11-21T10:00:00.000Z',
  model: 'gemini-2.5-flash',
  usageMetadata: { promptTokenCount: n, candidatesTokenCount: 1, totalTokenCount: n + 1 },
});
const ONE = JSON.stringify(call(1));
const TWO = JSON.stringify(call(2));
const THREE = JSON.stringify(call(3));
const pretty = (n: number) => JSON.stringify(call(n), null, 2);

const forms: [name: string, text: string, lines: number[]][] = [
  ['JSON Lines', `${ONE}\n${TWO}\n${THREE}\n`, [1, 2, 3]],
  ['JSON Lines without a last line break', `${ONE}\n${TWO}\n${THREE}`, [1, 2, 3]],
  ['JSON Lines with blank lines', `\n${ONE}\n\n  \n${TWO}\n\n${THREE}\n\n`, [2, 5, 7]],
  ['JSON Lines of Windows with a byte order mark', `\ufeff${ONE}\r\n${TWO}\r\n${THREE}\r\n`, [1, 2, 3]],
  ['pretty-printed documents in a row', `${pretty(1)}\n${pretty(2)}\n${pretty(3)}\n`, [1, 10, 19]],
  [
    'pretty-printed documents of Windows',
    `${pretty(1)}\n${pretty(2)}\n${pretty(3)}\n`.replaceAll('\n', '\r\n'),
    [1, 10, 19],
  ],
  ['an array on one line', `[${ONE},${TWO},${THREE}]`, [1, 1, 1]],
  ['a pretty-printed array', JSON.stringify([call(1), call(2), call(3)], null, 2), [2, 11, 20]],
  ['arrays by line', `[${ONE},${TWO}]\n[${THREE}]\n`, [1, 1, 2]],
  ['several records on a line', `${ONE}${TWO}\n${THREE}`, [1, 1, 2]],
  [
    'server-sent events',
    `data: ${ONE}\n\nevent: message\nid: 7\ndata:${TWO}\r\n\r\n: ping\n\ndata: ${THREE}\n\ndata: [DONE]\n\n`,
    [1, 5, 9],
  ],
  ['a mix of forms', `data: ${ONE}\n${pretty(2)}\n[${THREE}]\n`, [1, 2, 11]],
  ['an export', JSON.stringify({ summary: {}, calls: [call(1), call(2), call(3)] }), [1, 1, 1]],
];

describe.each(forms)('%s', (_, text, lines) => {
  test.each([1 << 20, 1000, 64, 7, 1])('in pieces of %i bytes', async (size) => {
    const { events, skipped } = await collectText(text, size);
    expect(skipped).toStrictEqual([]);
    expect(events.map((event) => event.usage?.inputTokens)).toStrictEqual([1, 2, 3]);
    expect(events.map((event) => Number(event.id.split(':')[1]))).toStrictEqual(lines);
    expect(new Set(events.map((event) => event.id)).size).toBe(3);
  });
});

test.each(['x.jsonl', 'x.gz', 'x.txt', 'x.log'])('gzip is known by its bytes, named %s', async (name) => {
  await withFiles({ [name]: gzipSync(`${ONE}\n${TWO}\n`) }, async (_, at) => {
    const { events, skipped } = await collect([at(name)]);
    expect(events.map((event) => event.usage?.inputTokens)).toStrictEqual([1, 2]);
    expect(skipped).toStrictEqual([]);
  });
});

test('gzip members in a row are one text', async () => {
  const { events } = await collectText(Buffer.concat([gzipSync(`${ONE}\n`), gzipSync(`${TWO}\n`)]), 5);
  expect(events.map((event) => event.usage?.inputTokens)).toStrictEqual([1, 2]);
});

test('gzip data that is cut off gives what came before the cut, and says so', async () => {
  const lines = Array.from({ length: 20_000 }, (_, i) => JSON.stringify(call(i + 1))).join('\n');
  const { events, skipped } = await collectText(gzipSync(lines).subarray(0, -100));
  expect(events.length).toBeGreaterThan(1000);
  expect(skipped.at(-1)).toStrictEqual({
    file: '-',
    reason: 'broken gzip data (unexpected end of file); the rest is not read',
  });
});

test('gzip data that unpacks to more than a thousand times its size is not read to its end', async () => {
  const { events, skipped } = await collectText(gzipSync(Buffer.alloc(80 * 2 ** 20, ' ')));
  expect(events).toStrictEqual([]);
  expect(skipped).toStrictEqual([
    { file: '-', reason: 'gzip data that unpacks to more than 1000 times its size; the rest is not read' },
  ]);
});

/** `{"model":"gemini-2.5-flash","input_tokens":1,"output_tokens":2}` and a line break, packed by `zstd`. */
const ZSTD = Buffer.from(
  'KLUv/QRY5QEARAN7Im1vZGVsIjoiZ2VtaW5pLTIuNS1mbGFzaCIsImlucHV0X3Rva2VucyI6MSwib3V0Mn0KAQBR3IQCuzI8FA==',
  'base64',
);

test('zstd is known by its bytes, and unpacked where Node can', async () => {
  const { events, skipped } = await collectText(ZSTD, 3);
  const canUnpack = 'createZstdDecompress' in zlib;
  expect(events.map((event) => event.usage?.inputTokens)).toStrictEqual(canUnpack ? [1] : []);
  const reason = `zstd data, which Node ${process.versions.node} cannot unpack: unpack it first, with zstd -d`;
  expect(skipped).toStrictEqual(canUnpack ? [] : [{ file: '-', reason }]);
});

test('UTF-16, as a Windows shell redirects', async () => {
  const { events } = await collectText(Buffer.from(`\ufeff${ONE}\r\n${TWO}\r\n`, 'utf16le'), 3);
  expect(events.map((event) => event.usage?.inputTokens)).toStrictEqual([1, 2]);
});

test('binary data is one skip, not one a line', async () => {
  const { events, skipped } = await collectText(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0a, 0x00, 0x0a, 0x00]));
  expect({ events, skipped }).toStrictEqual({ events: [], skipped: [{ file: '-', reason: 'not text' }] });
});

test('an empty input has nothing in it', async () => {
  expect(await collectText('')).toStrictEqual({ events: [], skipped: [], notes: [] });
});
