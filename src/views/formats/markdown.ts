import type { Summary } from '../../core/ledger/summary.ts';
import { plain } from '../../core/text.ts';
import { caveats, footerLine, headlines } from '../report/caveats.ts';
import { filledColumns } from '../report/columns.ts';
import { treeRows, treeTitle } from '../report/rows.ts';
import { whatIfTitle } from '../report/what-if.ts';
import { distinctNames } from '../terminal/distinct.ts';
import type { ViewOptions } from '../view.ts';

/** A GitHub-flavoured table for a pull request or a wiki, with the same caveats as on the terminal. */
export function markdownView(summary: Summary, options: ViewOptions): string {
  const rows = treeRows(summary, options.by);
  const columns = filledColumns(rows);
  const names = distinctNames(rows.map(({ text }) => text));
  const title = treeTitle(
    options.by,
    summary.groups.some(({ models }) => models !== undefined),
  );
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const lines = [
    ...(summary.whatIf ? [`**${escaped(whatIfTitle(summary.whatIf))}**`, ''] : []),
    line([escaped(title), ...columns.map((column) => column.title)]),
    line(['---', ...columns.map(() => '---:')]),
    ...rows.map((row) => {
      const indent = '&nbsp;'.repeat(4 * row.depth);
      return line([indent + escaped(names.get(row.text)!), ...columns.map((column) => column.cell(row.row, row))]);
    }),
    line(['**Total**', ...columns.map((column) => `**${column.cell(summary.totals)}**`)]),
    '',
    ...[...headlines(summary), ...caveats(summary), footerLine(summary)].map((text) => `- ${escaped(text)}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** Nothing from outside is read as Markdown, as HTML or as a link. */
function escaped(text: string): string {
  return plain(text, 1000)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\\`*_{}[\]|#~]/g, (character) => `\\${character}`)
    .replace(/(https?|www)([:.])/gi, '$1&#8203;$2');
}
