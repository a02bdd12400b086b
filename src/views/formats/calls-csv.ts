import type { CallRow } from '../../core/export/call-row.ts';
import { COUNT_NAMES } from '../../core/ledger/metrics.ts';
import { csvLine } from './csv-cell.ts';

const FACTS = [
  'timestamp',
  'id',
  'service',
  'operation',
  'requestModel',
  'responseModel',
  'model',
  'tier',
  'platform',
  'location',
  'status',
  'outcome',
  'httpStatus',
  'errorCode',
  'attempt',
  'voice',
  'sessionId',
  'file',
] as const satisfies (keyof CallRow)[];

/** One row a call with its counts, cost and charges; the columns of counts add up to those of every other report. */
export function* callsCsv(rows: Iterable<CallRow>): Generator<string> {
  yield csvLine([...FACTS, 'labels', ...COUNT_NAMES, 'costUsd', 'estimatedReason', 'unpricedReason', 'charges']);
  for (const row of rows) {
    yield csvLine([
      ...FACTS.map((name) => row[name]),
      row.labels && JSON.stringify(row.labels),
      ...COUNT_NAMES.map((name) => row.counts[name]),
      row.costUsd,
      row.estimates.join('; '),
      row.unpriced,
      JSON.stringify(row.charges),
    ]);
  }
}
