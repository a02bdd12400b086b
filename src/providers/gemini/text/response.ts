import { ABSENT, at, fieldReader, isObject, type JsonObject, type JsonValue, list, text } from '../../../core/json.ts';
import type { ImageCount } from '../../../core/usage/event.ts';
import { hasCounts, type ReadUsage, usageFromMetadata } from './usage-metadata.ts';

/** What a whole response says, be it one body or the chunks of a stream. */
export interface GeminiResponse {
  read: ReadUsage | undefined;
  serviceTier: string | undefined;
  trafficType: string | undefined;
  model: string | undefined;
  id: string | undefined;
  createTime: string | undefined;
  /** Why the answer or the prompt was blocked, or the status of an error inside a stream. */
  blocked: string | undefined;
  error: string | undefined;
  images: number;
  songs: number;
  /** Whether a chunk says that the answer, or the attempt at one, is over. A whole answer has a finish reason. */
  isFinished: boolean;
  /** Whether a candidate has content: without a finish reason it is what came of a stream. */
  hasContent: boolean;
}

/** Folds the chunks of a response. The last chunk with counts is the bill: never the sum, never the largest. */
export function readResponse(chunks: readonly JsonObject[]): GeminiResponse {
  const seen = new Seen();
  const response: GeminiResponse = {
    read: undefined,
    serviceTier: undefined,
    trafficType: undefined,
    model: undefined,
    id: undefined,
    createTime: undefined,
    blocked: undefined,
    error: undefined,
    images: 0,
    songs: 0,
    isFinished: false,
    hasContent: false,
  };
  let metadata: JsonObject | undefined;
  for (const chunk of chunks) {
    const { usageMetadata, modelVersion, responseId, createTime, promptFeedback, error, candidates } = readChunk(chunk);
    if (isObject(usageMetadata)) {
      if (hasCounts(usageMetadata)) metadata = usageMetadata;
      response.serviceTier = text(usageMetadata.serviceTier) ?? response.serviceTier;
      response.trafficType = text(usageMetadata.trafficType) ?? response.trafficType;
    }
    response.model = text(modelVersion) ?? response.model;
    response.id = text(responseId) ?? response.id;
    response.createTime = text(createTime) ?? response.createTime;
    if (isObject(promptFeedback)) readFeedback(promptFeedback, response);
    if (error) response.error = text(at(error, 'status')) ?? String(at(error, 'code') ?? 'error');
    if (isObject(error)) response.isFinished = true;
    if (Array.isArray(candidates))
      for (const candidate of candidates) if (isObject(candidate)) readCandidate(candidate, response, seen);
  }
  response.images = seen.images;
  if (metadata) {
    response.read = usageFromMetadata(metadata, {
      hasImage: seen.images > 0,
      hasAudio: seen.audio > 0,
      onlyGroundingTools: (seen.search.size > 0 || seen.mapsResult) && !seen.codeOrUrl,
    });
  }
  const usage = response.read?.usage;
  if (usage && seen.search.size > 0) usage.searchQueries = seen.search.size;
  if (usage && seen.mapsResult) usage.mapsQueries = Math.max(seen.maps.size, 1);
  if (seen.audio > 0 && /(^|\/)lyria-/.test(response.model ?? '')) response.songs = 1;
  return response;
}

const readChunk = fieldReader(() => ({
  usageMetadata: ABSENT,
  modelVersion: ABSENT,
  responseId: ABSENT,
  createTime: ABSENT,
  promptFeedback: ABSENT,
  error: ABSENT,
  candidates: ABSENT,
}));

function readFeedback({ blockReason }: JsonObject, response: GeminiResponse): void {
  const reason = text(blockReason);
  if (reason === undefined) return;
  response.blocked = reason;
  response.isFinished = true;
}

const NO_QUERIES: ReadonlySet<string> = new Set();

/** What the candidates show. Chunks of a stream repeat their queries, so the union counts. */
class Seen {
  images = 0;
  audio = 0;
  codeOrUrl = false;
  search = NO_QUERIES;
  maps = NO_QUERIES;
  mapsResult = false;
}

function readCandidate(candidate: JsonObject, response: GeminiResponse, seen: Seen): void {
  const { finishReason, content, groundingMetadata: grounding, urlContextMetadata } = readFields(candidate);
  const finish = text(finishReason);
  if (finish && !NORMAL_FINISH.has(finish)) response.blocked = finish;
  if (isReason(finishReason)) response.isFinished = true;
  if (urlContextMetadata) seen.codeOrUrl = true;
  if (isObject(content)) {
    response.hasContent = true;
    if (Array.isArray(content.parts)) for (const part of content.parts) if (isObject(part)) readPart(part, seen);
  }
  if (!isObject(grounding)) return;
  seen.search = withQueries(seen.search, grounding.webSearchQueries);
  seen.maps = withQueries(seen.maps, grounding.retrievalQueries);
  if (list(grounding.groundingChunks).some((chunk) => at(chunk, 'maps'))) seen.mapsResult = true;
}

const readFields = fieldReader(() => ({
  finishReason: ABSENT,
  content: ABSENT,
  groundingMetadata: ABSENT,
  urlContextMetadata: ABSENT,
}));

/** Python writes it as a number too; 0 is that of none. */
export function isReason(value: JsonValue | undefined): boolean {
  return typeof value === 'number' ? value > 0 : text(value) !== undefined;
}

function readPart(part: JsonObject, seen: Seen): void {
  for (const key in part) {
    if (key === 'inlineData') readMedia(part, seen);
    else if ((key === 'executableCode' || key === 'codeExecutionResult') && part[key]) seen.codeOrUrl = true;
  }
}

function readMedia({ inlineData, thought }: JsonObject, seen: Seen): void {
  const mimeType = isObject(inlineData) ? text(inlineData.mimeType) : undefined;
  if (mimeType === undefined) return;
  // Drafts that the model made while thinking are billed as tokens but are not delivered images.
  if (mimeType.startsWith('image/') && thought !== true) seen.images++;
  if (mimeType.startsWith('audio/')) seen.audio++;
}

function withQueries(known: ReadonlySet<string>, queries: JsonValue | undefined): ReadonlySet<string> {
  const added = list(queries).filter((query) => typeof query === 'string' && query !== '') as string[];
  return added.length > 0 ? new Set([...known, ...added]) : known;
}

const NORMAL_FINISH = new Set(['STOP', 'MAX_TOKENS', 'CONTINUATION', 'FINISH_REASON_UNSPECIFIED']);

/** Images that a `:predict` answer delivered; filtered ones and the echoed prompt are not billed. */
export function countPredictedImages(chunk: JsonObject, size: string | undefined): ImageCount[] {
  const delivered = list(chunk.predictions).filter(
    (prediction) =>
      (at(prediction, 'bytesBase64Encoded') || at(prediction, 'gcsUri')) &&
      at(prediction, 'contentType') !== 'Positive Prompt',
  );
  return delivered.length > 0 ? [{ count: delivered.length, ...(size ? { size } : {}) }] : [];
}
