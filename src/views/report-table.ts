import Table from 'cli-table3';
import type { Summary } from '../core/summary.ts';
import { plain } from '../core/text.ts';
import { formatCost, formatCount, plural } from './format.ts';
import { boundMark, caveats, elevenLabsRow, geminiRow, pricedShare } from './honesty.ts';
import type { ViewOptions } from './index.ts';
import { type Column, filledColumns, type RowTable, rowTable } from './rows.ts';

/** The report for a terminal: one row a group, a total, and below it everything that is not in the figures. */
export function reportTable(summary: Summary, options: ViewOptions): string {
  const { chalk } = options;
  const lines = [heading(summary, options)];
  if (summary.totals.calls > 0)
    lines.push(grid(rowTable(summary, options.by), options), ...headlines(summary, options));
  else lines.push('No call found.');
  lines.push(...caveats(summary).map((line) => chalk.yellow(`! ${line}`)), footer(summary, options));
  return `${lines.join('\n')}\n`;
}

function heading({ period }: Summary, { chalk }: ViewOptions): string {
  const days = [period.from, period.to].map((instant) => instant?.slice(0, 10));
  const span = days[0] === undefined ? 'no dated call' : days[0] === days[1] ? days[0] : `${days[0]} to ${days[1]}`;
  return `${chalk.bold('API Usage')}  ${chalk.dim(`${span} (${period.timezone})`)}`;
}

function grid(table: RowTable, { chalk, columns, compact }: ViewOptions): string {
  const shown = fitColumns(table, columns, compact === true);
  const widths = nameWidths(table, columns - shown.reduce((sum, column) => sum + widthOf(column, table) + PADDING, 1));
  const output = new Table({
    head: [...table.titles, ...shown.map((column) => column.title)].map((title) => chalk.bold(title)),
    colAligns: [...table.titles.map(() => 'left' as const), ...shown.map(() => 'right' as const)],
    style: { head: [], border: [] },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  for (const { names, row } of table.rows) {
    const cells = names.map((name, index) => middleEllipsis(plain(name), widths[index]!));
    output.push([...cells, ...shown.map((column) => column.cell(row))]);
  }
  if (table.rows.length > 1) {
    const blanks = table.titles.slice(1).map(() => '');
    output.push(
      ['Total', ...blanks, ...shown.map((column) => column.cell(table.total))].map((cell) => chalk.bold(cell)),
    );
  }
  return output.toString();
}

/** A border and a space on each side. */
const PADDING = 3;
const SHORTEST_NAME = 12;

/** The widths of the name columns: as wide as their content, the widest giving way until all fit. */
function nameWidths(table: RowTable, available: number): number[] {
  const widths = table.titles.map((title, index) =>
    Math.max(title.length, ...table.rows.map(({ names }) => plain(names[index] ?? '').length)),
  );
  const excess = () => widths.reduce((sum, width) => sum + width + PADDING, 0) - available;
  while (excess() > 0 && Math.max(...widths) > SHORTEST_NAME) widths[widths.indexOf(Math.max(...widths))]! -= 1;
  return widths;
}

/** Columns that a narrow terminal does without, least important first. */
const EXPENDABLE = ['Retries', 'Thinking', 'Cached', 'Failed', 'Credits', 'Video s', 'Songs', 'Images'];

function fitColumns(table: RowTable, available: number, compact: boolean): Column[] {
  let shown = filledColumns([...table.rows.map(({ row }) => row), table.total]);
  const width = () =>
    shown.reduce((sum, column) => sum + widthOf(column, table) + PADDING, 1) +
    table.titles.length * (SHORTEST_NAME + PADDING);
  for (const title of EXPENDABLE) {
    if (compact ? shown.length <= 4 : width() <= available) break;
    shown = shown.filter((column) => column.title !== title);
  }
  return shown;
}

function widthOf(column: Column, table: RowTable): number {
  return Math.max(
    column.title.length,
    ...[...table.rows.map(({ row }) => row), table.total].map((row) => column.cell(row).length),
  );
}

/** `gemini-…-image`: both ends of a model name tell more than its start alone. */
export function middleEllipsis(name: string, width: number): string {
  if (name.length <= width) return name;
  const head = Math.ceil((width - 1) / 2);
  return `${name.slice(0, head)}…${name.slice(name.length - (width - 1 - head))}`;
}

function headlines(summary: Summary, { chalk }: ViewOptions): string[] {
  const gemini = geminiRow(summary);
  const elevenLabs = elevenLabsRow(summary);
  const others = summary.byService.filter((row) => row !== gemini && row !== elevenLabs);
  return [
    gemini
      ? `${chalk.bold('Gemini:')} ${boundMark(gemini)}${formatCost(gemini.costUsd)} in ${plural(gemini.calls, 'call')}`
      : '',
    elevenLabs
      ? `${chalk.bold('ElevenLabs:')} ${formatCount(elevenLabs.characters)} characters, ${elevenLabs.estimated > 0 ? '~' : ''}${plural(elevenLabs.credits, 'credit')} of quota in ${plural(elevenLabs.calls, 'call')}`
      : '',
    ...others.map(
      (row) =>
        `${plain(row.service)}: ${formatCost(row.costUsd)} as recorded in ${plural(row.calls, 'call')}, in no total`,
    ),
  ].filter((line) => line !== '');
}

function footer(summary: Summary, { chalk }: ViewOptions): string {
  const { priceBook, diagnostics } = summary;
  const own = priceBook.overrides > 0 ? ` and ${plural(priceBook.overrides, 'price')} of your own` : '';
  return chalk.dim(
    `${pricedShare(summary)}, ${formatCount(diagnostics.duplicates)} duplicate, ${formatCount(diagnostics.skipped)} skipped; prices of ${priceBook.version}${own}`,
  );
}
