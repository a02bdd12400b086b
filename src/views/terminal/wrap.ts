import { cellsIn } from './cells.ts';
import type { Look } from './look.ts';

/** Breaks text into lines of at most `width` cells, at spaces, or after a hyphen or slash where a word is too long. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((long) => pieces(long, width))) {
    const joined = word.startsWith(GLUE) ? line + word.slice(1) : line ? `${line} ${word}` : word;
    if (cellsIn(joined) <= width || line === '') line = joined;
    else {
      lines.push(line);
      line = word.replace(GLUE, '');
    }
  }
  return [...lines, line];
}

/** Marks a piece that goes on with the word before it; it never reaches the output. */
const GLUE = '\u0000';

function pieces(word: string, width: number): string[] {
  const cells = cellsIn(word);
  if (cells <= width) return [word];
  const parts = word.match(/[^-/_]*[-/_]+|[^-/_]+/g) ?? [word];
  const characters = cells > word.length ? Math.max(1, Math.floor(width / 2)) : width;
  const short = parts.flatMap((part) => part.match(new RegExp(`.{1,${characters}}`, 'gu')) ?? []);
  return short.map((part, index) => (index === 0 ? part : GLUE + part));
}

export function indented(text: string, look: Look, indent = '  ', first = indent): string {
  return wrap(text, look.columns - indent.length)
    .map((line, index) => (index === 0 ? first : indent) + line)
    .join('\n');
}

/** Lines of at most `width` cells, those after the first indented. */
export function hanging(text: string, width: number): string[] {
  return wrap(text, width - 2).map((line, index) => (index === 0 ? line : `  ${line}`));
}
