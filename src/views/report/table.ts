import type { Summary } from '../../core/ledger/summary.ts';
import { localDay } from '../../core/usage/dimension.ts';
import { hanging } from '../terminal/wrap.ts';
import type { ViewOptions } from '../view.ts';
import { caveats, footerLine, headlines } from './caveats.ts';
import { reportGrid } from './grid.ts';
import { whatIfTitle } from './what-if.ts';

/** The report for a terminal: one row a group, a total, and below it everything that is not in the figures. */
export function reportTable(summary: Summary, options: ViewOptions): string {
  const { chalk } = options;
  const columns = Math.max(options.columns, NARROWEST);
  const lines = hanging(periodLine(summary), columns).map((line) => chalk.bold(line));
  if (summary.totals.calls > 0) {
    lines.push('', ...reportGrid(summary, { ...options, columns }), '');
    for (const line of headlines(summary)) lines.push(...hanging(line, columns));
  } else lines.push('No calls found.');
  for (const line of caveats(summary)) lines.push(...hanging(`! ${line}`, columns).map((part) => chalk.yellow(part)));
  lines.push(...hanging(footerLine(summary), columns).map((part) => chalk.dim(part)));
  return `${lines.join('\n')}\n`;
}

/** Below this there is no table to speak of. */
const NARROWEST = 30;

/** `API usage, 2026-11-20 to 2026-11-22 (UTC)`, and before it what is only assumed. */
export function periodLine({ period, whatIf }: Summary): string {
  const [from, to] = [period.from, period.to].map((instant) => instant && localDay(instant, period.timezone));
  const span = from ? (from === to ? from : `${from} to ${to}`) : 'no dated calls';
  return `${whatIf ? `${whatIfTitle(whatIf)}: ` : ''}API usage, ${span} (${period.timezone})`;
}
