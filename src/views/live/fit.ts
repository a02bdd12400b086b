import { cellsIn } from '../terminal/cells.ts';

// Colour sequences are kept; any other control would move the cursor off our row.
const COLOUR = /(\u001b\[[\d;]*m)/;
const COLOURS = /\u001b\[[\d;]*m/g;
const OTHER_CONTROLS = /\u001b(?!\[[\d;]*m)|[\u0000-\u0008\u000e-\u001a\u001c-\u001f\u007f-\u009f]/g;
const LINE_BREAKS = /[\t-\r\u2028\u2029]+/g;

let graphemes: Intl.Segmenter | undefined;

/** `text` as one row of at most `cells` display cells, colours kept, ending in `…` where something was cut off. */
export function fitToCells(text: string, cells: number): string {
  const row = text.replace(LINE_BREAKS, ' ').replace(OTHER_CONTROLS, '');
  if (cellsIn(row.replace(COLOURS, '')) <= cells) return row;
  if (cells < 1) return '';

  graphemes ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  let kept = '';
  let free = cells - 1;
  for (const part of row.split(COLOUR)) {
    if (COLOUR.test(part)) {
      kept += part;
      continue;
    }
    for (const { segment } of graphemes.segment(part)) {
      const width = cellsIn(segment);
      if (width > free) return `${kept}…`;
      kept += segment;
      free -= width;
    }
  }
  return kept;
}
