import { createHash } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';

/** Speech of these answers runs at this many characters a second. */
export const CHARACTERS_PER_SECOND = 15;

const MP3_FRAMES_PER_SECOND = 44_100 / 1152;
const MP3_FRAME_BYTES = 417;
const PCM_BYTES_PER_SECOND = 24_000 * 2;

/** An id that looks like the vendors' own and is the same on every run. */
export function idFor(seed: string, length = 22): string {
  return createHash('sha256').update(seed).digest('base64url').replace(/[-_]/g, '0').slice(0, length);
}

/** Silence as MPEG-1 layer III: 128 kbit/s, 44.1 kHz, as many whole frames as the seconds need. */
export function mp3(seconds: number): Uint8Array {
  const frame = Buffer.alloc(MP3_FRAME_BYTES);
  frame.set([0xff, 0xfb, 0x90, 0x64]);
  return Buffer.concat(Array(Math.max(1, Math.ceil(seconds * MP3_FRAMES_PER_SECOND))).fill(frame));
}

/** How long an upload plays, at the bit rate of `mp3`. */
export function secondsOf(bytes: number): number {
  return bytes / MP3_FRAME_BYTES / MP3_FRAMES_PER_SECOND;
}

/** Silence as 16-bit PCM at 24 kHz, the format of Gemini's speech. */
export function pcm(seconds: number): Uint8Array {
  return Buffer.alloc(Math.ceil(seconds * PCM_BYTES_PER_SECOND));
}

/** A square two-colour picture; the seed chooses the colours. */
export function png(side: number, seed: string): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  // 1 bit a pixel, colours from a palette: small even at 4K.
  header.set([1, 3, 0, 0, 0], 8);
  const row = Buffer.alloc(1 + Math.ceil(side / 8), 0xf0);
  row[0] = 0;
  const palette = createHash('sha256').update(seed).digest().subarray(0, 6);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk('IHDR', header),
    pngChunk('PLTE', palette),
    pngChunk('IDAT', deflateSync(Buffer.concat(Array(side).fill(row)))),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const content = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(content.length + 8);
  frame.writeUInt32BE(data.length, 0);
  frame.set(content, 4);
  frame.writeUInt32BE(crc32(content), content.length + 4);
  return frame;
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
