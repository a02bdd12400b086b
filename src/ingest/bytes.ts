import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { TextDecoder } from 'node:util';
import { packingOf, UnreadableError, unpack } from './unpack.ts';

export { UnreadableError } from './unpack.ts';

/** Stays in a processor's own cache. */
const CHUNK = 1 << 18;
/** Is told how many bytes were read, before they are unpacked. */
type Count = (bytes: number) => void;

/** Signals and timers are served in between. */
const CHUNKS_BETWEEN_TURNS = 32;

/**
 * The bytes of a file as UTF-8 text: unpacked where they are gzip or zstd, decoded where they are UTF-16, whatever its name says.
 * A piece is valid until the one after the next is asked for.
 */
export async function* readFileBytes(file: string, read: Count = () => {}): AsyncGenerator<Buffer> {
  // What is no regular file may keep whoever opens it waiting.
  if (!statSync(file).isFile()) return yield* textBytes(createReadStream(file, { highWaterMark: CHUNK }), read);
  const handle = openSync(file, 'r');
  try {
    const chunks = fileChunks(handle, read);
    const { value: first } = await chunks.next();
    if (!first) return;
    const packing = packingOf(first);
    if (packing) yield* asText(unpack(rejoin(Buffer.from(first), copies(chunks)), packing));
    else yield* asText(rejoin(first, chunks));
  } finally {
    closeSync(handle);
  }
}

/**
 * Reads into two pieces of memory in turn, so that the rest of one can be joined with the next. A regular file is there
 * at once: waiting for it on another thread takes longer than reading it.
 */
async function* fileChunks(file: number, read: Count): AsyncGenerator<Buffer, undefined> {
  const pieces = [Buffer.allocUnsafeSlow(CHUNK), Buffer.allocUnsafeSlow(CHUNK)];
  for (let turn = 1; ; turn++) {
    const piece = pieces[turn % 2]!;
    const length = readSync(file, piece);
    if (length === 0) return;
    read(length);
    yield piece.subarray(0, length);
    if (turn % CHUNKS_BETWEEN_TURNS === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

async function* copies(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) yield Buffer.from(chunk);
}

/** As `readFileBytes`, for a stream. Throws an `UnreadableError` for binary data and for packed data out of bounds. */
export async function* textBytes(source: Readable, read: Count = () => {}): AsyncGenerator<Buffer> {
  const chunks = buffers(source, read);
  const head = await readHead(chunks);
  const packing = packingOf(head);
  if (packing) yield* asText(unpack(rejoin(head, chunks), packing));
  else yield* asText(rejoin(head, chunks));
}

async function* buffers(source: Readable, read: Count): AsyncGenerator<Buffer> {
  for await (const chunk of source as AsyncIterable<Buffer | string>) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    read(bytes.length);
    yield bytes;
  }
}

async function readHead(chunks: AsyncGenerator<Buffer>): Promise<Buffer> {
  let head = Buffer.alloc(0);
  while (head.length < 4) {
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
