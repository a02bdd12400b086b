import type { ChalkInstance } from 'chalk';
import type { Summary } from '../core/ledger/summary.ts';
import type { Trend } from '../core/ledger/trend.ts';

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
