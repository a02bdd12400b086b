import { keyId } from '../../core/ledger/grouping.ts';
import type { MetricRow } from '../../core/ledger/metrics.ts';
import type { Summary } from '../../core/ledger/summary.ts';
import { TIMES } from '../../core/usage/dimension.ts';
import { bar, percent, sparkline } from '../terminal/pictures.ts';
import type { ViewOptions } from '../view.ts';
import { type Column, isForeign } from './columns.ts';
import type { TreeRow } from './rows.ts';

const BAR_CELLS = 10;
const PERCENT_CELLS = 5;

/** The part of the total that a row is: of the dollars, or of the characters where there are no dollars. */
export function shareColumn(summary: Summary, rows: readonly TreeRow[], { chalk }: ViewOptions): Column | undefined {
  const metric = summary.totals.costUsd ? 'costUsd' : 'characters';
  const total = summary.totals[metric] ?? 0;
  if (total === 0 || rows.length < 2) return undefined;
  const partOf = (row: MetricRow, tree?: TreeRow) => (metric === 'costUsd' && isForeign(tree) ? 0 : (row[metric] ?? 0));
  const largest = rows.reduce((most, tree) => Math.max(most, partOf(tree.row, tree)), 0);
  return {
    title: 'Share',
    cell: (row, tree) => {
      const part = partOf(row, tree);
      if (part === 0) return '–';
      const drawn = bar(part, largest, BAR_CELLS);
      const number = percent(part, total).padStart(PERCENT_CELLS);
      return tree ? `${chalk.cyan(drawn.padEnd(BAR_CELLS))} ${number}` : number;
    },
    isEmpty: () => false,
  };
}

/** What a row cost over time, where the rows are not times themselves. */
export function trendColumn(rows: readonly TreeRow[], { by, trend, chalk }: ViewOptions): Column | undefined {
  if (!trend || trend.buckets.length < 3 || by.some((name) => TIMES.includes(name))) return undefined;
  const lines = new Map<string, string>();
  for (const key of new Map(rows.map((row) => [idOf(Object.keys(row.key)), row.key])).values()) {
    const names = Object.keys(key);
    for (const [id, points] of trend.by((other) => keyId(other, names)))
      lines.set(idOf(names) + id, sparkline(heights(points)));
  }
  const lineOf = ({ key, name }: TreeRow) =>
    name === undefined ? '' : (lines.get(idOf(Object.keys(key)) + keyId(key, Object.keys(key))) ?? '');
  return {
    title: 'Trend',
    cell: (_, tree) => (tree ? chalk.cyan(lineOf(tree)) : ''),
    isEmpty: () => false,
  };
}

function idOf(names: string[]): string {
  return JSON.stringify(names);
}

/** Dollars, else characters, else calls: the first that there is anything of. */
function heights(points: readonly (MetricRow | undefined)[]): number[] {
  const metric = (['costUsd', 'characters', 'calls'] as const).find((name) => points.some((point) => point?.[name]));
  return points.map((point) => (metric && point?.[metric]) || 0);
}
