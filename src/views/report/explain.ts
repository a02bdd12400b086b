import type { ChalkInstance } from 'chalk';
import type { Diagnostic } from '../../core/errors.ts';
import type { Charge, PricedEvent } from '../../core/pricing/price.ts';
import { plain } from '../../core/text.ts';
import type { Usage, UsageEvent } from '../../core/usage/event.ts';
import { usd } from '../pricing/price-text.ts';
import { formatCount, plural } from '../terminal/format.ts';

/** A record that a shape knows, with what became of its calls. */
export interface ExplainedRecord {
  /** `calls.jsonl:7` */
  place: string;
  shape: { id: string; summary: string };
  /** How many records a stream was joined of; else 1. */
  records: number;
  calls: ExplainedCall[];
}

export interface ExplainedCall {
  priced: PricedEvent;
  /** The place of the record that this one repeats, where it has the id of an earlier call. */
  repeats?: string;
}

export function explainRecord({ place, shape, records, calls }: ExplainedRecord, colors: ChalkInstance): string {
  const stream = records > 1 ? `, a stream of ${formatCount(records)} records` : '';
  const head = `${colors.bold(plain(place))}  ${shape.id}${stream}  ${colors.dim(`(${shape.summary})`)}`;
  const lines =
    calls.length > 0 ? calls.flatMap((call) => callLines(call, place, colors)) : ['no call: part of the format'];
  return [head, ...lines.map((line) => `  ${line}`), ''].join('\n');
}

export function explainSkip({ file, line, reason }: Diagnostic, colors: ChalkInstance): string {
  const place = line === undefined ? file : `${file}:${line}`;
  return `${colors.bold(plain(place))}  ${colors.yellow('skipped')}: ${plain(reason)}\n`;
}

/** `10 calls, 1 repeated, 1 skipped` */
export function explainTotals(counts: { calls: number; repeated: number; skipped: number }): string {
  const parts = [plural(counts.calls, 'call')];
  if (counts.repeated > 0) parts.push(`${formatCount(counts.repeated)} repeated`);
  if (counts.skipped > 0) parts.push(`${formatCount(counts.skipped)} skipped`);
  return `${parts.join(', ')}\n`;
}

function callLines({ priced, repeats }: ExplainedCall, place: string, colors: ChalkInstance): string[] {
  const { event } = priced;
  const lines = [identity(event, place), `read    ${usageText(event.usage)}`];
  if (event.recordedCost)
    lines.push(`        the log says ${event.recordedCost.amount} ${plain(event.recordedCost.currency)}`);
  lines.push(...priceLines(priced, colors));
  if (repeats !== undefined) lines.push(colors.yellow(`repeats the call of ${plain(repeats)}: counted once`));
  return lines;
}

function identity(event: UsageEvent, place: string): string {
  const { responseModel, requestModel } = event;
  const asked = responseModel && requestModel && requestModel !== responseModel ? ` (asked for ${requestModel})` : '';
  const parts = [
    `${event.service} ${event.operation}`,
    `${responseModel ?? requestModel ?? 'no model'}${asked}`,
    event.timestamp ?? 'no time',
    event.tier,
    event.platform === 'vertex' ? `vertex${event.location ? ` ${event.location}` : ''}` : undefined,
    event.voice === undefined ? undefined : `voice ${event.voice}`,
    event.status === 'ok' ? undefined : `${event.status}${event.errorCode ? ` (${event.errorCode})` : ''}`,
    event.calls === undefined ? undefined : `sum of ${plural(event.calls, 'call')}`,
    // Without an id of its own a call is named by its place.
    event.id.startsWith(place) ? undefined : `id ${event.id}`,
    ...Object.entries(event.labels ?? {}).map(([name, value]) => `${name}=${value}`),
  ];
  return parts.flatMap((part) => (part === undefined ? [] : [plain(part)])).join(' · ');
}

/** `input 3,520 (3,512 cached), output 44 (42 reasoning)` */
function usageText(usage: Usage | undefined): string {
  if (!usage) return 'no usage';
  const parts = [
    counted('input', usage.inputTokens, [
      [usage.cacheReadInputTokens, 'cached'],
      [usage.toolUseInputTokens, 'tool results'],
      ...modalities(usage.inputTokensByModality),
    ]),
    counted('output', usage.outputTokens, [
      [usage.reasoningOutputTokens, 'reasoning'],
      ...modalities(usage.outputTokensByModality),
    ]),
    ...(usage.images ?? []).map(
      (image) => `${plural(image.count, 'image')}${image.size ? ` of ${plain(image.size)}` : ''}`,
    ),
    ...(usage.video ?? []).map((video) => `${formatCount(video.seconds)} s of ${plain(video.resolution)} video`),
    counted('audio seconds', usage.audioSeconds),
    counted('songs', usage.songs),
    counted('search queries', usage.searchQueries),
    counted('maps queries', usage.mapsQueries),
    counted('cached token-hours', usage.cacheStorageTokenHours),
    counted('characters', usage.characters),
    counted('credits', usage.credits),
  ];
  return parts.filter((part) => part !== undefined).join(', ') || 'an empty usage';
}

type Part = [count: number | undefined, name: string];

function counted(name: string, count: number | undefined, parts: Part[] = []): string | undefined {
  if (count === undefined) return undefined;
  const inner = parts.filter(([part]) => part).map(([part, what]) => `${formatCount(part!)} ${what}`);
  return `${name} ${formatCount(count)}${inner.length > 0 ? ` (${inner.join(', ')})` : ''}`;
}

function modalities(tokens: Usage['inputTokensByModality']): Part[] {
  return Object.entries(tokens ?? {}).map(([modality, count]) => [count, modality]);
}

function priceLines(priced: PricedEvent, colors: ChalkInstance): string[] {
  if (priced.status === 'unpriced') return [colors.yellow(`not priced: ${plain(priced.reason)}`)];
  const notes = [
    ...priced.estimates.map((text) => `~ ${plain(text)}`),
    ...priced.notes.map((text) => `i ${plain(text)}`),
  ];
  return [...priced.charges.map(chargeText), totalText(priced), ...notes];
}

function chargeText({ count, listUnitPrice, pricingUnit, listCost, skuPriceId }: Charge): string {
  return `price   ${formatCount(count)} x ${usd(listUnitPrice)} / ${pricingUnit} = ${usd(listCost)}  ${plain(skuPriceId)}`;
}

function totalText(priced: PricedEvent & { status: 'priced' }): string {
  if (priced.event.status === 'failed') return 'total   not charged: the call failed';
  if (priced.credits !== undefined) return `total   ${plural(priced.credits, 'credit')}`;
  return priced.cost === undefined ? 'total   nothing in dollars' : `total   ${usd(priced.cost)}`;
}
