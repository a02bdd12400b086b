import { count, isObject, type JsonObject } from '../../../core/json.ts';
import type { Modality, Usage } from '../../../core/usage/event.ts';

/** What the answer itself tells about tokens that `usageMetadata` does not itemise. */
export interface AnswerContent {
  hasImage?: boolean;
  hasAudio?: boolean;
  /** Tool results came from Google Search or Maps alone. */
  onlyGroundingTools?: boolean;
}

export interface ReadUsage {
  /** Absent when a count is not a number that can be trusted; `doubt` then says which. */
  usage?: Usage;
  /** Why the counts cannot be fully trusted. */
  doubt?: string;
}

/**
 * Reads `usageMetadata` of generateContent, embeddings and Live messages (camelCase).
 * `promptTokenCount` includes cached tokens; `candidatesTokenCount` excludes thoughts; tool results are outside both.
 * Returns undefined for an object without counts, as non-final Vertex stream chunks carry.
 */
export function usageFromMetadata(metadata: JsonObject, answer: AnswerContent = {}): ReadUsage | undefined {
  const refused = refusedCount(metadata);
  if (refused) return { doubt: `${refused} is not a count` };
  const prompt = count(metadata.promptTokenCount);
  const isLive = metadata.responseTokenCount !== undefined;
  const candidates = count(metadata.candidatesTokenCount) ?? count(metadata.responseTokenCount);
  const thoughts = count(metadata.thoughtsTokenCount);
  const toolUse = count(metadata.toolUsePromptTokenCount) ?? 0;
  const cached = count(metadata.cachedContentTokenCount);
  const total = count(metadata.totalTokenCount);
  if (prompt === undefined && candidates === undefined && thoughts === undefined && total === undefined)
    return undefined;

  const input = (prompt ?? 0) + toolUse;
  const { output, doubt } = outputTokens(input, candidates ?? 0, thoughts ?? 0, isLive ? undefined : total);
  const visible = output - Math.min(thoughts ?? 0, output);
  const usage: Usage = { inputTokens: input, outputTokens: output };
  if (cached) usage.cacheReadInputTokens = Math.min(cached, prompt ?? 0);
  if (thoughts) usage.reasoningOutputTokens = Math.min(thoughts, output);
  if (toolUse) usage.toolUseInputTokens = toolUse;
  if (toolUse && answer.onlyGroundingTools) usage.groundingInputTokens = toolUse;
  const contextTokens = count(metadata.initialPromptTokenCount);
  if (contextTokens) usage.contextTokens = contextTokens;
  addModalities(usage, 'inputTokensByModality', metadata.promptTokensDetails ?? metadata.promptTokenDetails);
  if (!answer.onlyGroundingTools) addModalities(usage, 'inputTokensByModality', metadata.toolUsePromptTokensDetails);
  addModalities(usage, 'cacheReadTokensByModality', metadata.cacheTokensDetails);
  addModalities(usage, 'outputTokensByModality', metadata.candidatesTokensDetails ?? metadata.responseTokensDetails);
  if (!usage.outputTokensByModality && visible > 0) {
    if (answer.hasImage) usage.outputTokensByModality = { image: visible };
    else if (answer.hasAudio) usage.outputTokensByModality = { audio: visible };
  }
  return doubt ? { usage, doubt } : { usage };
}

/** Whether `usageFromMetadata` has anything to say. */
export function hasCounts(metadata: JsonObject): boolean {
  return (
    isThere(metadata.promptTokenCount) ||
    isThere(metadata.candidatesTokenCount) ||
    isThere(metadata.responseTokenCount) ||
    isThere(metadata.thoughtsTokenCount) ||
    isThere(metadata.totalTokenCount) ||
    refusedCount(metadata) !== undefined
  );
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function refusedCount(metadata: JsonObject): string | undefined {
  if (isRefused(metadata.promptTokenCount)) return 'promptTokenCount';
  if (isRefused(metadata.candidatesTokenCount)) return 'candidatesTokenCount';
  if (isRefused(metadata.responseTokenCount)) return 'responseTokenCount';
  if (isRefused(metadata.thoughtsTokenCount)) return 'thoughtsTokenCount';
  if (isRefused(metadata.toolUsePromptTokenCount)) return 'toolUsePromptTokenCount';
  if (isRefused(metadata.cachedContentTokenCount)) return 'cachedContentTokenCount';
  if (isRefused(metadata.totalTokenCount)) return 'totalTokenCount';
  return undefined;
}

function isRefused(value: unknown): boolean {
  return isThere(value) && count(value) === undefined;
}

/** Thoughts are beside the candidates, unless the total shows that they are already inside. */
function outputTokens(
  input: number,
  candidates: number,
  thoughts: number,
  total: number | undefined,
): { output: number; doubt?: string } {
  const sum = candidates + thoughts;
  if (total === undefined || total === input + sum) return { output: sum };
  if (thoughts > 0 && thoughts <= candidates && total === input + candidates) return { output: candidates };
  if (candidates === 0 && total > input + thoughts) return { output: total - input };
  return { output: Math.max(sum, total - input), doubt: 'token counts do not add up to totalTokenCount' };
}

function addModalities(
  usage: Usage,
  field: 'inputTokensByModality' | 'cacheReadTokensByModality' | 'outputTokensByModality',
  details: unknown,
): void {
  if (!Array.isArray(details)) return;
  for (const detail of details) {
    if (!isObject(detail)) continue;
    const modality = modalityOf(detail.modality);
    const tokenCount = count(detail.tokenCount);
    if (!modality || !tokenCount) continue;
    const byModality = usage[field];
    if (byModality) byModality[modality] = (byModality[modality] ?? 0) + tokenCount;
    else usage[field] = { [modality]: tokenCount };
  }
}

const MODALITIES: ReadonlyMap<string, Modality> = new Map(
  (['text', 'image', 'video', 'audio', 'document'] as const).flatMap((name) => [
    [name, name],
    [name.toUpperCase(), name],
  ]),
);

/** `IMAGE`, `image` and Python's `MediaModality.IMAGE`. */
function modalityOf(value: unknown): Modality | undefined {
  if (typeof value !== 'string') return undefined;
  return MODALITIES.get(value) ?? MODALITIES.get(value.toLowerCase().replace(/^.*\./, ''));
}
