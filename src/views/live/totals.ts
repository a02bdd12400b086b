import type { ChalkInstance } from 'chalk';
import type { MetricRow } from '../../core/ledger/metrics.ts';
import type { Summary } from '../../core/ledger/summary.ts';
import type { QuotaReading } from '../../core/quota/quota.ts';
import { quotaShare } from '../budget/quota.ts';
import { elevenLabsRow, geminiRow } from '../report/caveats.ts';
import { formatCost, formatCount, formatShort, plural } from '../terminal/format.ts';

export interface LiveState {
  summary: Summary;
  inFlight: number;
  elapsedMs: number;
  quota?: QuotaReading | undefined;
  /** The share of the budget that is nearest to its limit: `budget 82 %`. */
  budget?: string | undefined;
}

/** The running totals on one line; the least important parts go first where the terminal is narrow. */
export function liveText(state: LiveState, columns: number, chalk: ChalkInstance): string {
  const { summary, inFlight, elapsedMs, quota, budget } = state;
  const gemini = geminiRow(summary);
  const elevenLabs = elevenLabsRow(summary);
  const { totals } = summary;
  const minutes = elapsedMs / 60_000;
  const share = elevenLabs && quotaShare(elevenLabs.characters, quota);
  const parts = [
    gemini ? chalk.green(`Gemini ${runningMark(gemini)}${formatCost(gemini.costUsd)}`) : '',
    elevenLabs
      ? chalk.cyan(`ElevenLabs ${formatCount(elevenLabs.characters)} characters${share ? ` (${share})` : ''}`)
      : '',
    budget ? chalk.magenta(budget) : '',
    totals.calls > 0 ? plural(totals.calls, 'call') : 'waiting for the first call',
    inFlight > 0 ? `${formatCount(inFlight)} in flight` : '',
    totals.failed > 0 ? chalk.yellow(`${formatCount(totals.failed)} failed`) : '',
    totals.totalTokens > 0 ? `${formatShort(totals.totalTokens)} tokens` : '',
    totals.images > 0 ? plural(totals.images, 'image') : '',
    totals.costUsd && minutes > 0.25 ? `${formatCost(round(totals.costUsd / minutes))}/min` : '',
  ].filter((part) => part !== '');
  while (parts.length > 2 && visibleLength(parts) >= columns) parts.pop();
  return parts.join(SEPARATOR);
}

const SEPARATOR = ' · ';

/** While calls are running an open one is no news, so only what stays unknown is marked. */
function runningMark(row: MetricRow): string {
  return row.unpriced > 0 ? '≥ ' : '';
}

function round(usd: number): number {
  return Math.round(usd * 1e6) / 1e6;
}

function visibleLength(parts: string[]): number {
  // Colours come from chalk only, so one pattern removes them.
  return parts.join(SEPARATOR).replace(/\u001b\[\d+m/g, '').length;
}
