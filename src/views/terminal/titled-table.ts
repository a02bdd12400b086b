import { fitted, GAP, NAME_CELLS } from './fitting.ts';
import type { Look } from './look.ts';
import { tableLines } from './table.ts';

/**
 * A table whose columns are as wide as they need to be: the first ones, of names, left, figures right. It fits where
 * it is told which columns are `expendable`, least important first.
 */
export function titledTable(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  look: Look,
  names = 1,
  expendable?: readonly string[],
): string {
  const columns = titles.map((title, column) => ({
    title,
    cells: rows.map((row) => row[column] ?? ''),
    ...(column < names ? { minWidth: NAME_CELLS } : {}),
  }));
  const shown = fitted(columns, expendable ?? [], expendable ? look.columns : Number.POSITIVE_INFINITY);
  return tableLines(
    shown.map(({ width, minWidth }) => ({ width: width + GAP, align: minWidth === undefined ? 'right' : 'left' })),
    [
      shown.map(({ title }) => look.colors.dim(title)),
      ...rows.map((_, row) => shown.map(({ cells }) => cells[row] ?? '')),
    ],
    0,
  ).join('\n');
}
