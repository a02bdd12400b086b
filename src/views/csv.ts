import type { MetricRow } from '../core/metrics.ts';
import type { Summary } from '../core/summary.ts';
import { plain } from '../core/text.ts';
import type { ViewOptions } from './index.ts';
import { rowTable } from './rows.ts';

/** RFC 4180: one row a group and a last row `total`, every metric a column, numbers exact and unformatted. */
export function csvView(summary: Summary, options: ViewOptions): string {
  const table = rowTable(summary, options.by);
  const metrics = Object.keys(summary.totals) as (keyof MetricRow)[];
  const records = [...table.rows, { names: ['total', ...table.titles.slice(1).map(() => '')], row: table.total }];
  const lines = [
    [...table.titles.map((title) => title.toLowerCase()), ...metrics],
    ...records.map(({ names, row }) => [...names, ...metrics.map((metric) => String(row[metric] ?? ''))]),
  ];
  return lines.map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

/** Quoted where needed; a leading formula sign is made text (https://owasp.org/www-community/attacks/CSV_Injection). */
function csvCell(value: string): string {
  const text = plain(value, 1000);
  const inert = /^[=+\-@\t\r]/.test(text) && !/^-?[\d.]+(e[+-]?\d+)?$/i.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
