import { ABSENT, count, fieldReader, isObject, type JsonObject } from '../../../core/json.ts';
import { type Modality, type ModalityTokens, newUsage, type Usage } from '../../../core/usage/event.ts';

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
  const fields = readFields(metadata);
  const refused = refusedCount(fields);
  if (refused) return { doubt: `${refused} is not a count` };
  const prompt = count(fields.promptTokenCount);
  const isLive = fields.responseTokenCount !== undefined;
  const candidates = count(fields.candidatesTokenCount) ?? count(fields.responseTokenCount);
  const thoughts = count(fields.thoughtsTokenCount);
  const toolUse = count(fields.toolUsePromptTokenCount) ?? 0;
  const cached = count(fields.cachedContentTokenCount);
  const total = count(fields.totalTokenCount);
  if (prompt === undefined && candidates === undefined && thoughts === undefined && total === undefined)
    return undefined;

  const input = (prompt ?? 0) + toolUse;
  const { output, doubt } = outputTokens(input, candidates ?? 0, thoughts ?? 0, isLive ? undefined : total);
  const visible = output - Math.min(thoughts ?? 0, output);
  const usage = newUsage();
  usage.inputTokens = input;
  usage.outputTokens = output;
  if (cached) usage.cacheReadInputTokens = Math.min(cached, prompt ?? 0);
  if (thoughts) usage.reasoningOutputTokens = Math.min(thoughts, output);
  if (toolUse) usage.toolUseInputTokens = toolUse;
  if (toolUse && answer.onlyGroundingTools) usage.groundingInputTokens = toolUse;
  const contextTokens = count(fields.initialPromptTokenCount);
  if (contextTokens) usage.contextTokens = contextTokens;
  const ofPrompt = byModality(fields.promptTokensDetails ?? fields.promptTokenDetails);
  const ofTools = answer.onlyGroundingTools ? undefined : fields.toolUsePromptTokensDetails;
  usage.inputTokensByModality = byModality(ofTools, ofPrompt);
  usage.cacheReadTokensByModality = byModality(fields.cacheTokensDetails);
  usage.outputTokensByModality = byModality(fields.candidatesTokensDetails ?? fields.responseTokensDetails);
  if (!usage.outputTokensByModality && visible > 0) {
    if (answer.hasImage) usage.outputTokensByModality = { image: visible };
    else if (answer.hasAudio) usage.outputTokensByModality = { audio: visible };
  }
  return doubt ? { usage, doubt } : { usage };
}

const readFields = fieldReader(() => ({
  promptTokenCount: ABSENT,
  candidatesTokenCount: ABSENT,
  responseTokenCount: ABSENT,
  thoughtsTokenCount: ABSENT,
  toolUsePromptTokenCount: ABSENT,
  cachedContentTokenCount: ABSENT,
  totalTokenCount: ABSENT,
  initialPromptTokenCount: ABSENT,
  promptTokensDetails: ABSENT,
  promptTokenDetails: ABSENT,
  toolUsePromptTokensDetails: ABSENT,
  cacheTokensDetails: ABSENT,
  candidatesTokensDetails: ABSENT,
  responseTokensDetails: ABSENT,
}));

type Fields = ReturnType<typeof readFields>;

/** Whether `usageFromMetadata` has anything to say. */
export function hasCounts(metadata: JsonObject): boolean {
  for (const key in metadata) if (TELLING.has(key) && isThere(metadata[key])) return true;
  return refusedCount(readFields(metadata)) !== undefined;
}

const TELLING = new Set([
  'promptTokenCount',
  'candidatesTokenCount',
  'responseTokenCount',
  'thoughtsTokenCount',
  'totalTokenCount',
]);

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function refusedCount(fields: Fields): string | undefined {
  if (isRefused(fields.promptTokenCount)) return 'promptTokenCount';
  if (isRefused(fields.candidatesTokenCount)) return 'candidatesTokenCount';
  if (isRefused(fields.responseTokenCount)) return 'responseTokenCount';
  if (isRefused(fields.thoughtsTokenCount)) return 'thoughtsTokenCount';
  if (isRefused(fields.toolUsePromptTokenCount)) return 'toolUsePromptTokenCount';
  if (isRefused(fields.cachedContentTokenCount)) return 'cachedContentTokenCount';
  if (isRefused(fields.totalTokenCount)) return 'totalTokenCount';
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

/** The tokens of a list of details, added to those that are known. */
function byModality(details: unknown, known?: ModalityTokens): ModalityTokens | undefined {
  if (!Array.isArray(details)) return known;
  let tokens = known;
  for (const detail of details) {
    if (!isObject(detail)) continue;
    const modality = modalityOf(detail.modality);
    const tokenCount = count(detail.tokenCount);
    if (!modality || !tokenCount) continue;
    tokens ??= { text: undefined, image: undefined, video: undefined, audio: undefined, document: undefined };
    tokens[modality] = (tokens[modality] ?? 0) + tokenCount;
  }
  return tokens;
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
