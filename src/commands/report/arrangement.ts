import { UsageError } from '../../core/errors.ts';
import type { Arrangement } from '../../core/ledger/grouping.ts';
import { METRIC_NAMES, type NumericMetric } from '../../core/ledger/metrics.ts';

/** How a report groups, sorts and cuts its rows, as it was typed. */
export interface ArrangementOptions {
  by?: string[];
  breakdown?: boolean;
  sort?: string;
  order?: string;
  top?: string;
}

/** Without `--by` the models of each service are listed, and only then is nothing grouped. */
export function arrangementOf(options: ArrangementOptions): Arrangement {
  const { sort, order, top, breakdown } = options;
  const isArranged = sort !== undefined || order !== undefined || top !== undefined;
  const by = options.by ?? (breakdown ? ['service'] : isArranged ? ['service', 'model'] : []);
  return {
    by: [...new Set(by)],
    breakdown: breakdown === true,
    ...(sort === undefined ? {} : { sort: metricOf(sort) }),
    ...(order === undefined ? {} : { order: orderOf(order) }),
    ...(top === undefined ? {} : { top: topOf(top) }),
  };
}

/** Short words for the metrics that are sorted by most. */
const SHORT: Record<string, NumericMetric> = {
  cost: 'costUsd',
  tokens: 'totalTokens',
  input: 'inputTokens',
  cached: 'cachedInputTokens',
  output: 'outputTokens',
  average: 'averageCostUsd',
  duration: 'averageDurationMs',
};

function metricOf(name: string): NumericMetric {
  const metric = Object.hasOwn(SHORT, name) ? SHORT[name] : METRIC_NAMES.find((known) => known === name);
  if (metric) return metric;
  throw new UsageError(`Unknown metric '${name}' in --sort.`, {
    hint: `Use ${Object.keys(SHORT).join(', ')}, or a name of --json: ${METRIC_NAMES.join(', ')}.`,
  });
}

function orderOf(text: string): 'asc' | 'desc' {
  if (text === 'asc' || text === 'desc') return text;
  throw new UsageError(`Unknown order '${text}'.`, { hint: 'Use --order asc or --order desc.' });
}

function topOf(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new UsageError(`--top '${text}' is not a number of rows.`, { hint: 'Use --top 5; the rest is summed up.' });
}
