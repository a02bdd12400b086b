import type { Summary } from '../../core/ledger/summary.ts';
import { cellsIn, padded } from '../terminal/cells.ts';
import { distinctNames } from '../terminal/distinct.ts';
import { fitting, GAP, NAME_CELLS, widest, widthOf } from '../terminal/fitting.ts';
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

  const line = (name: string, cells: string[]) =>
    [padded(name, nameCells, 'end'), ...cells.map((cell, index) => padded(cell, figures[index]!.width + GAP, 'start'))]
      .join('')
      .trimEnd();
  const rule = chalk.dim('─'.repeat(nameCells + widthOf(figures)));
  const bold = (name: string, cells: string[]) => chalk.bold(line(name, cells));
  const body = rows.map((_, index) =>
    line(
      names[index]!,
      figures.map(({ cells }) => cells[index]!),
    ),
  );
  const lines = [
    bold(
      shownTitle,
      figures.map((figure) => figure.title),
    ),
    rule,
    ...body,
  ];
  if (rows.filter(({ depth }) => depth === 0).length < 2) return lines;
  return [
    ...lines,
    rule,
    bold(
      'Total',
      figures.map(({ total }) => total),
    ),
  ];
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
