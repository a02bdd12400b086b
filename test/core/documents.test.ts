import { expect, it } from 'vitest';
import { documents } from '../../src/core/documents.ts';

const read = (text: string) => [...documents(Buffer.from(text))];

it('finds the objects of arrays in their order, however deep', () => {
  expect(read('[{"a":1},[{"a":2},[{"a":3}]],{"a":4}]')).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }, { a: 4 }]);
  expect(read(`${'['.repeat(50_000)}{"a":1}${']'.repeat(50_000)}`)).toEqual([{ a: 1 }]);
});

it('gives what came before a cut', () => {
  expect(read('[{"a":1},\n{"a":2},\n{"a":')).toEqual([{ a: 1 }, { a: 2 }]);
  expect(read('{"a":1}\n{"a":2}\n{"a')).toEqual([{ a: 1 }, { a: 2 }]);
});

it('reads the data of server-sent events', () => {
  expect(read('data: {"a":1}\r\n\r\ndata: {"a":2}\n\ndata: [DONE]\n')).toEqual([{ a: 1 }, { a: 2 }]);
});
