import { moneyFromNumber, toDecimal, ZERO } from '../../core/pricing/money.ts';
import { plain } from '../../core/text.ts';

/** Far beyond any name, and short of what spreadsheets take in a cell. */
const MAX_LENGTH = 30_000;
/** What makes a spreadsheet run a cell (https://owasp.org/www-community/attacks/CSV_Injection), wide forms included. */
const FORMULA = /^\s*[=+\-@＝＋－＠]/;
const NUMBER = /^-?\d+(\.\d+)?$/;
/** Most cells by far, and nothing to do for them. */
const HARMLESS = /^(\w[\w.:/ -]*)?$/;

/** A line of RFC 4180. Text from outside is made inert: no control characters, no formulas. */
export function csvLine(cells: readonly (string | number | null | undefined)[]): string {
  return `${cells.map((cell) => csvCell(cell ?? '')).join(',')}\r\n`;
}

/** An amount as an exact decimal without exponent; empty where there is none. */
export function csvUsd(usd: number | null): string {
  return usd === null ? '' : toDecimal(moneyFromNumber(usd) ?? ZERO);
}

function csvCell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  if (value.length <= MAX_LENGTH && HARMLESS.test(value)) return value;
  const text = plain(value, MAX_LENGTH);
  const inert = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
