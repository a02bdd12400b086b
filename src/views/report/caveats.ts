import type { MetricRow } from '../../core/ledger/metrics.ts';
import type { Reason, Summary } from '../../core/ledger/summary.ts';
import { plain } from '../../core/text.ts';
import { ELEVENLABS, GEMINI } from '../../core/usage/event.ts';
import { formatCost, formatCount, plural } from '../terminal/format.ts';
import { previousLine } from './previous.ts';
import { whatIfLines } from './what-if.ts';

const MARKS = { exact: '', estimated: '~', 'lower-bound': '≥ ' };

/** `≥ ` before dollars that are a lower bound, `~` before those that hold an estimate. */
export function boundMark(row: MetricRow): string {
  return row.costAccuracy === null ? '' : MARKS[row.costAccuracy];
}

/** `$0.62`, `~$0.62`, `≥ $1.23`; nothing priced is not `$0.00`. */
export function markedCost(row: MetricRow): string {
  if (row.costUsd === 0 && row.costAccuracy === 'lower-bound') return 'not known';
  return boundMark(row) + formatCost(row.costUsd);
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
  const lines = whatIfLines(summary);
  const unpriced = reasons.unpriced.reduce((sum, { calls }) => sum + calls, 0);
  if (unpriced > 0) lines.push(`${plural(unpriced, 'call')} unpriced: ${listReasons(reasons.unpriced)}`);
  if (totals.incomplete > 0)
    lines.push(`${plural(totals.incomplete, 'call')} interrupted: at least what was counted so far`);
  if (totals.estimated > 0)
    lines.push(`${plural(totals.estimated, 'call')} estimated: ${listReasons(reasons.estimated)}`);
  for (const { reason } of reasons.notes.slice(0, NAMED_REASONS)) lines.push(plain(reason));
  if (reasons.notes.length > NAMED_REASONS)
    lines.push(`${plural(reasons.notes.length - NAMED_REASONS, 'more note')}, see --json`);
  if (diagnostics.duplicates > 0) lines.push(`${plural(diagnostics.duplicates, 'duplicate')} counted once`);
  if (diagnostics.skipped > 0) lines.push(`${plural(diagnostics.skipped, 'record')} skipped: ${someProblems(summary)}`);
  return [...lines, ...(summary.session?.unwatched ?? []).map((sentence) => plain(sentence, 400))];
}

/** `priced 11 of 12 calls` */
export function pricedShare({ totals }: Summary): string {
  return `priced ${formatCount(totals.priced)} of ${plural(totals.calls - totals.failed, 'call')}`;
}

/**
 * `priced 11 of 12 calls, 1 unpriced: MODEL; 2 duplicates, 0 skipped; prices of 2026-11-21`. Own sessions keep the prices
 * that they were recorded at: `prices as recorded, of 2026-10-01 to 2026-11-21`.
 */
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
    priceBook.recorded ? `prices as recorded, of ${span(priceBook.recorded)}` : `prices of ${priceBook.version}${own}`,
  ].join('; ');
}

function span(versions: readonly string[]): string {
  const [first = '', last = first] = [versions[0], versions.at(-1)].map((version) => plain(version ?? ''));
  return first === last ? first : `${first} to ${last}`;
}

const NAMED_MODELS = 5;

/** One line a vendor: Gemini in dollars, ElevenLabs in characters, others as their own log has it. */
export function headlines(summary: Summary): string[] {
  const gemini = geminiRow(summary);
  const elevenLabs = elevenLabsRow(summary);
  return [
    ...(gemini ? [`Gemini: ${markedCost(gemini)} in ${plural(gemini.calls, 'call')}`] : []),
    ...(elevenLabs ? [elevenLabsLine(elevenLabs)] : []),
    ...headlinesOfOthers(summary),
    ...(summary.previous ? [previousLine(summary.previous)] : []),
  ];
}

/** Vendors that costwatch only lists, with what their own log says. */
export function headlinesOfOthers({ byService }: Summary): string[] {
  const others = byService.filter(({ service }) => service !== GEMINI && service !== ELEVENLABS);
  return others.map((row) => {
    const cost = row.costUsd ? `(${formatCost(row.costUsd)}) as recorded` : 'no cost recorded';
    return `${plain(row.service)}: ${cost} in ${plural(row.calls, 'call')}, not in the totals`;
  });
}

function elevenLabsLine(row: MetricRow): string {
  const credits = `${creditMark(row)}${plural(row.credits, 'credit')} of quota`;
  return `ElevenLabs: ${plural(row.characters, 'character')}, ${credits} in ${plural(row.calls, 'call')}`;
}

/** `≥ ` where credits are not known for every call, `~` where a part of them is estimated. */
export function creditMark(row: MetricRow): string {
  return row.unpriced > 0 ? '≥ ' : row.estimated > 0 ? '~' : '';
}

const NAMED_REASONS = 5;

function listReasons(reasons: Reason[]): string {
  const shown = reasons
    .slice(0, NAMED_REASONS)
    .map(({ reason, calls }) => (reasons.length > 1 ? `${plain(reason)} (${calls})` : plain(reason)));
  const rest = reasons.length - NAMED_REASONS;
  return shown.join('; ') + (rest > 0 ? `; and ${plural(rest, 'more reason')}` : '');
}

const NAMED_PROBLEMS = 3;

function someProblems({ diagnostics }: Summary): string {
  const shown = diagnostics.problems
    .slice(0, NAMED_PROBLEMS)
    .map(({ file, line, reason }) => `${plain(file)}${line === undefined ? '' : `:${line}`}: ${plain(reason)}`);
  const rest = diagnostics.skipped - shown.length;
  return shown.join('; ') + (rest > 0 ? `; and ${formatCount(rest)} more, see --json` : '');
}
