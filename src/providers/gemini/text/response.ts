import { at, type JsonObject, type JsonValue, list, text } from '../../../core/json.ts';
import type { ImageCount } from '../../../core/usage/event.ts';
import { hasCounts, type ReadUsage, usageFromMetadata } from './usage-metadata.ts';

/** What a whole response says, be it one body or the chunks of a stream. */
export interface GeminiResponse {
  read: ReadUsage | undefined;
  serviceTier?: string;
  trafficType?: string;
  model?: string;
  id?: string;
  createTime?: string;
  /** Why the answer or the prompt was blocked, or the status of an error inside a stream. */
  blocked?: string;
  error?: string;
  images: number;
  songs: number;
  /** Whether anything of a response was there at all. */
  any: boolean;
}

/** Folds the chunks of a response. The last chunk with counts is the bill: never the sum, never the largest. */
export function readResponse(chunks: Iterable<JsonObject>): GeminiResponse {
  const response: GeminiResponse = { read: undefined, images: 0, songs: 0, any: false };
  const seen = {
    images: 0,
    audio: 0,
    codeOrUrl: false,
    search: new Set<string>(),
    maps: new Set<string>(),
    mapsResult: false,
  };
  let metadata: JsonObject | undefined;
  for (const chunk of chunks) {
    response.any = true;
    const usage = at(chunk, 'usageMetadata') as JsonObject | undefined;
    if (usage && hasCounts(usage)) metadata = usage;
    setText(response, 'serviceTier', at(usage, 'serviceTier'));
    setText(response, 'trafficType', at(usage, 'trafficType'));
    setText(response, 'model', at(chunk, 'modelVersion'));
    setText(response, 'id', at(chunk, 'responseId'));
    setText(response, 'createTime', at(chunk, 'createTime'));
    setText(response, 'blocked', at(chunk, 'promptFeedback', 'blockReason'));
    if (at(chunk, 'error'))
      response.error = text(at(chunk, 'error', 'status')) ?? String(at(chunk, 'error', 'code') ?? 'error');
    for (const candidate of list(chunk.candidates)) readCandidate(candidate, response, seen);
  }
  const grounded = seen.search.size > 0 || seen.mapsResult;
  response.images = seen.images;
  if (metadata) {
    response.read = usageFromMetadata(metadata, {
      hasImage: seen.images > 0,
      hasAudio: seen.audio > 0,
      onlyGroundingTools: grounded && !seen.codeOrUrl,
    });
  }
  const usage = response.read?.usage;
  if (usage && seen.search.size > 0) usage.searchQueries = seen.search.size;
  if (usage && seen.mapsResult) usage.mapsQueries = Math.max(seen.maps.size, 1);
  if (/(^|\/)lyria-/.test(response.model ?? '')) response.songs = seen.audio > 0 ? 1 : 0;
  return response;
}

interface Seen {
  images: number;
  audio: number;
  codeOrUrl: boolean;
  search: Set<string>;
  maps: Set<string>;
  mapsResult: boolean;
}

function readCandidate(candidate: JsonValue, response: GeminiResponse, seen: Seen): void {
  const finish = text(at(candidate, 'finishReason'));
  if (finish && !NORMAL_FINISH.has(finish)) response.blocked = finish;
  if (at(candidate, 'urlContextMetadata')) seen.codeOrUrl = true;
  for (const part of list(at(candidate, 'content', 'parts'))) {
    const mimeType = text(at(part, 'inlineData', 'mimeType')) ?? '';
    // Drafts that the model made while thinking are billed as tokens but are not delivered images.
    if (mimeType.startsWith('image/') && at(part, 'thought') !== true) seen.images++;
    if (mimeType.startsWith('audio/')) seen.audio++;
    if (at(part, 'executableCode') || at(part, 'codeExecutionResult')) seen.codeOrUrl = true;
  }
  // Chunks of a stream repeat their queries, so the union counts.
  for (const query of list(at(candidate, 'groundingMetadata', 'webSearchQueries')))
    if (text(query)) seen.search.add(String(query));
  for (const query of list(at(candidate, 'groundingMetadata', 'retrievalQueries')))
    if (text(query)) seen.maps.add(String(query));
  if (list(at(candidate, 'groundingMetadata', 'groundingChunks')).some((chunk) => at(chunk, 'maps')))
    seen.mapsResult = true;
}

const NORMAL_FINISH = new Set(['STOP', 'MAX_TOKENS', 'CONTINUATION', 'FINISH_REASON_UNSPECIFIED']);

function setText(
  response: GeminiResponse,
  key: 'serviceTier' | 'trafficType' | 'model' | 'id' | 'createTime' | 'blocked',
  value: JsonValue | undefined,
): void {
  const found = text(value);
  if (found) response[key] = found;
}

/** Images that a `:predict` answer delivered; filtered ones and the echoed prompt are not billed. */
export function countPredictedImages(chunk: JsonObject, size: string | undefined): ImageCount[] {
  const delivered = list(chunk.predictions).filter(
    (prediction) =>
      (at(prediction, 'bytesBase64Encoded') || at(prediction, 'gcsUri')) &&
      at(prediction, 'contentType') !== 'Positive Prompt',
  );
  return delivered.length > 0 ? [{ count: delivered.length, ...(size ? { size } : {}) }] : [];
}
