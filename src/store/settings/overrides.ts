import { readFileSync, rmSync, statSync } from 'node:fs';
import { PriceBookError } from '../../core/errors.ts';
import { type PriceFile, parsePriceFile } from '../../core/pricing/book/file.ts';
import { periodRecord } from '../../core/pricing/book/period-record.ts';
import { toDecimal } from '../../core/pricing/money.ts';
import { writeFileAtomic } from '../files/atomic.ts';

const NONE: PriceFile = { models: [], aliases: [], credits: new Map(), sources: {} };

/**
 * The user's own prices; none when the file does not exist.
 * @throws PriceBookError when the file cannot be read or is not valid.
 */
export function readOverrides(file: string): PriceFile {
  let content: string;
  try {
    // Most have none: asking first is quicker than an error.
    if (!statSync(file, { throwIfNoEntry: false })) return NONE;
    content = readFileSync(file, 'utf8');
  } catch (error) {
    throw new PriceBookError(`cannot read your own prices: ${(error as Error).message}`, {
      hint: `Make ${file} readable, or move it away.`,
      cause: error,
    });
  }
  return parsePriceFile(parseJson(content, file), file);
}

function parseJson(content: string, file: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new PriceBookError(`${file}: ${(error as Error).message}`, {
      hint: 'Correct the file, or move it away; its format is that of the bundled price files.',
      cause: error,
    });
  }
}

/**
 * Writes the user's own prices; removes the file when none are left.
 * @throws PriceBookError when the file cannot be written; what it held is then unchanged.
 */
export function writeOverrides(file: string, prices: PriceFile): void {
  const isEmpty = prices.models.length + prices.aliases.length + prices.credits.size === 0;
  try {
    if (isEmpty) rmSync(file, { force: true });
    else writeFileAtomic(file, formatPriceFile(prices));
  } catch (error) {
    throw new PriceBookError(`cannot write your own prices: ${(error as Error).message}`, {
      hint: 'Make that folder writable, or name another one in COSTWATCH_HOME.',
      cause: error,
    });
  }
}

/** The JSON text of a price file, as `parsePriceFile` reads it. */
export function formatPriceFile(prices: PriceFile): string {
  const json = {
    models: prices.models.map((model) => ({
      ...model,
      periods: model.periods.map((period) => periodRecord(period, toDecimal)),
    })),
    ...(prices.aliases.length > 0 ? { aliases: prices.aliases } : {}),
    ...(prices.credits.size > 0 ? { credits: { perCharacter: Object.fromEntries(prices.credits) } } : {}),
    ...(Object.keys(prices.sources).length > 0 ? { sources: prices.sources } : {}),
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}
