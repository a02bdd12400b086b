import type { MetricRow } from '../../core/ledger/metrics.ts';
import type { SessionInfo, Summary } from '../../core/ledger/summary.ts';
import { plain } from '../../core/text.ts';
import { caveats, geminiRow, headlines, markedCost } from '../report/caveats.ts';
import { fitted, GAP, type TableColumn } from '../terminal/fitting.ts';
import { formatCount } from '../terminal/format.ts';
import type { Look } from '../terminal/look.ts';
import { tableLines } from '../terminal/table.ts';
import { wrap } from '../terminal/wrap.ts';

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

const MARKS = '';
const NUMBERS = new Set(['Calls', 'Characters', 'Cost', 'Exit']);
/** What there is least need of: marks go below their row, an id says its day, and an exit becomes a mark. */
const EXPENDABLE = [MARKS, 'Day', 'Characters', 'Exit', 'Calls', 'Command'];

/** One row a session and the total; what is not in the figures stands below. */
export function renderHistory(sessions: readonly ListedSession[], summary: Summary, { columns, colors }: Look): string {
  if (sessions.length === 0) return 'No session matches the filters.\n';
  const shown = fitted(columnsOf(sessions, summary), EXPENDABLE, columns + GAP);
  const titles = new Set(shown.map(({ title }) => title));
  const [head = '', ...lines] = tableLines(
    shown.map(({ title, width }) => ({ width, align: NUMBERS.has(title) ? 'right' : 'left' })),
    [shown.map(({ title }) => title), ...[...sessions, 'total'].map((_, row) => shown.map(({ cells }) => cells[row]!))],
  );
  const total = lines.pop()!;
  const table = [
    colors.dim(head),
    ...sessions.flatMap((session, index) => {
      const marks = titles.has(MARKS) ? '' : marksOf(session, !titles.has('Exit'));
      const below = marks === '' ? [] : wrap(marks, columns - GAP);
      return [lines[index]!, ...below.map((part) => colors.dim(' '.repeat(GAP) + part))];
    }),
    colors.bold(total),
  ];
  const notes = caveats(summary).map((note) => `! ${note}`);
  const below = [...headlines(summary), ...notes].flatMap((text) => wrap(text, columns));
  return `${[...table, '', ...below].join('\n')}\n`;
}

/** Every column, with its total as the last cell. */
function columnsOf(sessions: readonly ListedSession[], summary: Summary): TableColumn[] {
  // Totals are 0 dollars where nothing is billed in dollars.
  const total = geminiRow(summary) ? summary.totals : { ...summary.totals, costUsd: null };
  const count = `${formatCount(sessions.length)} ${sessions.length === 1 ? 'session' : 'sessions'}`;
  const rows = [...sessions.map(({ row }) => row), total];
  const made = (title: string, cellOf: (session: ListedSession) => string, last: string) => ({
    title,
    cells: [...sessions.map(cellOf), last],
  });
  const marks = made(MARKS, (session) => marksOf(session), '');
  return [
    made('Day', ({ day }) => day, 'Total'),
    { ...made('Session', ({ session }) => plain(session.id), count), minWidth: 22 },
    { ...made('Command', ({ session }) => plain(session.command.join(' '), 400), ''), minWidth: 12 },
    { title: 'Calls', cells: rows.map(({ calls }) => formatCount(calls)) },
    { title: 'Characters', cells: rows.map(({ characters }) => (characters ? formatCount(characters) : '–')) },
    { title: 'Cost', cells: rows.map((row) => (row.costUsd === null ? '–' : markedCost(row))) },
    made('Exit', ({ session }) => exit(session.session), ''),
    ...(marks.cells.some((cell) => cell !== '') ? [marks] : []),
  ];
}

function exit(info: SessionInfo | undefined): string {
  if (info?.signal) return plain(info.signal);
  return info?.exitCode === undefined ? '–' : String(info.exitCode);
}

function marksOf({ session: { session, isCompacted, skipped }, row }: ListedSession, withExit = false): string {
  return [
    ...(withExit && (session?.signal || session?.exitCode) ? [`exit ${exit(session)}`] : []),
    ...(row.unpriced > 0 ? [`${formatCount(row.unpriced)} unpriced`] : []),
    ...(skipped > 0 ? [`${formatCount(skipped)} unread`] : []),
    ...(session?.unwatched?.length ? ['! not all watched'] : []),
    ...(isCompacted ? ['compacted'] : []),
  ].join(', ');
}
