import stringWidth from 'string-width';

const ASCII = /^[ -~]*$/;
// With our own dashes, marks, lines and blocks, which take one cell each.
const NARROW = /^[ -~·–…≥\u2500-\u259f]*$/;
// Making one takes 10 ms, which most tables are spared.
let graphemes: Intl.Segmenter | undefined;

/** The cells of a terminal that a text takes, colours aside. */
export function cellsIn(text: string): number {
  return NARROW.test(text) ? text.length : stringWidth(text);
}

/** What a reader sees as characters, each whole. */
export function charactersOf(text: string): string[] {
  if (ASCII.test(text)) return text.split('');
  graphemes ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return [...graphemes.segment(text)].map(({ segment }) => segment);
}
