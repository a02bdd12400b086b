import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { isObject, type JsonObject, type JsonValue } from '../../src/core/json.ts';
import { keysOf, project, projection } from '../../src/core/project.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

/** Numbers from 0 to 1 that are the same in every run (https://en.wikipedia.org/wiki/Linear_congruential_generator). */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

class Documents {
  private readonly random: () => number;

  constructor(seed: number) {
    this.random = sequence(seed);
  }

  /** A JSON object as text, with all the freedom that the grammar gives. */
  object(depth = 0): string {
    const members = Array.from(
      { length: this.below(6) },
      () => `${this.space()}${this.key()}${this.space()}:${this.value(depth + 1)}`,
    );
    return `${this.space()}{${members.join(',')}${this.space()}}`;
  }

  private value(depth: number): string {
    const kind = this.below(depth > 4 ? 5 : 9);
    if (kind > 6) return this.object(depth);
    if (kind > 4) {
      const items = Array.from({ length: this.below(4) }, () => this.value(depth + 1));
      return `${this.space()}[${items.join(',')}${this.space()}]${this.space()}`;
    }
    return `${this.space()}${this.scalar(kind)}${this.space()}`;
  }

  private scalar(kind: number): string {
    if (kind === 0) return this.pick(['true', 'false', 'null']);
    if (kind === 1) return this.pick(['0', '-0', '7', '123456789012345', '1234567890123456', '12345678901234567890']);
    if (kind === 2) return this.pick(['-1', '0.5', '-12.25e-3', '1E+2', '1e400', '0.1', '9007199254740993']);
    return this.text(this.pick(TEXTS));
  }

  private key(): string {
    return this.text(this.pick(KEYS));
  }

  /** A string with some of its characters escaped, needed or not. */
  private text(content: string): string {
    const escaped = [...content].map((character) => {
      const plain = JSON.stringify(character).slice(1, -1);
      if (this.below(8) > 0 || character.length > 1) return plain;
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    });
    return `"${escaped.join('')}"`;
  }

  private space(): string {
    return this.pick(['', '', '', ' ', '\n', '\r\n\t', '  ']);
  }

  private pick<T>(options: readonly T[]): T {
    return options[this.below(options.length)]!;
  }

  private below(limit: number): number {
    return Math.floor(this.random() * limit);
  }
}

const KEYS = ['a', 'b', 'ab', 'c', 'usage', 'list', '', '"', '\\', 'ключ', '😀', '__proto__', 'constructor', 'a\nb'];
const TEXTS = [
  '',
  'x',
  'STOP',
  '"',
  '\\',
  '\\"',
  '}',
  ']{',
  'a"b\\c',
  'строка',
  '😀',
  '\u2028',
  '\u0000',
  '\u007f',
  'y'.repeat(70),
];
const WHOLE = ['a', 'usage', 'ключ', '"', '\\', '😀', 'constructor'];

/** What a projection with these paths should give, from what `JSON.parse` gives. */
function picked(value: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([key]) => keys.includes(key)));
}

describe('against JSON.parse', () => {
  test.each([1, 2, 3])('whole values are the same, seed %i', (seed) => {
    const documents = new Documents(seed);
    const wanted = projection(WHOLE.map((key) => `${key}.*`));
    for (let i = 0; i < 2000; i++) {
      const text = documents.object();
      const read = project(bytes(`${text} {"next":1}`), wanted);
      expect(isDeepStrictEqual(read?.value, picked(JSON.parse(text), WHOLE)), text).toBe(true);
      expect(read?.end, text).toBe(bytes(text).length);
    }
  });

  test.each([4, 5])('nested values, elements and presence are the same, seed %i', (seed) => {
    const documents = new Documents(seed);
    const wanted = projection(['a.a', 'a.usage.*', 'list[].a', 'c?']);
    for (let i = 0; i < 2000; i++) {
      const text = documents.object();
      expect(isDeepStrictEqual(project(bytes(text), wanted)?.value, nested(JSON.parse(text))), text).toBe(true);
    }
  });

  test('a text cut anywhere is no document', () => {
    const documents = new Documents(6);
    const wanted = projection(WHOLE.map((key) => `${key}.*`));
    for (let i = 0; i < 300; i++) {
      const text = documents.object().trimEnd();
      const all = bytes(text);
      for (let length = 0; length < all.length; length++)
        expect(project(all.subarray(0, length), wanted)).toBeUndefined();
    }
  });
});

function nested(value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]): [string, JsonValue][] => {
      if (key === 'c') return [[key, true]];
      if (key === 'a') return [[key, isObject(item) ? picked(item, ['a', 'usage']) : null]];
      if (key !== 'list') return [];
      return [[key, Array.isArray(item) ? item.map((each) => (isObject(each) ? picked(each, ['a']) : null)) : null]];
    }),
  );
}

test('a long string is passed over, escaped quotes at its end included', () => {
  for (const end of ['', '\\"', '\\\\', '\\\\\\"']) {
    const text = `{"data":"${'A'.repeat(100_000)}${end}","a":1}`;
    expect(project(bytes(text), projection(['a']))?.value).toStrictEqual({ a: 1 });
  }
});

test('NaN and Infinity are passed over where they are not wanted, and refused where they are', () => {
  const text = bytes('{"a":NaN,"b":-Infinity,"c":1}');
  expect(project(text, projection(['c']))?.value).toStrictEqual({ c: 1 });
  expect(project(text, projection(['a']))).toBeUndefined();
});

test('the first keys of an object', () => {
  expect(keysOf(bytes(' {"a":{"x":1},"\\u0062":[{}],"c":3}'), 0, 2)).toStrictEqual(['a', 'b']);
  expect(keysOf(bytes('{}'), 0, 8)).toStrictEqual([]);
  expect(keysOf(bytes('[1]'), 0, 8)).toStrictEqual([]);
  expect(keysOf(bytes('{"a":1,"b'), 0, 8)).toStrictEqual(['a']);
});
