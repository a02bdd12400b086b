import stringWidth from 'string-width';

const ASCII = /^[ -~]*$/;
// With our own dashes, marks, lines and blocks, which take one cell each.
const NARROW = /^[ -~·–…≥\u2500-\u259f]*$/;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The cells of a terminal that a text takes, colours aside. */
export function cellsIn(text: string): number {
  return NARROW.test(text) ? text.length : stringWidth(text);
}

/** What a reader sees as characters, each whole. */
export function charactersOf(text: string): string[] {
  return ASCII.test(text) ? text.split('') : [...graphemes.segment(text)].map(({ segment }) => segment);
}
