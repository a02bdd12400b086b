import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { distinctNames } from '../../../src/views/terminal/distinct.ts';

const shown = (names: string[], width?: number) => [...distinctNames(names, width).values()];

describe('names in little room', () => {
  it.each([
    [['gemini-2.5-flash'], 16, ['gemini-2.5-flash']],
    [['gemini-2.5-flash-image'], 15, ['gemini-…h-image']],
    [['gemini-2.5-flash-preview-tts', 'gemini-2.5-pro-preview-tts'], 14, ['gemini-…ew-tts', 'gemini-2…w-tts']],
    [['', '\u0000'], 14, ['(blank)', '(blank)~2']],
  ])('%j in %i cells', (names, width, expected) => {
    const result = shown(names, width);
    expect(result).toEqual(expected);
    for (const name of result) expect(stringWidth(name)).toBeLessThanOrEqual(width);
  });

  it('one name is shown one way', () => {
    expect(shown(['a', 'a', 'b'])).toEqual(['a', 'b']);
  });

  it('hidden characters do not make two names one', () => {
    expect(shown(['flash', 'fl\u200bash', 'flash\u202e'])).toEqual(['flash', 'flash~2', 'flash~3']);
  });

  it('counts cells, not characters, and never cuts one in two', () => {
    expect(shown(['한국어모델이름'], 9)).toEqual(['한국…이름']);
    expect(shown(['👍🏽👍🏽👍🏽'], 5)).toEqual(['👍🏽…👍🏽']);
  });

  it('a thousand names that differ in the middle stay a thousand, at every width that has room', () => {
    const names = Array.from({ length: 1000 }, (_, index) => `gemini-${index}-flash-image-preview`);
    for (const width of [6, 9, 14, 24, 40]) {
      const result = shown(names, width);
      expect(new Set(result).size).toBe(1000);
      for (const name of result) expect(stringWidth(name)).toBeLessThanOrEqual(width);
    }
  });
});
