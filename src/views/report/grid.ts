import type { Summary } from '../../core/ledger/summary.ts';
import { cellsIn } from '../terminal/cells.ts';
import { distinctNames } from '../terminal/distinct.ts';
import { fitting, NAME_CELLS, widest, widthOf } from '../terminal/fitting.ts';
import { tableLines } from '../terminal/table.ts';
import type { ViewOptions } from '../view.ts';
import { type Column, ESSENTIAL, EXPENDABLE, filledColumns } from './columns.ts';
import { shareColumn, trendColumn } from './picture-columns.ts';
import { type TreeRow, treeRows, treeTitle } from './rows.ts';
import { treeCells, treeNames } from './tree-names.ts';

/** The rows of a report as lines of at most `columns` cells: names as a tree, figures aligned right, a total. */
export function reportGrid(summary: Summary, options: ViewOptions): string[] {
  const { chalk } = options;
  const rows = treeRows(summary, options.by);
  const hasModels = summary.groups.some(({ models }) => models !== undefined);
  const title = treeTitle(options.by, hasModels);
  const figures = fittingColumns(summary, rows, options, Math.max(cellsIn(title), treeCells(rows)));
  const room = options.columns - widthOf(figures);
  const names = treeNames(rows, room);
  const [shownTitle = ''] = distinctNames([title], room).values();
  const nameCells = widest([shownTitle, 'Total', ...names]);

  const rule = chalk.dim('─'.repeat(nameCells + widthOf(figures)));
  const [head = '', ...lines] = tableLines(
    [{ width: nameCells, align: 'left' }, ...figures.map(({ width }) => ({ width, align: 'right' as const }))],
    [
      [shownTitle, ...figures.map((figure) => figure.title)],
      ...rows.map((_, index) => [names[index]!, ...figures.map(({ cells }) => cells[index]!)]),
      ['Total', ...figures.map(({ total }) => total)],
    ],
  );
  const total = lines.pop()!;
  const top = [chalk.bold(head), rule, ...lines];
  return rows.filter(({ depth }) => depth === 0).length < 2 ? top : [...top, rule, chalk.bold(total)];
}

/** A column with its cells made. */
interface Figure {
  title: string;
  cells: string[];
  total: string;
  width: number;
}

/** The columns that there is room for beside the names. */
function fittingColumns(summary: Summary, rows: TreeRow[], options: ViewOptions, longestName: number): Figure[] {
  const pictures = [shareColumn(summary, rows, options), trendColumn(rows, options)];
  const figures = [...filledColumns(rows), ...pictures.filter((column) => column !== undefined)]
    .filter(({ title }) => !options.compact || ESSENTIAL.includes(title))
    .map((column) => figureOf(column, summary, rows));
  return fitting(figures, EXPENDABLE, options.columns - Math.min(longestName, NAME_CELLS));
}

function figureOf(column: Column, { totals }: Summary, rows: TreeRow[]): Figure {
  const cells = rows.map((row) => column.cell(row.row, row));
  const total = column.cell(totals);
  return { title: column.title, cells, total, width: widest([column.title, total, ...cells]) };
}
