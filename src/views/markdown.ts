import type { Summary } from '../core/summary.ts';
import { plain } from '../core/text.ts';
import { caveats, pricedShare } from './honesty.ts';
import type { ViewOptions } from './index.ts';
import { filledColumns, rowTable } from './rows.ts';

/** A GitHub-flavoured table for a pull request or a wiki, with the same caveats as on the terminal. */
export function markdownView(summary: Summary, options: ViewOptions): string {
  const table = rowTable(summary, options.by);
  const columns = filledColumns([...table.rows.map(({ row }) => row), table.total]);
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const lines = [
    line([...table.titles, ...columns.map((column) => column.title)]),
    line([...table.titles.map(() => '---'), ...columns.map(() => '---:')]),
    ...table.rows.map(({ names, row }) => line([...names.map(escaped), ...columns.map((column) => column.cell(row))])),
    line([
      '**Total**',
      ...table.titles.slice(1).map(() => ''),
      ...columns.map((column) => `**${column.cell(table.total)}**`),
    ]),
    '',
    ...caveats(summary).map((caveat) => `- ${escaped(caveat)}`),
    `- ${pricedShare(summary)}; prices of ${summary.priceBook.version}`,
  ];
  return `${lines.join('\n')}\n`;
}

function escaped(text: string): string {
  return plain(text, 1000).replace(/[\\`*_{}[\]<>|#]/g, (character) => `\\${character}`);
}
