import { isDeepStrictEqual } from 'node:util';
import { documents } from '../../src/core/documents.ts';
import { isObject, type JsonValue, jsonOf } from '../../src/core/json.ts';
import { parseJson } from '../../src/core/parse-json.ts';
import { Mutations } from './documents.ts';

/** Media of a length around what is cut out, in strings of several kinds. */
const MEDIA = [1000, 4000, 4095, 4096, 6143, 6144, 9000, 40_000].map((length) =>
  'iVBORw0KGgoAAAANSUhEUg+/'.repeat(length / 24 + 1).slice(0, length),
);
const MIN_CUT = 4096;

/**
 * Compares `parseJson` with `JSON.parse` on texts that are, were or nearly are JSON, with media put into some of them.
 * Returns how many texts there were. Throws on the first difference.
 */
export function fuzzJson(seed: number, count: number): number {
  const mutations = new Mutations(seed);
  for (let made = 0; made < count; made++) {
    const text = mutations.next().toString('utf8');
    same(text, jsonOf(text), parseJson(Buffer.from(text)));
    const value = jsonOf(text);
    if (value !== undefined) withMedia(value, mutations);
    for (const found of documents(Buffer.from(text))) if (!isObject(found)) throw new Error(`no object: ${text}`);
  }
  return count;
}

function withMedia(value: JsonValue, mutations: Mutations): void {
  const media = MEDIA[mutations.below(MEDIA.length)]!;
  const head = ['', 'data:image/png;base64,', '\\"', 'é ', 'a b '][mutations.below(5)]!;
  const text = `{"before":${JSON.stringify(value)},"media":"${head}${media}","after":${JSON.stringify(value)}}`;
  const whole = jsonOf(text) as { media: string };
  const read = parseJson(Buffer.from(text)) as { media: string } | undefined;
  if (!read) throw new Error(`not read: ${text.slice(0, 200)}`);
  if (!whole.media.startsWith(read.media)) throw new Error(`other media: ${read.media.slice(0, 100)}`);
  if (whole.media.length < MIN_CUT && read.media !== whole.media) throw new Error(`cut short: ${media.length}`);
  if (media.length >= MIN_CUT * 2 && read.media === whole.media) throw new Error(`not cut: ${media.length}`);
  same(text, { ...whole, media: '' } as JsonValue, { ...read, media: '' } as JsonValue);
}

function same(text: string, expected: JsonValue | undefined, found: JsonValue | undefined): void {
  if (!isDeepStrictEqual(expected, found)) throw new Error(`differs from JSON.parse: ${JSON.stringify(text)}`);
}
