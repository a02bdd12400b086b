import type { JsonValue } from './json.ts';

/** The text of `bytes[from, to)`. */
export type Decode = (bytes: Uint8Array, from: number, to: number) => string;

/**
 * The JSON value in `bytes[from, to)`; undefined where that is not exactly one. Media is cut out before the text is
 * parsed: of a base64 string that fills kilobytes only the head is left, so that an image costs a search for a quote.
 * All other strings are as they were.
 */
export function parseJson(
  bytes: Uint8Array,
  from = 0,
  to = bytes.length,
  decode: Decode = decodeUtf8,
): JsonValue | undefined {
  try {
    return JSON.parse(to - from < LONG ? decode(bytes, from, to) : textWithoutMedia(bytes, from, to, decode));
  } catch {
    return undefined;
  }
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

function decodeUtf8(bytes: Uint8Array, from: number, to: number): string {
  return utf8.decode(bytes.subarray(from, to));
}

/** Shorter strings are cheap to parse. */
const LONG = 4096;
/** Media is looked for at every such step: a string of `LONG` holds one of them at least, with a run of base64 behind it. */
const STEP = 2048;
const RUN = 64;
/** A long run is base64 where every such byte of it is. */
const SAMPLE = 256;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const IS_BASE64 = new Uint8Array(256);
for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=')
  IS_BASE64[letter.charCodeAt(0)] = 1;
/** Base64 may be broken into lines. */
const IS_IN_MEDIA = IS_BASE64.slice();
for (const letter of '\\nr') IS_IN_MEDIA[letter.charCodeAt(0)] = 1;

/** How JSON, server-sent events and gzip start in base64: recorders of HTTP keep whole answers like that. */
const RECORDS = /^(?:eyJ|ewo|ew0|e30|W3s|Wwo|Ww0|ZGF0|ZXZl|H4s)/;

function textWithoutMedia(bytes: Uint8Array, from: number, to: number, decode: Decode): string {
  let text = '';
  let kept = from;
  for (let at = from + STEP; at + RUN < to; at += STEP) {
    if (!isRun(bytes, at)) continue;
    const quote = bytes.indexOf(QUOTE, at + RUN);
    if (quote === -1 || quote >= to) break;
    // A quote within the text of the string may be escaped.
    let end = quote;
    while (bytes[end - 1] === BACKSLASH) end--;
    const start = Math.max(from, bytes.lastIndexOf(QUOTE, at) + 1);
    if (end - start >= LONG && isMedia(bytes, at, end) && !holdsRecord(bytes, start)) {
      text += decode(bytes, kept, at + RUN);
      kept = end;
    }
    at = Math.max(at, quote - STEP);
  }
  return text + decode(bytes, kept, to);
}

function isRun(bytes: Uint8Array, start: number): boolean {
  for (let at = start; at < start + RUN; at++) if (IS_BASE64[bytes[at]!] === 0) return false;
  return true;
}

function isMedia(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += SAMPLE) if (IS_IN_MEDIA[bytes[at]!] === 0) return false;
  return true;
}

/** Whether a string starts like a record. */
function holdsRecord(bytes: Uint8Array, start: number): boolean {
  return RECORDS.test(String.fromCharCode(...bytes.subarray(start, start + 4)));
}
