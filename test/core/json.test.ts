import { describe, expect, it } from 'vitest';
import { jsonOf, objectOf } from '../../src/core/json.ts';

describe('the JSON of a text', () => {
  it.each([
    ['{"a":[1]}', { a: [1] }],
    [' null\n', null],
    ['"a"', 'a'],
    ['', undefined],
    ['{"a":', undefined],
    ['{} {}', undefined],
    ['NaN', undefined],
    ['\ufeff{}', undefined],
  ])('%j is %j', (text, value) => expect(jsonOf(text)).toEqual(value));

  it.each([
    ['{"a":[1]}', { a: [1] }],
    ['[{}]', undefined],
    ['null', undefined],
    ['"{}"', undefined],
    ['{"a":', undefined],
  ])('%j as an object is %j', (text, value) => expect(objectOf(text)).toEqual(value));
});
