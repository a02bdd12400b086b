/**
 * What a provider reported about one billable exchange. Facts only: no prompt, no answer, no key, no price.
 * Field names follow the OpenTelemetry GenAI conventions (https://opentelemetry.io/docs/specs/semconv/gen-ai/).
 */
export interface UsageEvent {
  /** The provider's response id, else one of ours. Two events of one service with one id are the same call. */
  id: string;
  /** Set where `id` is only the place in a log: then no other record is of this call. */
  isPlace?: boolean;
  /** When the call was sent: ISO 8601 in UTC. Absent where a log does not say. */
  timestamp?: string;
  service: Service;
  /** The provider's own word for the call, such as `generate_content` or `text_to_speech`. */
  operation: string;
  /** The model that was asked for. */
  requestModel?: string;
  /** The model that answered, and whose price applies. */
  responseModel?: string;
  /** The service tier that served the call, as far as it is known; absent means standard. */
  tier?: string;
  platform?: Platform;
  /** Cloud region of a Vertex endpoint; `global` or absent for the global one. */
  location?: string;
  status: Status;
  httpStatus?: number;
  /** The provider's word for why a call failed or was blocked, such as `RESOURCE_EXHAUSTED` or `SAFETY`. */
  errorCode?: string;
  /** The limit or quota that a refused call hit, in words of ours, such as `Gemini limit hit: requests per minute (RPM)`. */
  limitHit?: string;
  durationMs?: number;
  /** 1 for a first attempt, 2 for its first retry. */
  attempt?: number;
  /** Absent when the provider reported no usage at all, which is not the same as zero. */
  usage?: Usage;
  /** Why counts in `usage` are not the provider's own, for example `characters counted from the request`. */
  estimated?: string;
  /** The ElevenLabs voice: its id, or its name where the source gives one. */
  voice?: string;
  labels?: Record<string, string>;
  sessionId?: string;
  /** The file the event was read from, for grouping and messages. */
  source?: string;
  /** What the log itself says the call cost. Never trusted over counts; see `--mode`. */
  recordedCost?: RecordedCost;
  /** When what the call made ends and costs no more, such as a context cache: ISO 8601 in UTC. */
  expiresAt?: string;
  /** How many calls an aggregate record stands for; absent means one. */
  calls?: number;
  /** The ids of those calls, where they are known: further records of one of them are duplicates. */
  ids?: readonly string[];
  /** When the last of those calls was sent: ISO 8601 in UTC. */
  lastTimestamp?: string;
}

/** An event whose id may come later. */
export type EventWithoutId = Omit<UsageEvent, 'id'> & { id?: string };

/**
 * An event that has all fields, most of them undefined. A log has a million events, and what reads them finds a field
 * quickly where it is always in the same place.
 */
export function newEvent(service: Service, operation: string, status: Status): EventWithoutId {
  return {
    id: undefined,
    isPlace: undefined,
    timestamp: undefined,
    service,
    operation,
    requestModel: undefined,
    responseModel: undefined,
    tier: undefined,
    platform: undefined,
    location: undefined,
    status,
    httpStatus: undefined,
    errorCode: undefined,
    limitHit: undefined,
    durationMs: undefined,
    attempt: undefined,
    usage: undefined,
    estimated: undefined,
    voice: undefined,
    labels: undefined,
    sessionId: undefined,
    source: undefined,
    recordedCost: undefined,
    expiresAt: undefined,
    calls: undefined,
    ids: undefined,
    lastTimestamp: undefined,
  } satisfies Record<keyof UsageEvent, unknown>;
}

/** `gemini` and `elevenlabs` are understood; any other vendor found in a log is listed under its own name. */
export type Service = string;
export const GEMINI = 'gemini';
export const ELEVENLABS = 'elevenlabs';

export type Platform = 'gemini-api' | 'vertex';

/**
 * `ok`: answered and billed. `failed`: refused, not billed.
 * `incomplete`: cut off before the final count, so `usage` is a lower bound.
 */
export type Status = 'ok' | 'failed' | 'incomplete';

export type Modality = 'text' | 'image' | 'video' | 'audio' | 'document';
export type ModalityTokens = Partial<Record<Modality, number>>;

/** Amount as a decimal string, currency as an ISO 4217 code. */
export interface RecordedCost {
  amount: string;
  currency: string;
}

/** Counts as reported. Every part is contained in its whole: cached and tool-use in input, reasoning in output. */
export interface Usage {
  /** All input: prompt and tool-use tokens, cached ones included. */
  inputTokens?: number;
  cacheReadInputTokens?: number;
  /** Tokens of tool results that the model fed back to itself. */
  toolUseInputTokens?: number;
  /** The part of `toolUseInputTokens` retrieved by Google Search or Maps, which Google does not charge. */
  groundingInputTokens?: number;
  /** The prompt size that decides the long-context tier, where it differs from input less tool-use tokens. */
  contextTokens?: number;
  /** All output: visible and reasoning tokens. */
  outputTokens?: number;
  reasoningOutputTokens?: number;
  /** Per-modality parts. They may be missing or cover less than the whole; the rest is text. */
  inputTokensByModality?: ModalityTokens;
  cacheReadTokensByModality?: ModalityTokens;
  outputTokensByModality?: ModalityTokens;
  images?: ImageCount[];
  video?: VideoSeconds[];
  /** Seconds of audio that were billed by time, such as speech to text. */
  audioSeconds?: number;
  songs?: number;
  /** Unique, non-empty queries that Google Search ran for this call. */
  searchQueries?: number;
  mapsQueries?: number;
  cacheStorageTokenHours?: number;
  /** Characters sent, counted as Unicode code points. */
  characters?: number;
  /** ElevenLabs credits billed for this call: the `character-cost` header. */
  credits?: number;
}

/** A usage that has all fields; see `newEvent`. */
export function newUsage(): Usage {
  return {
    inputTokens: undefined,
    cacheReadInputTokens: undefined,
    toolUseInputTokens: undefined,
    groundingInputTokens: undefined,
    contextTokens: undefined,
    outputTokens: undefined,
    reasoningOutputTokens: undefined,
    inputTokensByModality: undefined,
    cacheReadTokensByModality: undefined,
    outputTokensByModality: undefined,
    images: undefined,
    video: undefined,
    audioSeconds: undefined,
    songs: undefined,
    searchQueries: undefined,
    mapsQueries: undefined,
    cacheStorageTokenHours: undefined,
    characters: undefined,
    credits: undefined,
  } satisfies Record<keyof Usage, undefined>;
}

export interface ImageCount {
  /** `512`, `1K`, `2K` or `4K`, where known. */
  size?: string;
  count: number;
}

export interface VideoSeconds {
  /** `720p`, `1080p` or `4k`. */
  resolution: string;
  audio: boolean;
  seconds: number;
}

/** All tokens of a usage: what `totalTokens` means everywhere in costwatch. */
export function totalTokens(usage: Usage | undefined): number {
  return (usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0);
}

export function imageCount(usage: Usage | undefined): number {
  return (usage?.images ?? []).reduce((sum, image) => sum + image.count, 0);
}
