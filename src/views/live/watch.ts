import type { ChalkInstance } from 'chalk';
import type { LiveSession } from '../../core/ledger/live-session.ts';
import type { MetricRow } from '../../core/ledger/metrics.ts';
import { plain } from '../../core/text.ts';
import { markedCost } from '../report/caveats.ts';
import { cellsIn } from '../terminal/cells.ts';
import { GAP, widest } from '../terminal/fitting.ts';
import { formatCost, formatCount, plural } from '../terminal/format.ts';
import { tableLines } from '../terminal/table.ts';
import { fitToCells } from './fit.ts';

export interface WatchedScreen {
  sessions: readonly LiveSession[];
  totals: MetricRow;
  now: Date;
  /** IANA; times are shown in it. */
  zone: string;
}

export interface Room {
  columns: number;
  /** Undefined where the text may be as long as it wants. */
  rows?: number;
  chalk: ChalkInstance;
}

const TITLES = ['Started', 'Command', 'Calls', 'In flight', 'Cost', '$ per min', 'Characters', ''];
const LEFT = ['Started', 'Command', ''];
const COMMAND = TITLES.indexOf('Command');
const NARROWEST_COMMAND = 10;
/** Done without where there is little room, first to last. */
const EXPENDABLE = ['$ per min', 'In flight', 'Started'];

/** One row a session and the total, as rows of a terminal. The newest sessions are shown where there is no room for all. */
export function watchRows(screen: WatchedScreen, { columns, rows = Number.POSITIVE_INFINITY, chalk }: Room): string[] {
  const { sessions, totals, now, zone } = screen;
  const running = sessions.filter(({ state }) => state !== 'ended').length;
  const title = `costwatch: ${running === 0 ? 'no session is running' : `${plural(running, 'session')} running`}`;
  const time = `${clock(now, zone)}  q quits`;
  const space = ' '.repeat(Math.max(2, columns - cellsIn(title) - cellsIn(time)));
  const head = fitToCells(`${chalk.bold(title)}${Number.isFinite(rows) ? chalk.dim(`${space}${time}`) : ''}`, columns);
  if (sessions.length === 0) {
    const hint = 'Start one in another terminal: costwatch run -- node your-script.js';
    return [head, '', fitToCells(hint, columns)];
  }
  const room = Math.max(1, rows - FRAME);
  const shown = sessions.slice(0, sessions.length > room ? Math.max(1, room - 1) : room);
  const cells = [TITLES, ...shown.map((one) => cellsOf(one, zone)), totalCells(sessions, totals)];
  const lines = table(cells, columns);
  const [titles = '', ...below] = lines;
  const total = below.pop() ?? '';
  const more = sessions.length - shown.length;
  return [
    head,
    '',
    chalk.dim(titles),
    ...below.map((line, index) => (shown[index]!.state === 'ended' ? chalk.dim(line) : line)),
    ...(more > 0 ? [chalk.dim(`and ${formatCount(more)} more, in the total`)] : []),
    chalk.bold(total),
  ].slice(0, Math.max(1, rows));
}

/** Rows beside those of sessions: title, empty, heads, total. */
const FRAME = 4;

/** One line for a log: what all sessions have spent by now. */
export function watchLine({ sessions, totals, now, zone }: WatchedScreen): string {
  const running = sessions.filter(({ state }) => state !== 'ended').length;
  const inFlight = sessions.reduce((sum, one) => sum + one.inFlight, 0);
  const parts = [
    `${plural(running, 'session')} running`,
    plural(totals.calls, 'call'),
    ...(inFlight > 0 ? [`${formatCount(inFlight)} in flight`] : []),
    ...(totals.costUsd === null ? [] : [markedCost(totals)]),
    ...(totals.characters > 0 ? [plural(totals.characters, 'character')] : []),
  ];
  return `${clock(now, zone)}  ${parts.join(', ')}\n`;
}

function table(rows: string[][], columns: number): string[] {
  const widths = TITLES.map((_, column) => widest(rows.map((row) => row[column]!)));
  const kept = TITLES.map((_, column) => column);
  const needed = () => kept.reduce((sum, at) => sum + (at === COMMAND ? NARROWEST_COMMAND : widths[at]!) + GAP, -GAP);
  for (const title of EXPENDABLE) if (needed() > columns) kept.splice(kept.indexOf(TITLES.indexOf(title)), 1);
  widths[COMMAND] = Math.min(widths[COMMAND]!, Math.max(NARROWEST_COMMAND, columns - needed() + NARROWEST_COMMAND));
  const lines = tableLines(
    kept.map((at) => ({ width: widths[at]!, align: LEFT.includes(TITLES[at]!) ? 'left' : 'right' })),
    rows.map((row) => kept.map((at) => fitToCells(row[at]!, widths[at]!))),
  );
  return lines.map((line) => fitToCells(line, columns));
}

function cellsOf({ session, state, row, inFlight, perMinuteUsd }: LiveSession, zone: string): string[] {
  return [
    clock(new Date(session.startedAt), zone),
    plain(session.command.join(' '), 200),
    formatCount(row.calls),
    inFlight > 0 ? formatCount(inFlight) : '–',
    row.costUsd === null ? '–' : markedCost(row),
    perMinuteUsd === null ? '–' : formatCost(perMinuteUsd),
    row.characters > 0 ? formatCount(row.characters) : '–',
    stateText(session, state),
  ];
}

function stateText({ signal, exitCode }: LiveSession['session'], state: LiveSession['state']): string {
  if (state === 'running') return '';
  if (state !== 'ended') return state;
  return signal ? `ended by ${plain(signal)}` : exitCode === undefined ? 'ended' : `ended, exit ${exitCode}`;
}

function totalCells(sessions: readonly LiveSession[], totals: MetricRow): string[] {
  const inFlight = sessions.reduce((sum, one) => sum + one.inFlight, 0);
  return [
    '',
    'Total',
    formatCount(totals.calls),
    inFlight > 0 ? formatCount(inFlight) : '–',
    totals.costUsd === null ? '–' : markedCost(totals),
    '',
    totals.characters > 0 ? formatCount(totals.characters) : '–',
    '',
  ];
}

function clock(time: Date, zone: string): string {
  // The Swedish locale writes 24 hours.
  return time.toLocaleTimeString('sv-SE', { timeZone: zone });
}
