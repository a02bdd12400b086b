import type { Counts, MetricRow } from '../../core/ledger/metrics.ts';
import { GEMINI } from '../../core/usage/event.ts';
import { formatCost, formatCount, formatDuration } from '../terminal/format.ts';
import { percent } from '../terminal/pictures.ts';
import { markedCost } from './caveats.ts';
import type { TreeRow } from './rows.ts';

/** A column of a report. */
export interface Column {
  title: string;
  cell(row: MetricRow, tree?: TreeRow): string;
  isEmpty(row: MetricRow): boolean;
}

function counted(title: string, field: keyof Counts): Column {
  return { title, cell: (row) => (row[field] ? formatCount(row[field]) : '–'), isEmpty: (row) => !row[field] };
}

/** A count with the part of the calls that it is: `12 (3 %)`. */
function share(title: string, field: 'failed' | 'retries'): Column {
  return {
    ...counted(title, field),
    cell: (row) => (row[field] ? `${formatCount(row[field])} (${percent(row[field], row.calls)})` : '–'),
  };
}

/** Every column, in the order of reading. */
const COLUMNS: readonly Column[] = [
  counted('Calls', 'calls'),
  share('Failed', 'failed'),
  share('Retries', 'retries'),
  counted('Unpriced', 'unpriced'),
  counted('Input', 'inputTokens'),
  {
    ...counted('Cached', 'cachedInputTokens'),
    cell: (row) => (row.cachedInputTokens ? percent(row.cachedInputTokens, row.inputTokens) : '–'),
  },
  counted('Output', 'outputTokens'),
  counted('Thinking', 'reasoningTokens'),
  counted('Images', 'images'),
  counted('Video s', 'videoSeconds'),
  counted('Audio s', 'audioSeconds'),
  counted('Songs', 'songs'),
  counted('Searches', 'searchQueries'),
  counted('Characters', 'characters'),
  counted('Credits', 'credits'),
  {
    title: 'Time',
    cell: (row) => (row.averageDurationMs === null ? '–' : formatDuration(row.averageDurationMs)),
    isEmpty: (row) => !row.averageDurationMs,
  },
  {
    title: 'Per call',
    cell: (row, tree) => (row.averageCostUsd ? inTotal(formatCost(row.averageCostUsd), tree) : '–'),
    isEmpty: (row) => !row.averageCostUsd,
  },
  { title: 'Cost', cell: costCell, isEmpty: (row) => row.costUsd === null },
];

/** Nothing priced is not `$0.00`, and another vendor's dollars stand in parentheses: they are in no total. */
function costCell(row: MetricRow, tree?: TreeRow): string {
  if (row.costUsd === null) return '–';
  if (row.costUsd === 0 && row.unpriced > 0) return 'unpriced';
  return inTotal(markedCost(row), tree);
}

function inTotal(cost: string, tree?: TreeRow): string {
  return isForeign(tree) ? `(${cost})` : cost;
}

/** Whether the dollars of a row are those of another vendor than Google. */
export function isForeign(tree: TreeRow | undefined): boolean {
  const service = tree?.key.service;
  return service !== undefined && service !== null && service !== GEMINI;
}

/** The columns that any of the rows fills. Where no row has dollars, a total of none is no column. */
export function filledColumns(rows: readonly TreeRow[]): Column[] {
  return COLUMNS.filter((column) => column.title === 'Calls' || rows.some(({ row }) => !column.isEmpty(row)));
}

/** Columns that are done without where there is little room, least important first. */
export const EXPENDABLE: readonly string[] = [
  'Per call',
  'Time',
  'Retries',
  'Trend',
  'Thinking',
  'Cached',
  'Searches',
  'Audio s',
  'Songs',
  'Video s',
  'Credits',
  'Failed',
  'Unpriced',
  'Images',
  'Output',
  'Input',
  'Share',
  'Calls',
  'Characters',
];

/** What `--compact` shows at most. */
export const ESSENTIAL: readonly string[] = ['Calls', 'Characters', 'Cost', 'Share'];
