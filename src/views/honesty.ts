import { ELEVENLABS, GEMINI } from '../core/event.ts';
import type { MetricRow } from '../core/metrics.ts';
import type { Reason, Summary } from '../core/summary.ts';
import { plain } from '../core/text.ts';
import { formatCost, formatCount, plural } from './format.ts';

/** `≥ ` before dollars that are a lower bound, `~` before those that hold an estimate. */
export function boundMark(row: MetricRow): string {
  return row.unpriced > 0 || row.incomplete > 0 ? '≥ ' : '';
}

export function geminiRow(summary: Summary): MetricRow | undefined {
  return summary.byService.find((row) => row.service === GEMINI);
}

export function elevenLabsRow(summary: Summary): MetricRow | undefined {
  return summary.byService.find((row) => row.service === ELEVENLABS);
}

/** Everything that a reader must know beside the totals: what is missing, estimated, repeated or unread. */
export function caveats(summary: Summary): string[] {
  const { totals, reasons, diagnostics } = summary;
  const lines: string[] = [];
  if (totals.unpriced > 0) lines.push(`${plural(totals.unpriced, 'call')} unpriced: ${listReasons(reasons.unpriced)}`);
  if (totals.incomplete > 0)
    lines.push(`${plural(totals.incomplete, 'call')} interrupted: at least what was counted so far`);
  if (totals.estimated > 0)
    lines.push(`${plural(totals.estimated, 'call')} estimated: ${listReasons(reasons.estimated)}`);
  for (const { reason } of reasons.notes) lines.push(plain(reason));
  if (diagnostics.duplicates > 0) lines.push(`${plural(diagnostics.duplicates, 'duplicate')} counted once`);
  if (diagnostics.skipped > 0) lines.push(`${plural(diagnostics.skipped, 'record')} skipped: ${firstProblem(summary)}`);
  return [...lines, ...(summary.session?.unwatched ?? []).map((sentence) => plain(sentence, 400))];
}

/** `priced 11 of 12 calls` */
export function pricedShare({ totals }: Summary): string {
  return `priced ${formatCount(totals.priced)} of ${plural(totals.calls - totals.failed, 'call')}`;
}

/** `priced 11 of 12 calls, 1 unpriced: MODEL; 2 duplicates, 0 skipped; prices of 2026-11-21` */
export function footerLine(summary: Summary): string {
  const { totals, diagnostics, priceBook } = summary;
  const models = summary.byModel.filter((row) => row.unpriced > 0).map((row) => plain(row.model));
  const more = models.length > NAMED_MODELS ? ` and ${models.length - NAMED_MODELS} more` : '';
  const named = `${models.slice(0, NAMED_MODELS).join(', ')}${more}`;
  const unpriced = totals.unpriced > 0 ? `, ${formatCount(totals.unpriced)} unpriced: ${named}` : '';
  const own = priceBook.overrides > 0 ? ` and ${plural(priceBook.overrides, 'price')} of your own` : '';
  return [
    `${pricedShare(summary)}${unpriced}`,
    `${plural(diagnostics.duplicates, 'duplicate')}, ${formatCount(diagnostics.skipped)} skipped`,
    `prices of ${priceBook.version}${own}`,
  ].join('; ');
}

const NAMED_MODELS = 5;

/** One line a vendor: Gemini in dollars, ElevenLabs in characters, others as their own log has it. */
export function headlines(summary: Summary): string[] {
  const gemini = geminiRow(summary);
  const elevenLabs = elevenLabsRow(summary);
  const others = summary.byService.filter((row) => row !== gemini && row !== elevenLabs);
  return [
    ...(gemini ? [`Gemini: ${boundMark(gemini)}${formatCost(gemini.costUsd)} in ${plural(gemini.calls, 'call')}`] : []),
    ...(elevenLabs ? [elevenLabsLine(elevenLabs)] : []),
    ...others.map((row) => {
      const cost = row.costUsd ? `(${formatCost(row.costUsd)}) as recorded` : 'no cost recorded';
      return `${plain(row.service)}: ${cost} in ${plural(row.calls, 'call')}, in no total`;
    }),
  ];
}

function elevenLabsLine(row: MetricRow): string {
  const credits = `${creditMark(row)}${plural(row.credits, 'credit')} of quota`;
  return `ElevenLabs: ${plural(row.characters, 'character')}, ${credits} in ${plural(row.calls, 'call')}`;
}

/** `≥ ` where credits are not known for every call, `~` where a part of them is estimated. */
export function creditMark(row: MetricRow): string {
  return row.unpriced > 0 ? '≥ ' : row.estimated > 0 ? '~' : '';
}

function listReasons(reasons: Reason[]): string {
  const shown = reasons
    .slice(0, 3)
    .map(({ reason, calls }) => (reasons.length > 1 ? `${plain(reason)} (${calls})` : plain(reason)));
  return shown.join('; ') + (reasons.length > 3 ? `; and ${reasons.length - 3} more reasons` : '');
}

function firstProblem({ diagnostics }: Summary): string {
  const [problem] = diagnostics.problems;
  if (!problem) return 'see --json for the list';
  return `${plain(problem.file)}${problem.line === undefined ? '' : `:${problem.line}`}: ${plain(problem.reason)}`;
}
