import { imageDimensions } from '../../../core/estimate/image-dimensions.ts';
import { guessTokens } from '../../../core/estimate/tokens.ts';
import { count, isObject, type JsonObject, type JsonValue } from '../../../core/json.ts';
import type { Modality, ModalityTokens } from '../../../core/usage/event.ts';

/** What a request sends, at most, as far as its body tells. */
export interface InputBound {
  tokens: ModalityTokens;
  /** It names files, caches, pages or tools whose size is not in it: the whole context window may be filled. */
  isOpen: boolean;
  searches: boolean;
  maps: boolean;
}

/** Keys that stand for something whose size the body does not tell, and the names of tools that read such things. */
const OPEN =
  /^(file_?data|file_?ur[il]|file_?id|uri|cached_?content|previous_?interaction_?id|url_?context|code_?execution|file_?search|computer_?use|retrieval|enterprise_?web_?search|mcp_?servers?|container|environment)$/i;
const SEARCH = /^google_?search(_?retrieval)?$/i;
const MAPS = /^google_?maps$/i;
const DATA_URI = /^data:([\w.+-]+\/[\w.+-]+)[^,]{0,100};base64,/;

/**
 * Reads the body of a request. A token of text is at least a byte of it, and what surrounds the text in JSON makes up for
 * what a model adds; pictures, sound, video and documents in it count by their own rules.
 */
export function inputBound(bytes: number, body: JsonValue, model: string): InputBound {
  const bound: InputBound = { tokens: { text: bytes }, isOpen: false, searches: false, maps: false };
  walk(body, bound, model);
  return bound;
}

/** `fps`: how many frames of a second of video are looked at, where it is more than one. */
function walk(value: JsonValue, bound: InputBound, model: string, fps = 1): void {
  if (typeof value === 'string') {
    const type = value.startsWith('data:') ? DATA_URI.exec(value)?.[1] : undefined;
    if (type) addMedia(bound, { type, data: value.slice(value.indexOf(',') + 1), fps }, model);
  } else if (Array.isArray(value)) {
    for (const one of value as readonly JsonValue[]) walk(one, bound, model, fps);
  } else if (isObject(value)) {
    const settings = value.videoMetadata ?? value.video_metadata;
    const frames = Math.max(fps, (isObject(settings) ? count(settings.fps) : undefined) ?? 1);
    const { data } = value;
    if (typeof data === 'string') addMedia(bound, { type: typeOf(value), data, fps: frames }, model);
    for (const [key, one] of Object.entries(value)) {
      note(bound, key, one);
      if (key !== 'data' || typeof one !== 'string') walk(one, bound, model, frames);
    }
  }
}

function note(bound: InputBound, key: string, value: JsonValue): void {
  // Interactions name a tool by its type.
  const name = key === 'type' && typeof value === 'string' ? value : key;
  bound.isOpen ||= OPEN.test(name) && value !== null;
  bound.searches ||= SEARCH.test(name);
  bound.maps ||= MAPS.test(name);
}

/** OpenAI's audio has a format in place of a type. */
function typeOf({ mimeType, mime_type, format }: JsonObject): string {
  const type = mimeType ?? mime_type;
  if (typeof type === 'string') return type;
  return typeof format === 'string' ? `audio/${format}` : '';
}

/** The least that a second takes: Opus at 6 kbit, telephone sound uncompressed, video of next to no motion. */
const AUDIO_BYTES_A_SECOND = 750;
const PCM_BYTES_A_SECOND = 8000;
const VIDEO_BYTES_A_SECOND = 2000;
const PAGE_BYTES = 500;
const MOST_PAGES = 1000;

interface Media {
  type: string;
  /** In base64. */
  data: string;
  fps: number;
}

function addMedia(bound: InputBound, media: Media, model: string): void {
  const guess = tokensOf(media, model);
  // Text in base64: its bytes stand in the body already.
  if (!guess) return;
  const { tokens } = bound;
  tokens.text = Math.max(0, (tokens.text ?? 0) - media.data.length);
  for (const [modality, more] of Object.entries(guess) as [Modality, number][])
    tokens[modality] = (tokens[modality] ?? 0) + more;
}

function tokensOf({ type, data, fps }: Media, model: string): ModalityTokens | undefined {
  const size = Math.ceil((data.length * 3) / 4);
  const of = (part: Parameters<typeof guessTokens>[0]) => guessTokens(part, model)?.tokens;
  if (type.startsWith('image/')) return { image: imageTokens(data, model) };
  if (type.startsWith('audio/')) {
    const rate = /wav|pcm|l16|aiff/i.test(type) ? PCM_BYTES_A_SECOND : AUDIO_BYTES_A_SECOND;
    return of({ modality: 'audio', seconds: size / rate });
  }
  if (type.startsWith('video/')) {
    const tokens = of({ modality: 'video', seconds: size / VIDEO_BYTES_A_SECOND });
    return tokens && { ...tokens, video: Math.ceil((tokens.video ?? 0) * fps * closerLook(model)) };
  }
  if (type !== 'application/pdf') return undefined;
  return of({ modality: 'document', pages: Math.min(MOST_PAGES, Math.ceil(size / PAGE_BYTES)) });
}

/** Since Gemini 3 a request may ask for up to four times the tokens (https://ai.google.dev/gemini-api/docs/media-resolution). */
function closerLook(model: string): number {
  return isTiled(model) ? 1 : 4;
}

/** Enough of a file to find its size in it: pictures of cameras begin with their own small preview. */
const HEAD_BYTES = 256 * 1024;
/** Taken where a picture does not tell its size. */
const LARGE = { width: 7680, height: 4320 };

function imageTokens(data: string, model: string): number {
  const one = guessTokens({ modality: 'image' }, model)?.tokens.image ?? 0;
  if (!isTiled(model)) return one * 2;
  const { width, height } = imageDimensions(headOf(data)) ?? LARGE;
  if (width <= 384 && height <= 384) return one;
  const unit = Math.min(768, Math.max(256, Math.floor(Math.min(width, height) / 1.5)));
  return one * Math.ceil(width / unit) * Math.ceil(height / unit);
}

function headOf(base64: string): Uint8Array {
  try {
    // Python's SDK writes the alphabet for URLs.
    const head = base64.slice(0, HEAD_BYTES).replaceAll('-', '+').replaceAll('_', '/');
    return Uint8Array.from(atob(head), (byte) => byte.charCodeAt(0));
  } catch {
    // Not base64.
    return new Uint8Array();
  }
}

/** Before Gemini 3 a large picture is looked at in tiles (https://ai.google.dev/gemini-api/docs/tokens). */
function isTiled(model: string): boolean {
  return guessTokens({ modality: 'image' }, model)?.tokens.image === 258;
}
