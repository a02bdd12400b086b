import type { CostAccuracy } from '../../core/ledger/metrics.ts';
import { formatUsd, type Money, ZERO } from '../../core/pricing/money.ts';
import { GAP, widest } from '../terminal/fitting.ts';
import type { Look } from '../terminal/look.ts';
import { type DrawnColumn, tableLines } from '../terminal/table.ts';
import { hanging, wrap } from '../terminal/wrap.ts';

/** A name and what is to be said of it; further texts stand on lines of their own. */
export type Row = [name: string, ...texts: string[]];

/** Names in a column of their own, with texts that wrap beside them: it fits any width. */
export function rows(all: readonly Row[], look: Look, align: DrawnColumn['align'] = 'left'): string[] {
  const nameWidth = widest(all.map(([name]) => name));
  const textWidth = Math.max(20, look.columns - nameWidth - MARGIN - GAP);
  const cells = all.map(([name, ...texts]) => ({
    name: look.colors.dim(name),
    lines: texts.flatMap((text) => wrap(text, textWidth)),
  }));
  return tableLines(
    [
      { width: nameWidth, align },
      { width: widest(cells.flatMap(({ lines }) => lines)), align: 'left' },
    ],
    cells.map(({ name, lines }) => [name, lines.join('\n')]),
  ).map((line) => ' '.repeat(MARGIN) + line);
}

const MARGIN = 2;

/** Wraps a sentence over the whole width, further lines indented. */
export function sentence(text: string, look: Look): string[] {
  return hanging(text, look.columns);
}

/** `$0.62`, also where it is nothing. */
export function dollars(amount: Money): string {
  return formatUsd(amount);
}

export const NOT_KNOWN = 'not known';
const MARKS: Record<CostAccuracy, string> = { exact: '', estimated: '~', 'lower-bound': '≥ ' };

/** `$0.62`, `~$0.62`, `≥ $0.62`; nothing priced is not `$0.00`. */
export function markedDollars(amount: Money, accuracy: CostAccuracy): string {
  if (amount === ZERO && accuracy === 'lower-bound') return NOT_KNOWN;
  return MARKS[accuracy] + dollars(amount);
}

/** `12.5 %`, `< 0.1 %`, or a dash where there is nothing to have a part of. */
export function percentage(part: number, whole: number): string {
  if (whole === 0) return '–';
  const percent = Math.round((part / whole) * 1000) / 10;
  return percent === 0 && part > 0 ? '< 0.1 %' : `${percent} %`;
}
