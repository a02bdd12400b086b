import { basename } from 'node:path';
import type { CallEstimate } from '../../core/estimate/estimate.ts';
import { formatUsd, formatUsdLine } from '../../core/pricing/money.ts';
import { plain } from '../../core/text.ts';
import { ELEVENLABS } from '../../core/usage/event.ts';
import { formatCount, plural } from '../terminal/format.ts';
import type { Look } from '../terminal/look.ts';
import { titledTable } from '../terminal/titled-table.ts';
import { indented } from '../terminal/wrap.ts';

/** An estimate, and how its input was counted. */
export type ShownEstimate = CallEstimate & { exact: boolean; assumptions: string[] };

export interface EstimateView {
  day: string;
  /** The day of the newest check in the price book. */
  version: string;
  calls: number;
  tier: string;
  files: readonly { name: string }[];
  estimates: readonly ShownEstimate[];
}

/** The models side by side, and below them what is assumed. */
export function renderEstimate(view: EstimateView, look: Look): string {
  const { bold, yellow } = look.colors;
  const { calls, estimates } = view;
  const tier = view.tier === 'standard' ? '' : `, ${view.tier} tier`;
  const heading = `${bold('Estimate')} at the prices of ${view.day}${tier}: ${plural(calls, 'call')}${filesText(view.files)}`;
  const rows = estimates.map((estimate) => [
    plain(estimate.planned.model, 60),
    inputText(estimate),
    outputText(estimate),
    costEachText(estimate),
    ...(calls > 1 ? [costText(estimate)] : []),
  ]);
  const titles = ['model', 'input', 'output', 'one call', ...(calls > 1 ? [plural(calls, 'call')] : [])];
  const notes = estimateNotes(estimates).map((note) => yellow(indented(`! ${note}`, look, '  ', '')));
  return `${[indented(heading, look, '  ', ''), titledTable(titles, rows, look, 1, ['output', 'input']), ...notes].join('\n')}\n`;
}

function filesText(files: readonly { name: string }[]): string {
  if (files.length === 0) return '';
  const names = files.slice(0, 3).map(({ name }) => plain(basename(name), 60));
  return ` with ${names.join(', ')}${files.length > 3 ? ` and ${files.length - 3} more` : ''}`;
}

export function inputText(estimate: ShownEstimate): string {
  const { service, usage } = estimate;
  if (service === ELEVENLABS) return plural(usage.characters ?? 0, 'character');
  return usage.inputTokens ? `${mark(estimate)}${plural(usage.inputTokens, 'token')}` : '-';
}

export function outputText({ planned, usage }: ShownEstimate): string {
  const imageTokens = usage.outputTokensByModality?.image ?? 0;
  const tokens = (usage.outputTokens ?? 0) - imageTokens;
  const parts = [
    planned.images ? plural(planned.images, 'image') : '',
    planned.video ? `${formatCount(planned.video.seconds)} s of video` : '',
    planned.songs ? plural(planned.songs, 'song') : '',
    tokens > 0 ? plural(tokens, 'token') : '',
  ];
  return parts.filter((part) => part !== '').join(', ') || '-';
}

export function costEachText(estimate: ShownEstimate): string {
  if (estimate.creditsEach !== undefined) return plural(estimate.creditsEach, 'credit');
  return estimate.costEach === undefined ? 'not known' : mark(estimate) + formatUsdLine(estimate.costEach);
}

export function costText(estimate: ShownEstimate): string {
  if (estimate.credits !== undefined) return plural(estimate.credits, 'credit');
  return estimate.cost === undefined ? 'not known' : mark(estimate) + formatUsd(estimate.cost);
}

/** `~` where the figure rests on guessed input. */
export function mark({ exact, usage }: ShownEstimate): string {
  return exact || !usage.inputTokens ? '' : '~';
}

/** Everything assumed or not known, each said once, with the models it holds for where it is not all. */
export function estimateNotes(estimates: readonly ShownEstimate[]): string[] {
  const notes = new Map<string, Set<string>>();
  const note = (text: string, { planned }: ShownEstimate) =>
    notes.set(text, (notes.get(text) ?? new Set()).add(plain(planned.model, 60)));
  for (const estimate of estimates) {
    const { priced, service, usage } = estimate;
    if (priced.status === 'unpriced') note(`no cost: ${plain(priced.reason)}`, estimate);
    for (const text of [...estimate.assumptions, ...estimate.notes]) note(plain(text, 300), estimate);
    const hasOutput = usage.outputTokens || usage.images || usage.video || usage.songs;
    if (service !== ELEVENLABS && !hasOutput) note('input only: no output tokens are given', estimate);
    if (service === ELEVENLABS) note('credits before modifiers of the voice and the plan', estimate);
  }
  const models = new Set(estimates.map(({ planned }) => plain(planned.model, 60)));
  return [...notes].map(([text, of]) => (of.size === models.size ? text : `${[...of].join(', ')}: ${text}`));
}
