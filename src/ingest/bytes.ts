import { createReadStream } from 'node:fs';
import { pipeline, Readable, Transform } from 'node:stream';
import { TextDecoder } from 'node:util';
import { createGunzip } from 'node:zlib';

/** Why a file is not read to its end. */
export class UnreadableError extends Error {
  override name = 'UnreadableError';
}

const CHUNK = 1 << 20;
const LARGEST_UNPACKED = 4 * 2 ** 30;
const LARGEST_RATIO = 1000;
/** Small files of one repeated line pack better than any bomb needs to. */
const HARMLESS = 64 * 2 ** 20;

/** The bytes of a file as UTF-8 text: unpacked where they are gzip, decoded where they are UTF-16, whatever its name says. */
export function readFileBytes(file: string): AsyncIterable<Buffer> {
  return textBytes(createReadStream(file, { highWaterMark: CHUNK }));
}

/** As `readFileBytes`, for a stream. Throws an `UnreadableError` for binary data and for gzip data out of bounds. */
export async function* textBytes(source: Readable): AsyncGenerator<Buffer> {
  const chunks = buffers(source);
  const head = await readHead(chunks);
  if (head[0] === 0x1f && head[1] === 0x8b) yield* asText(gunzip(rejoin(head, chunks)));
  else yield* asText(rejoin(head, chunks));
}

async function* buffers(source: Readable): AsyncGenerator<Buffer> {
  for await (const chunk of source as AsyncIterable<Buffer | string>)
    yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}

async function readHead(chunks: AsyncGenerator<Buffer>): Promise<Buffer> {
  let head = Buffer.alloc(0);
  while (head.length < 2) {
    const next = await chunks.next();
    if (next.done) break;
    head = Buffer.concat([head, next.value]);
  }
  return head;
}

async function* rejoin(head: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (head.length > 0) yield head;
    yield* rest;
  } finally {
    // Closes the file when reading stops early.
    await rest.return(undefined);
  }
}

async function* gunzip(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let [read, written] = [0, 0];
  const counted = new Transform({
    transform(chunk: Buffer, _, done) {
      read += chunk.length;
      done(null, chunk);
    },
  });
  const unpacked = createGunzip({ chunkSize: CHUNK });
  // An error anywhere ends `unpacked` with it, so the loop below sees it.
  pipeline(Readable.from(packed), counted, unpacked, () => {});
  try {
    for await (const chunk of unpacked as AsyncIterable<Buffer>) {
      written += chunk.length;
      if (written > LARGEST_UNPACKED)
        throw new UnreadableError('gzip data of more than 4 GB: unpack it first; the rest is not read');
      if (written > HARMLESS && written > read * LARGEST_RATIO)
        throw new UnreadableError('gzip data that unpacks to more than 1000 times its size; the rest is not read');
      yield chunk;
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_'))
      throw new UnreadableError(`broken gzip data (${error.message}); the rest is not read`);
    throw error;
  }
}

/** Windows shells redirect into UTF-16; a zero byte anywhere near the start of anything else means no text. */
async function* asText(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let decoder: TextDecoder | undefined;
  let first = true;
  for await (const chunk of chunks) {
    if (first) {
      decoder = utf16Decoder(chunk);
      if (!decoder && chunk.subarray(0, 4096).includes(0)) throw new UnreadableError('not text');
    }
    first = false;
    yield decoder ? Buffer.from(decoder.decode(chunk, { stream: true })) : chunk;
  }
}

function utf16Decoder(chunk: Buffer): TextDecoder | undefined {
  if (chunk[0] === 0xff && chunk[1] === 0xfe) return new TextDecoder('utf-16le');
  return chunk[0] === 0xfe && chunk[1] === 0xff ? new TextDecoder('utf-16be') : undefined;
}
