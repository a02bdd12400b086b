import { expect, test } from 'vitest';
import { imageSize } from '../../../src/shapes/reading/image-size.ts';

test.each([
  ['1K', '1K'],
  ['2k', '2K'],
  ['4K', '4K'],
  ['512', '512'],
  ['0.5K', '512'],
  ['1k_2k', '1K'],
  ['1024x1024', '1K'],
  ['1344 x 768', '1K'],
  ['512x512', '512'],
  ['2048x2048', '2K'],
  ['3168×1344', '2K'],
  ['4096x4096', '4K'],
  ['6336x2688', '4K'],
  ['large', undefined],
  ['16:9', undefined],
  ['12k', undefined],
  [1024, undefined],
  [undefined, undefined],
])('%s is %s', (written, size) => {
  expect(imageSize(written)).toBe(size);
});
