import type { Summary } from '../../core/ledger/summary.ts';
import { formatUsd, moneyFromNumber, ZERO } from '../../core/pricing/money.ts';
import { plain } from '../../core/text.ts';
import type { WhatIfSummary } from '../../core/what-if/compare.ts';
import { plural } from '../terminal/format.ts';

/** `WHAT IF gemini-2.5-pro were gemini-2.5-flash, all on the batch tier`: before figures that were not charged. */
export function whatIfTitle({ models, tier, asOf }: WhatIfSummary): string {
  const swaps = models.map(({ from, to }) =>
    from === null ? `every Gemini call were ${plain(to, 60)}` : `${plain(from, 60)} were ${plain(to, 60)}`,
  );
  const terms = [...(tier ? [`on the ${tier} tier`] : []), ...(asOf ? [`at the prices of ${asOf}`] : [])];
  if (swaps.length === 0) return `WHAT IF every Gemini call were ${terms.join(' and ')}`;
  return `WHAT IF ${[...swaps, ...terms.map((term) => `all ${term}`)].join(', ')}`;
}

/** What was really charged, and the difference over the calls that have a price both ways. */
export function whatIfLines({ whatIf }: Summary): string[] {
  if (!whatIf) return [];
  const { real, compared, onlyReal, onlyWhatIf, calls } = whatIf;
  const lines = [
    `${whatIfTitle(whatIf)}: not what was charged`,
    `Actually charged: ${realText(real)}; the what-if covers ${plural(calls, 'call')}`,
    differenceLine(compared),
  ];
  if (onlyReal > 0) lines.push(`${plural(onlyReal, 'call')} with an actual price only: not compared`);
  if (onlyWhatIf > 0) lines.push(`${plural(onlyWhatIf, 'call')} with a what-if price only: not compared`);
  return lines;
}

function realText({ costUsd, costAccuracy }: WhatIfSummary['real']): string {
  if (costUsd === null) return 'no call is billed in dollars';
  const mark = costAccuracy === 'lower-bound' ? '≥ ' : costAccuracy === 'estimated' ? '~' : '';
  return mark + usd(costUsd);
}

function differenceLine({ calls, realCostUsd, costUsd, differenceUsd }: WhatIfSummary['compared']): string {
  if (calls === 0) return 'No call is priced both ways: nothing to compare';
  const over = `over ${plural(calls, 'call')} priced both ways`;
  if (differenceUsd === 0) return `No difference ${over}`;
  const percent = realCostUsd === 0 ? '' : ` (${percentText(differenceUsd / realCostUsd)})`;
  const word = differenceUsd < 0 ? 'less' : 'more';
  return `${usd(costUsd)} instead of ${usd(realCostUsd)} ${over}: ${usd(Math.abs(differenceUsd))} ${word}${percent}`;
}

function percentText(share: number): string {
  const percent = Math.round(share * 100);
  return percent === 0 ? '< 1 %' : `${percent > 0 ? '+' : ''}${percent} %`;
}

function usd(amount: number): string {
  return formatUsd(moneyFromNumber(amount) ?? ZERO);
}
