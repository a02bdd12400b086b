import type { ChalkInstance } from 'chalk';
import type { Summary } from '../../core/ledger/summary.ts';
import type { Trend } from '../../core/ledger/trend.ts';

export interface ViewOptions {
  chalk: ChalkInstance;
  /** Terminal columns to fit in. */
  columns: number;
  compact?: boolean;
  /** The names of `--by`, in order. */
  by: readonly string[];
  /** The calls over time, for charts; its keys hold the names of `by`, `service` and `model`. */
  trend?: Trend;
}

/** An output format: one summary in, text out. */
export type View = (summary: Summary, options: ViewOptions) => string;

/** Every `--format`, loaded when it is asked for. To add one, see CONTRIBUTING. */
export const formats: Record<string, () => Promise<View>> = {
  table: async () => (await import('../report/table.ts')).reportTable,
  json: async () => (await import('./json.ts')).jsonView,
  csv: async () => (await import('./csv.ts')).csvView,
  md: async () => (await import('./markdown.ts')).markdownView,
  html: async () => (await import('../html/page.ts')).htmlView,
};
