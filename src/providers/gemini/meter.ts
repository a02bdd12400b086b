import { bareModelId } from '../../core/pricing/book/book.ts';
import { NOT_CHARGED } from '../../core/pricing/charge.ts';
import type { Quantity } from '../../core/pricing/quantity.ts';
import type { Modality, ModalityTokens, Usage, UsageEvent } from '../../core/usage/event.ts';

/** Splits a Gemini call into disjoint quantities: fresh and cached input and output by modality, then what is billed beside tokens. */
export function meterGemini(event: UsageEvent): Quantity[] {
  const usage = event.usage ?? {};
  const model = bareModelId(event.responseModel ?? event.requestModel ?? '');
  if (usage.characters !== undefined && CHARACTER_BILLED.test(model))
    return [{ meter: 'character', count: usage.characters }];
  const quantities: Quantity[] = [];
  addInput(quantities, usage);
  addOutput(quantities, usage);
  addMedia(quantities, usage);
  addGrounding(quantities, usage, model);
  return quantities;
}

const CHARACTER_BILLED = /^text-(multilingual-)?embedding-/;
const MEDIA: readonly Modality[] = ['image', 'video', 'audio', 'document'];
const MODALITIES: readonly Modality[] = ['text', ...MEDIA];

type Parts = Record<Modality, number>;

const INPUT = metersOf('input');
const CACHED = metersOf('input.cached');
const OUTPUT = metersOf('output');

function metersOf(head: string): Record<Modality, string> {
  return Object.fromEntries(MODALITIES.map((modality) => [modality, `${head}.${modality}`])) as Record<
    Modality,
    string
  >;
}

function add(quantities: Quantity[], meter: string, count: number, assumption?: string): void {
  if (count > 0) quantities.push({ meter, count, assumption });
}

function hasMedia(details: ModalityTokens | undefined): details is ModalityTokens {
  return details !== undefined && Boolean(details.image || details.video || details.audio || details.document);
}

/** Splits a total by its details: each listed part is clamped to what is left, and the rest is text. */
function split(total: number, details: ModalityTokens | undefined): Parts {
  const parts = { text: total, image: 0, video: 0, audio: 0, document: 0 };
  if (!hasMedia(details)) return parts;
  for (const modality of MEDIA) {
    parts[modality] = Math.min(details[modality] ?? 0, parts.text);
    parts.text -= parts[modality];
  }
  return parts;
}

function addInput(quantities: Quantity[], usage: Usage): void {
  const notCharged = usage.groundingInputTokens ?? 0;
  if (!hasMedia(usage.inputTokensByModality) && !notCharged) {
    const tokens = usage.inputTokens ?? 0;
    const fromCache = Math.min(usage.cacheReadInputTokens ?? 0, tokens);
    add(quantities, INPUT.text, tokens - fromCache);
    add(quantities, CACHED.text, fromCache);
    return;
  }
  const all = split((usage.inputTokens ?? 0) - notCharged, usage.inputTokensByModality);
  const cached = usage.cacheReadInputTokens ? cachedByModality(usage, all) : undefined;
  for (const modality of MODALITIES) {
    const fromCache = cached?.[modality] ?? 0;
    add(quantities, INPUT[modality], all[modality] - fromCache);
    add(quantities, CACHED[modality], fromCache);
  }
  const assumption = 'text retrieved by Google Search or Maps is not charged as input';
  if (notCharged > 0) add(quantities, NOT_CHARGED, notCharged, assumption);
}

/** Cached tokens as itemised; what is not itemised comes from text first. */
function cachedByModality(usage: Usage, all: Parts): Parts {
  let left = Math.min(usage.cacheReadInputTokens ?? 0, usage.inputTokens ?? 0);
  const cached = { text: 0, image: 0, video: 0, audio: 0, document: 0 };
  const take = (modality: Modality, wanted: number) => {
    const tokens = Math.min(wanted, all[modality] - cached[modality], left);
    cached[modality] += tokens;
    left -= tokens;
  };
  for (const modality of MODALITIES) take(modality, usage.cacheReadTokensByModality?.[modality] ?? 0);
  for (const modality of MODALITIES) take(modality, left);
  return cached;
}

function addOutput(quantities: Quantity[], usage: Usage): void {
  const reasoning = usage.reasoningOutputTokens ?? 0;
  const visible = (usage.outputTokens ?? 0) - reasoning;
  if (hasMedia(usage.outputTokensByModality)) {
    const parts = split(visible, usage.outputTokensByModality);
    for (const modality of MODALITIES) add(quantities, OUTPUT[modality], parts[modality]);
  } else add(quantities, OUTPUT.text, visible);
  add(quantities, 'output.text.reasoning', reasoning);
}

/** Images are billed by their output tokens wherever there are any; a bare count of images stands for itself. */
function addMedia(quantities: Quantity[], usage: Usage): void {
  const { images, video, songs, cacheStorageTokenHours } = usage;
  if (images && !usage.outputTokens)
    for (const image of images) add(quantities, `image.${image.size ?? '1K'}`, image.count);
  if (video)
    for (const { resolution, audio, seconds } of video)
      add(quantities, `video.${resolution}.${audio ? 'audio' : 'silent'}`, seconds);
  if (songs) add(quantities, 'song', songs);
  if (cacheStorageTokenHours) add(quantities, 'cache.storage', cacheStorageTokenHours, UNTIL_EXPIRY);
}

const UNTIL_EXPIRY =
  'cache storage until its expiry time: less where it is deleted, more where it is extended, elsewhere';

/** From Gemini 3 on every executed query is billed; before, every grounded prompt once. */
function addGrounding(quantities: Quantity[], usage: Usage, model: string): void {
  if (!usage.searchQueries && !usage.mapsQueries) return;
  const tools = [
    { tool: 'search', name: 'Search', queries: usage.searchQueries },
    { tool: 'maps', name: 'Maps', queries: usage.mapsQueries },
  ];
  for (const { tool, name, queries } of tools) {
    const perQuery = !/^gemini-(1\.|2\.|pro|flash-exp)/.test(model);
    const count = perQuery ? (queries ?? 0) : Math.min(queries ?? 0, 1);
    const assumption = `Google ${name} grounding at list price; the free allotment of the account is not deducted`;
    add(quantities, `grounding.${tool}.${perQuery ? 'query' : 'prompt'}`, count, assumption);
  }
}
