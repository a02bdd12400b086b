import type CliTable from 'cli-table3';
import type { DayPrices, ListedPrice, PriceRow } from '../../core/pricing/book/list.ts';
import { plain } from '../../core/text.ts';
import type { Look } from '../terminal/look.ts';
import { type DrawnColumn, tableLines } from '../terminal/table.ts';
import { wrap } from '../terminal/wrap.ts';
import { daysAgo, meterName, priceWithUnit, shortPrice } from './price-text.ts';

export interface PriceList {
  day: string;
  /** The day of the newest check in the book. */
  version: string;
  rows: PriceRow[];
  /** ElevenLabs credits per character. */
  credits: { model: string; perCharacter: string }[];
}

/** Room for the prices of every bundled model; a longer own price takes more rather than lose digits. */
const PRICE_WIDTHS = [14, 23, 13];

/** Every price in force on a day, one model a row, with what is announced below it. */
export function renderPriceList(list: PriceList, look: Look): string {
  const tools = list.rows.filter((row) => row.model.kind === 'tool');
  const models = { ...list, rows: list.rows.filter((row) => !tools.includes(row)) };
  const parts = [
    ...(models.rows.length > 0 ? [modelTable(models, look)] : []),
    ...tools.map((row) => toolTable(row, look)),
    ...(list.credits.length > 0 ? [creditTable(list.credits, look)] : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

function modelTable(list: PriceList, look: Look): string {
  const { bold, dim } = look.colors;
  const cells = list.rows.map(priceCells);
  const widths = PRICE_WIDTHS.map((width, column) =>
    Math.max(width, ...cells.map((row) => longestLine(row[column]) + 1)),
  );
  const width = modelWidth(list, look.columns - widths.reduce((sum, other) => sum + other, 0));
  const rows: CliTable.Cell[][] = [['model', 'input', 'output', 'cached input'].map((text) => dim(text))];
  for (const [index, row] of list.rows.entries()) {
    rows.push([wrap(plain(row.model.id), width - 1).join('\n'), ...cells[index]!]);
    for (const remark of remarks(row, list)) {
      const lines = wrap(remark, look.columns - 4).map((line) => dim(`    ${line}`));
      rows.push([{ colSpan: 4, content: lines.join('\n') }]);
    }
  }
  const title = `${bold(`Gemini prices on ${list.day} (UTC)`)}: US dollars per 1M tokens, standard tier`;
  const table = tableLines(leftAligned([width, ...widths]), rows, 0);
  return `${title}\n${table.join('\n')}\n\n${foot(list)}`;
}

function leftAligned(widths: readonly number[]): DrawnColumn[] {
  return widths.map((width) => ({ width, align: 'left' }));
}

function modelWidth(list: PriceList, room: number): number {
  const longest = Math.max(...list.rows.map((row) => plain(row.model.id).length));
  return Math.max(20, Math.min(room, longest + 2));
}

function longestLine(text = ''): number {
  return Math.max(...text.split('\n').map((line) => line.length));
}

function priceCells(row: DayPrices): string[] {
  const cell = (prices: ListedPrice[]) => prices.map(shortPrice).join('\n') || '-';
  const cached = row.prices.filter(({ meter }) => meter.startsWith('input.cached'));
  const input = row.prices.filter((price) => price.meter.startsWith('input') && !cached.includes(price));
  const rest = row.prices.filter((price) => !price.meter.startsWith('input') && price.meter !== 'cache.storage');
  if (row.prices.length === 0) return ['not known', '', ''];
  const songs = rest.filter(({ meter }) => meter === 'song');
  return songs.length > 0 ? ['-', cell(songs), '-'] : [cell(input), cell(rest), cell(cached)];
}

function remarks(row: PriceRow, list: PriceList): string[] {
  const { model, next } = row;
  const lines: string[] = [];
  if (model.platform) lines.push(`on ${model.platform === 'vertex' ? 'Vertex AI' : 'the Gemini API'} only`);
  if (row.shutDown)
    lines.push(
      `shut down${model.shutdown ? ` ${model.shutdown}` : ''}${row.prices.length > 0 ? '; last known price' : ''}`,
    );
  else if (!row.known && row.prices.length > 0) lines.push('nearest known price');
  if (row.answeredAs) lines.push(`answered and billed as ${row.answeredAs}`);
  if (next) lines.push(`from ${next.day}: ${describeChange(next)}`);
  if (model.checked && model.checked !== list.version)
    lines.push(`checked ${model.checked}, ${daysAgo(row.checkedDaysAgo ?? 0)}`);
  return lines.map((line) => plain(line));
}

/** What holds from a later day on, in one line. */
export function describeChange(next: DayPrices): string {
  if (!next.known) return 'price not known yet';
  const as = next.answeredAs ? `answered and billed as ${next.answeredAs}, ` : '';
  const cells = priceCells(next).map((cell) => cell.replaceAll('\n', ', '));
  const names = ['input', 'output', 'cached'];
  return as + cells.flatMap((cell, index) => (cell === '-' ? [] : [`${names[index]} ${cell}`])).join('; ');
}

function foot(list: PriceList): string {
  const age = list.rows.find((row) => row.model.checked === list.version)?.checkedDaysAgo;
  const checked = `Checked ${list.version}${age === undefined ? '' : `, ${daysAgo(age)}`}. More: costwatch pricing show <model>`;
  const isOwn = list.rows.some((row) => row.prices.some((price) => price.own));
  return isOwn ? `${checked}\n* your own price (costwatch pricing reset removes it)` : checked;
}

function toolTable(row: PriceRow, look: Look): string {
  const rows = row.prices.map((price) => [meterName(price.meter), priceWithUnit(price)]);
  return [look.colors.bold('Tools of every Gemini model'), ...tableLines(leftAligned([30, 26]), rows, 0)].join('\n');
}

function creditTable(credits: PriceList['credits'], look: Look): string {
  const { bold } = look.colors;
  const rows = credits.map(({ model, perCharacter }) => [plain(model), perCharacter]);
  const width = Math.min(look.columns - 12, Math.max(...rows.map(([model = '']) => model.length)) + 2);
  const table = tableLines([...leftAligned([width]), { width: 10, align: 'right' }], rows, 0);
  return [bold('ElevenLabs: credits per character'), ...table].join('\n');
}
