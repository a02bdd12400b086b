import type { MetricRow } from '../core/metrics.ts';
import type { SessionInfo, Summary } from '../core/summary.ts';
import { plain } from '../core/text.ts';
import { cellsIn, padded } from './cells.ts';
import { formatCount } from './format.ts';
import { caveats, geminiRow, headlines, markedCost } from './honesty.ts';
import { fitToCells } from './live-fit.ts';
import { type Look, wrap } from './pricing-text.ts';

/** A session in a list. */
export interface ListedSession {
  day: string;
  session: {
    id: string;
    command: readonly string[];
    session: SessionInfo | undefined;
    isCompacted: boolean;
    skipped: number;
  };
  row: MetricRow;
}

const TITLES = ['Day', 'Session', 'Command', 'Calls', 'Characters', 'Cost', 'Exit', ''];
const COMMAND = TITLES.indexOf('Command');
const NUMBERS = new Set(['Calls', 'Characters', 'Cost', 'Exit']);
const NARROWEST_COMMAND = 12;
const GAP = '  ';

/** One row a session and the total; what is not in the figures stands below. */
export function renderHistory(sessions: readonly ListedSession[], summary: Summary, { columns, colors }: Look): string {
  if (sessions.length === 0) return 'No session within the filters.\n';
  const rows = [TITLES, ...sessions.map(cellsOf), totalCells(sessions.length, summary)];
  const widths = TITLES.map((_, column) => Math.max(...rows.map((row) => cellsIn(row[column]!))));
  const others = widths.reduce((sum, width, column) => sum + GAP.length + (column === COMMAND ? 0 : width), 0);
  widths[COMMAND] = Math.min(widths[COMMAND]!, Math.max(NARROWEST_COMMAND, columns - others));
  const table = rows.map((row, index) => {
    const line = row
      .map((cell, column) => placed(cell, widths[column]!, TITLES[column]!))
      .join(GAP)
      .trimEnd();
    return index === 0 ? colors.dim(line) : index === rows.length - 1 ? colors.bold(line) : line;
  });
  const notes = caveats(summary).map((line) => `! ${line}`);
  const below = [...headlines(summary), ...notes].flatMap((line) => wrap(line, columns));
  return `${[...table, '', ...below].join('\n')}\n`;
}

function placed(cell: string, width: number, title: string): string {
  return padded(fitToCells(cell, width), width, NUMBERS.has(title) ? 'start' : 'end');
}

function cellsOf({ day, session, row }: ListedSession): string[] {
  const { session: info } = session;
  return [
    day,
    plain(session.id),
    plain(session.command.join(' '), 400),
    ...figures(row),
    exit(info),
    marks(session, row),
  ];
}

function totalCells(sessions: number, summary: Summary): string[] {
  // Totals are 0 dollars where nothing is billed in dollars.
  const row = geminiRow(summary) ? summary.totals : { ...summary.totals, costUsd: null };
  return ['Total', `${formatCount(sessions)} ${sessions === 1 ? 'session' : 'sessions'}`, '', ...figures(row), '', ''];
}

function figures(row: MetricRow): string[] {
  return [
    formatCount(row.calls),
    row.characters ? formatCount(row.characters) : '–',
    row.costUsd === null ? '–' : markedCost(row),
  ];
}

function exit(info: SessionInfo | undefined): string {
  if (info?.signal) return plain(info.signal);
  return info?.exitCode === undefined ? '–' : String(info.exitCode);
}

function marks({ session, isCompacted, skipped }: ListedSession['session'], row: MetricRow): string {
  return [
    ...(row.unpriced > 0 ? [`${formatCount(row.unpriced)} unpriced`] : []),
    ...(skipped > 0 ? [`${formatCount(skipped)} unread`] : []),
    ...(session?.unwatched?.length ? ['! not all watched'] : []),
    ...(isCompacted ? ['compacted'] : []),
  ].join(', ');
}
