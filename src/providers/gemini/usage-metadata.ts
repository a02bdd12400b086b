import type { Modality, ModalityTokens, Usage } from '../../core/event.ts';
import { at, count, isObject, type JsonObject, list, text } from '../../core/json.ts';

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
  const refused = COUNTS.find(
    (name) => Object.hasOwn(metadata, name) && metadata[name] !== null && count(metadata[name]) === undefined,
  );
  if (refused) return { doubt: `${refused} is not a count` };
  const prompt = count(metadata.promptTokenCount);
  const isLive = Object.hasOwn(metadata, 'responseTokenCount');
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
  setModalities(usage, 'inputTokensByModality', [
    metadata.promptTokensDetails ?? metadata.promptTokenDetails,
    answer.onlyGroundingTools ? undefined : metadata.toolUsePromptTokensDetails,
  ]);
  setModalities(usage, 'cacheReadTokensByModality', [metadata.cacheTokensDetails]);
  setModalities(usage, 'outputTokensByModality', [metadata.candidatesTokensDetails ?? metadata.responseTokensDetails]);
  if (!usage.outputTokensByModality && visible > 0) {
    if (answer.hasImage) usage.outputTokensByModality = { image: visible };
    else if (answer.hasAudio) usage.outputTokensByModality = { audio: visible };
  }
  return doubt ? { usage, doubt } : { usage };
}

const COUNTS = [
  'promptTokenCount',
  'candidatesTokenCount',
  'responseTokenCount',
  'thoughtsTokenCount',
  'toolUsePromptTokenCount',
  'cachedContentTokenCount',
  'totalTokenCount',
];

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

function setModalities(
  usage: Usage,
  field: 'inputTokensByModality' | 'cacheReadTokensByModality' | 'outputTokensByModality',
  details: unknown[],
): void {
  const tokens: ModalityTokens = {};
  for (const detail of details.flatMap((entries) => list(entries))) {
    const modality = modalityOf(at(detail, 'modality'));
    const tokenCount = isObject(detail) ? count(detail.tokenCount) : undefined;
    if (modality && tokenCount) tokens[modality] = (tokens[modality] ?? 0) + tokenCount;
  }
  if (Object.keys(tokens).length > 0) usage[field] = tokens;
}

/** `IMAGE`, `image` and Python's `MediaModality.IMAGE`. */
function modalityOf(value: unknown): Modality | undefined {
  const name = text(value)?.toLowerCase().replace(/^.*\./, '');
  return MODALITIES.find((modality) => modality === name);
}

const MODALITIES: Modality[] = ['text', 'image', 'video', 'audio', 'document'];
