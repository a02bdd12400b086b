import { NOT_CHARGED } from '../../core/charge.ts';
import type { Modality, ModalityTokens, Usage, UsageEvent } from '../../core/event.ts';
import { bareModelId } from '../../core/price-book.ts';
import type { Quantity } from '../../core/quantity.ts';

/** Splits a Gemini call into disjoint quantities: fresh and cached input and output by modality, then what is billed beside tokens. */
export function meterGemini(event: UsageEvent): Quantity[] {
  const usage = event.usage ?? {};
  const model = bareModelId(event.responseModel ?? event.requestModel ?? '');
  if (usage.characters !== undefined && CHARACTER_BILLED.test(model))
    return [{ meter: 'character', count: usage.characters }];
  const tokens = [...inputQuantities(usage), ...outputQuantities(usage)];
  return [...tokens, ...mediaQuantities(usage), ...groundingQuantities(usage, model)].filter(
    (quantity) => quantity.count > 0,
  );
}

const CHARACTER_BILLED = /^text-(multilingual-)?embedding-/;
const MEDIA: Modality[] = ['image', 'video', 'audio', 'document'];

/** Splits a total by its details: each listed part is clamped to what is left, and the rest is text. */
function split(total: number, details: ModalityTokens | undefined): Map<Modality, number> {
  const parts = new Map<Modality, number>();
  let left = total;
  for (const modality of MEDIA) {
    const tokens = Math.min(details?.[modality] ?? 0, left);
    parts.set(modality, tokens);
    left -= tokens;
  }
  return new Map<Modality, number>([['text', left], ...parts]);
}

function inputQuantities(usage: Usage): Quantity[] {
  const notCharged = usage.groundingInputTokens ?? 0;
  const all = split((usage.inputTokens ?? 0) - notCharged, usage.inputTokensByModality);
  const cached = cachedByModality(usage, all);
  const quantities: Quantity[] = [];
  for (const [modality, tokens] of all) {
    const fromCache = cached.get(modality) ?? 0;
    quantities.push({ meter: `input.${modality}`, count: tokens - fromCache });
    quantities.push({ meter: `input.cached.${modality}`, count: fromCache });
  }
  if (notCharged > 0) {
    const assumption = 'text retrieved by Google Search or Maps is not charged as input';
    quantities.push({ meter: NOT_CHARGED, count: notCharged, assumption });
  }
  return quantities.filter((quantity) => quantity.count > 0);
}

/** Cached tokens as itemised; what is not itemised comes from text first. */
function cachedByModality(usage: Usage, all: Map<Modality, number>): Map<Modality, number> {
  let left = Math.min(usage.cacheReadInputTokens ?? 0, usage.inputTokens ?? 0);
  const cached = new Map<Modality, number>();
  const take = (modality: Modality, wanted: number) => {
    const room = (all.get(modality) ?? 0) - (cached.get(modality) ?? 0);
    const tokens = Math.min(wanted, room, left);
    cached.set(modality, (cached.get(modality) ?? 0) + tokens);
    left -= tokens;
  };
  for (const modality of all.keys()) take(modality, usage.cacheReadTokensByModality?.[modality] ?? 0);
  for (const modality of all.keys()) take(modality, left);
  return cached;
}

function outputQuantities(usage: Usage): Quantity[] {
  const reasoning = usage.reasoningOutputTokens ?? 0;
  const visible = split((usage.outputTokens ?? 0) - reasoning, usage.outputTokensByModality);
  const quantities = [...visible].map(([modality, tokens]) => ({ meter: `output.${modality}`, count: tokens }));
  return [...quantities, { meter: 'output.text.reasoning', count: reasoning }].filter((quantity) => quantity.count > 0);
}

/** Images are billed by their output tokens wherever there are any; a bare count of images stands for itself. */
function mediaQuantities(usage: Usage): Quantity[] {
  const images = usage.outputTokens ? [] : (usage.images ?? []);
  return [
    ...images.map((image) => ({ meter: `image.${image.size ?? '1K'}`, count: image.count })),
    ...(usage.video ?? []).map((video) => ({
      meter: `video.${video.resolution}.${video.audio ? 'audio' : 'silent'}`,
      count: video.seconds,
    })),
    { meter: 'song', count: usage.songs ?? 0 },
    {
      meter: 'cache.storage',
      count: usage.cacheStorageTokenHours ?? 0,
      assumption: 'cache storage until its expiry time: less where it is deleted, more where it is extended, elsewhere',
    },
  ];
}

/** From Gemini 3 on every executed query is billed; before, every grounded prompt once. */
function groundingQuantities(usage: Usage, model: string): Quantity[] {
  const perQuery = !/^gemini-(1\.|2\.|pro|flash-exp)/.test(model);
  return [
    { tool: 'search', queries: usage.searchQueries ?? 0 },
    { tool: 'maps', queries: usage.mapsQueries ?? 0 },
  ].map(({ tool, queries }) => ({
    meter: `grounding.${tool}.${perQuery ? 'query' : 'prompt'}`,
    count: perQuery ? queries : Math.min(queries, 1),
    assumption: `Google ${tool === 'search' ? 'Search' : 'Maps'} grounding at list price; the free allotment of the account is not deducted`,
  }));
}
