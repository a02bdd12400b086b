import { FOCUS_COLUMNS, type FocusRow } from '../../core/export/focus-row.ts';
import { csvLine } from './csv-cell.ts';

/** FOCUS as CSV; null is an empty cell. */
export function* focusCsv(rows: Iterable<FocusRow>): Generator<string> {
  yield csvLine(FOCUS_COLUMNS);
  for (const row of rows) yield csvLine(FOCUS_COLUMNS.map((column) => row[column]));
}
