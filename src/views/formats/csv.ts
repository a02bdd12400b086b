import type { MetricRow } from '../../core/ledger/metrics.ts';
import type { Summary } from '../../core/ledger/summary.ts';
import { type TreeRow, treeRows } from '../report/rows.ts';
import { whatIfTitle } from '../report/what-if.ts';
import type { ViewOptions } from '../view.ts';
import { csvLine, csvUsd } from './csv-cell.ts';

/**
 * RFC 4180: one row for each innermost group (each of its models with `--breakdown`) and a last row `total`. Every
 * metric is a column, numbers are exact and unformatted.
 */
export function csvView(summary: Summary, { by }: ViewOptions): string {
  const hasModels = summary.groups.some(({ models }) => models !== undefined);
  const names =
    by.length > 0 ? [...new Set([...by, ...(hasModels ? ['service', 'model'] : [])])] : ['service', 'model'];
  const metrics = Object.keys(summary.totals) as (keyof MetricRow)[];
  const rows = treeRows(summary, by);
  // A file must say by itself that these dollars were not charged.
  const whatIf = summary.whatIf ? whatIfTitle(summary.whatIf) : undefined;
  const mark = whatIf === undefined ? [] : [whatIf];
  const innermost = rows.filter(({ depth }, index) => (rows[index + 1]?.depth ?? 0) <= depth);
  return [
    csvLine([...names.map((name) => name.toLowerCase()), ...metrics, ...mark.map(() => 'whatIf')]),
    ...innermost.map((tree) => csvLine([...nameCells(tree, names), ...figures(tree.row, metrics), ...mark])),
    csvLine(['total', ...names.slice(1).map(() => ''), ...figures(summary.totals, metrics), ...mark]),
  ].join('');
}

/** A row of others has its own text after the outer names. */
function nameCells({ key, name, text }: TreeRow, names: readonly string[]): string[] {
  const cells = names.map((column) => (Object.hasOwn(key, column) ? (key[column] ?? '(none)') : ''));
  if (name === undefined) cells[Object.keys(key).length] = text;
  return cells;
}

function figures(row: MetricRow, metrics: (keyof MetricRow)[]): (string | number | null)[] {
  return metrics.map((name) => (name === 'costUsd' || name === 'averageCostUsd' ? csvUsd(row[name]) : row[name]));
}
