import { at, count, isObject, type JsonObject, type JsonValue, list, text } from '../../../core/json.ts';
import type { Usage } from '../../../core/usage/event.ts';
import { type ReadUsage, usageFromMetadata } from './usage-metadata.ts';

/** What the steps of an interaction tell, beside its usage. */
export interface Steps {
  images: number;
  audio: number;
  search: Set<string>;
  maps: Set<string>;
  /** A tool was used whose results are charged as input. */
  chargedTool: boolean;
}

export function noSteps(): Steps {
  return { images: 0, audio: 0, search: new Set(), maps: new Set(), chargedTool: false };
}

/** Adds a step, an output of the older schema, or a delta of either: all are told apart by `type`. */
export function readStep(step: JsonValue | undefined, steps: Steps): void {
  const type = text(at(step, 'type')) ?? '';
  readType(type, steps);
  const queries = type === 'google_search_call' ? steps.search : type === 'google_maps_call' ? steps.maps : undefined;
  for (const query of list(at(step, 'arguments', 'queries'))) if (text(query)) queries?.add(String(query));
  for (const content of list(at(step, 'content'))) readType(text(at(content, 'type')) ?? '', steps);
}

function readType(type: string, steps: Steps): void {
  if (type === 'image') steps.images++;
  if (type === 'audio') steps.audio++;
  if (CHARGED_TOOL.test(type)) steps.chargedTool = true;
}

const CHARGED_TOOL = /^(code_execution|url_context|mcp_server_tool|file_search|retrieval)_/;

/**
 * Reads the `usage` of an interaction. Its parts are those of `usageMetadata` under other names, and thoughts lie
 * beside the output unless the total shows that they are inside. Undefined for an object without counts.
 */
export function usageOfInteraction(usage: JsonObject, steps: Steps): ReadUsage | undefined {
  const grounding = groundingCounts(usage.grounding_tool_count);
  const search = grounding.google_search ?? steps.search.size;
  const maps = grounding.google_maps ?? steps.maps.size;
  const read = usageFromMetadata(asMetadata(usage), {
    hasImage: steps.images > 0,
    hasAudio: steps.audio > 0,
    onlyGroundingTools: search + maps > 0 && !steps.chargedTool && !grounding.retrieval,
  });
  if (!read?.usage) return read;
  if (search > 0) read.usage.searchQueries = search;
  if (maps > 0) read.usage.mapsQueries = maps;
  return read;
}

/** Songs are billed by the piece; the tokens beside them are not. */
export function addMedia(usage: Usage, steps: Steps, model: string | undefined, size: string | undefined): void {
  if (steps.images > 0) usage.images = [{ count: steps.images, ...(size ? { size } : {}) }];
  if (/^lyria-/.test(model ?? '') && steps.audio > 0) usage.songs = 1;
}

function asMetadata(usage: JsonObject): JsonObject {
  const metadata: Record<string, JsonValue> = {};
  for (const [name, as] of Object.entries(NAMES)) if (Object.hasOwn(usage, name)) metadata[as] = usage[name]!;
  for (const [name, as] of Object.entries(DETAILS)) if (Object.hasOwn(usage, name)) metadata[as] = details(usage[name]);
  return metadata;
}

const NAMES = {
  total_input_tokens: 'promptTokenCount',
  total_output_tokens: 'candidatesTokenCount',
  total_thought_tokens: 'thoughtsTokenCount',
  total_tool_use_tokens: 'toolUsePromptTokenCount',
  total_cached_tokens: 'cachedContentTokenCount',
  total_tokens: 'totalTokenCount',
};

const DETAILS = {
  input_tokens_by_modality: 'promptTokensDetails',
  output_tokens_by_modality: 'candidatesTokensDetails',
  cached_tokens_by_modality: 'cacheTokensDetails',
  tool_use_tokens_by_modality: 'toolUsePromptTokensDetails',
};

function details(parts: JsonValue | undefined): JsonObject[] {
  return list(parts)
    .filter(isObject)
    .map(({ modality, tokens }) => ({ modality: modality ?? null, tokenCount: tokens ?? null }));
}

function groundingCounts(counts: JsonValue | undefined): { [tool: string]: number | undefined } {
  const entries = list(counts).map((entry) => [text(at(entry, 'type')) ?? '', count(at(entry, 'count'))] as const);
  return Object.fromEntries(entries);
}
