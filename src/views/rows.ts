import type { MetricRow } from '../core/metrics.ts';
import type { Summary } from '../core/summary.ts';
import { formatCost, formatCount } from './format.ts';
import { boundMark } from './honesty.ts';

/** A column of a report, shown where any row has something in it. */
export interface Column {
  title: string;
  cell(row: MetricRow): string;
  isEmpty(row: MetricRow): boolean;
}

function counted(title: string, field: keyof MetricRow): Column {
  return { title, cell: (row) => (row[field] ? formatCount(row[field]) : '–'), isEmpty: (row) => !row[field] };
}

const COLUMNS: Column[] = [
  { ...counted('Calls', 'calls'), isEmpty: () => false },
  counted('Failed', 'failed'),
  counted('Retries', 'retries'),
  counted('Unpriced', 'unpriced'),
  counted('Input', 'inputTokens'),
  counted('Cached', 'cachedInputTokens'),
  counted('Output', 'outputTokens'),
  counted('Thinking', 'reasoningTokens'),
  counted('Images', 'images'),
  counted('Video s', 'videoSeconds'),
  counted('Songs', 'songs'),
  counted('Characters', 'characters'),
  counted('Credits', 'credits'),
  {
    title: 'Cost',
    cell: costCell,
    isEmpty: (row) => row.costUsd === null,
  },
];

/** Nothing priced is not `$0.00`. */
function costCell(row: MetricRow): string {
  if (row.costUsd === null) return '–';
  return row.costUsd === 0 && row.unpriced > 0 ? 'unpriced' : boundMark(row) + formatCost(row.costUsd);
}

/** The columns that any of the rows fills. */
export function filledColumns(rows: readonly MetricRow[]): Column[] {
  return COLUMNS.filter((column) => rows.some((row) => !column.isEmpty(row)));
}

export interface NamedRow {
  /** The value of each grouping, in the order of their titles. */
  names: string[];
  row: MetricRow;
}

export interface RowTable {
  titles: string[];
  rows: NamedRow[];
  total: MetricRow;
}

/** What a report lists: the groups of `--by`, else the models. */
export function rowTable(summary: Summary, by: readonly string[]): RowTable {
  if (by.length > 0) {
    const rows = summary.groups.map(({ key, ...row }) => ({ names: by.map((name) => key[name] ?? '(none)'), row }));
    return { titles: by.map(titleOf), rows, total: summary.totals };
  }
  const rows = summary.byModel.map(({ service, model, ...row }) => ({ names: [service, model], row }));
  return { titles: ['Service', 'Model'], rows, total: summary.totals };
}

function titleOf(name: string): string {
  const bare = name.replace(/^label:/, '');
  return bare.charAt(0).toUpperCase() + bare.slice(1);
}
