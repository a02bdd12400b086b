import { pipeline, Readable, Transform } from 'node:stream';
import type zlib from 'node:zlib';

/** Why a file is not read to its end. */
export class UnreadableError extends Error {
  override name = 'UnreadableError';
}

export interface Packing {
  name: string;
  magic: readonly number[];
  /** Undefined where this version of Node cannot unpack it. */
  open(module: typeof zlib): Transform | undefined;
}

const CHUNK = 1 << 20;
const LARGEST_UNPACKED = 4 * 2 ** 30;
const LARGEST_RATIO = 1000;
/** Small files of one repeated line pack better than any bomb needs to. */
const HARMLESS = 64 * 2 ** 20;

const PACKINGS: readonly Packing[] = [
  { name: 'gzip', magic: [0x1f, 0x8b], open: ({ createGunzip }) => createGunzip({ chunkSize: CHUNK }) },
  { name: 'zstd', magic: [0x28, 0xb5, 0x2f, 0xfd], open: openZstd },
];

/** Node has zstd since 22.15 and 23.8 (https://nodejs.org/api/zlib.html#zlibcreatezstddecompressoptions). */
function openZstd(module: typeof zlib): Transform | undefined {
  const create: ((options: object) => Transform) | undefined = Reflect.get(module, 'createZstdDecompress');
  return create?.({ chunkSize: CHUNK });
}

/** How bytes that start like this are packed, if at all. Needs the first four. */
export function packingOf(head: Buffer): Packing | undefined {
  return PACKINGS.find(({ magic }) => magic.every((byte, at) => head[at] === byte));
}

/** Throws an `UnreadableError` for data that is broken, unpacks out of bounds, or is packed in a way Node does not know. */
export async function* unpack(packed: AsyncIterable<Buffer>, { name, open }: Packing): AsyncGenerator<Buffer> {
  const unpacked = open(await import('node:zlib'));
  if (!unpacked)
    throw new UnreadableError(
      `${name} data, which Node ${process.versions.node} cannot unpack: unpack it first, with ${name} -d`,
    );
  let [read, written] = [0, 0];
  const counted = new Transform({
    transform(chunk: Buffer, _, done) {
      read += chunk.length;
      done(null, chunk);
    },
  });
  // An error anywhere ends `unpacked` with it, so the loop below sees it.
  pipeline(Readable.from(packed), counted, unpacked, () => {});
  try {
    for await (const chunk of unpacked as AsyncIterable<Buffer>) {
      written += chunk.length;
      if (written > LARGEST_UNPACKED)
        throw new UnreadableError(`${name} data of more than 4 GB: unpack it first; the rest is not read`);
      if (written > HARMLESS && written > read * LARGEST_RATIO)
        throw new UnreadableError(`${name} data that unpacks to more than 1000 times its size; the rest is not read`);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && /^Z(STD)?_/.test(String(error.code)))
      throw new UnreadableError(`broken ${name} data (${error.message}); the rest is not read`);
    throw error;
  }
}
