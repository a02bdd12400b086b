import type { BrotliOptions, InputType, ZlibOptions } from 'node:zlib';
import { builtin } from '../host.ts';

/** Bodies beyond this are not kept; the call is counted without what its body would say. */
const MAX_BYTES = 32 * 1024 * 1024;
/** A compressed body may not grow beyond this. */
const MAX_DECODED_BYTES = 256 * 1024 * 1024;

/** Bytes of a body, copied as they pass. */
export class Body {
  length = 0;
  private parts: Buffer[] = [];
  private readonly limit: number;

  constructor(limit: number = MAX_BYTES) {
    this.limit = limit;
  }

  add(chunk: Uint8Array): void {
    this.length += chunk.byteLength;
    if (this.length <= this.limit) this.parts.push(Buffer.from(chunk));
    else this.parts = [];
  }

  /** All bytes so far with the content encoding undone; undefined where there are none or they cannot be known. */
  bytes(encoding?: string): Uint8Array | undefined {
    if (this.length === 0 || this.length > this.limit) return undefined;
    const whole = this.parts.length === 1 ? this.parts[0]! : Buffer.concat(this.parts, this.length);
    this.parts = [whole];
    return decode(whole, encoding);
  }
}

function decode(bytes: Uint8Array, encoding: string | undefined): Uint8Array | undefined {
  const codings = (encoding ?? '')
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim());
  try {
    return codings.reduceRight((body, coding) => undo(body, coding), bytes);
  } catch {
    return undefined;
  }
}

/** The flush options let a body that was cut off be read as far as it goes. */
function undo(bytes: Uint8Array, coding: string): Uint8Array {
  if (coding === '' || coding === 'identity') return bytes;
  const { brotliDecompressSync, unzipSync, inflateRawSync, constants } =
    builtin<typeof import('node:zlib')>('node:zlib');
  const limit = { maxOutputLength: MAX_DECODED_BYTES };
  const flush: ZlibOptions = { ...limit, finishFlush: constants.Z_SYNC_FLUSH };
  if (coding === 'gzip' || coding === 'x-gzip') return unzipSync(bytes as InputType, flush);
  if (coding === 'deflate') return isZlib(bytes) ? unzipSync(bytes as InputType, flush) : inflateRawSync(bytes, flush);
  if (coding === 'br') {
    const options: BrotliOptions = { ...limit, finishFlush: constants.BROTLI_OPERATION_FLUSH };
    return brotliDecompressSync(bytes, options);
  }
  throw new Error(`unknown content coding ${coding}`);
}

/** Some servers send raw deflate data where the standard asks for the zlib format (RFC 9110, 8.4.1.2). */
function isZlib(bytes: Uint8Array): boolean {
  return (bytes[0]! & 0x0f) === 8 && ((bytes[0]! << 8) | (bytes[1] ?? 0)) % 31 === 0;
}
