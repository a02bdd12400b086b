import { expect, it } from 'vitest';
import { bar, percent, sparkline } from '../../../src/views/terminal/pictures.ts';

it.each([
  [0, 10, ''],
  [10, 10, '████'],
  [5, 10, '██'],
  [1, 32, '▏'],
  [1, 1_000_000, '▏'],
  [7, 8, '███▌'],
  [11, 10, '████'],
])('a bar of %d in %d', (part, whole, drawn) => {
  expect(bar(part, whole, 4)).toBe(drawn);
});

it.each([
  [[0, 0], '··'],
  [[1, 2, 4, 8], '▂▃▅█'],
  [[0, 3, 0.001], '·█▁'],
])('a line of %j', (values, drawn) => {
  expect(sparkline(values)).toBe(drawn);
});

it.each([
  [0, 10, '0 %'],
  [0.04, 10, '<1 %'],
  [5, 10, '50 %'],
  [9.99, 10, '>99 %'],
  [10, 10, '100 %'],
])('%d of %d in percent', (part, whole, shown) => {
  expect(percent(part, whole)).toBe(shown);
});
