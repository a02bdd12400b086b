import { Body } from './body.ts';

/** How much of each end of a body goes into its fingerprint. */
const EDGE_BYTES = 4096;

/** The body of a request on its way out. Only JSON is kept: uploads hold nothing that is billed by. */
export class RequestBody {
  private readonly body = new Body();
  readonly keep: boolean;
  private readonly encoding: string | undefined;

  constructor(header: (name: string) => string | undefined) {
    this.keep = (header('content-type') ?? 'json').includes('json');
    this.encoding = header('content-encoding');
    if (!this.keep) this.body = new Body(0);
  }

  add(chunk: unknown, encoding?: unknown): void {
    const bytes = asBytes(chunk, encoding);
    if (bytes && bytes.byteLength > 0) this.body.add(bytes);
  }

  bytes(): Uint8Array | undefined {
    return this.keep ? this.body.bytes(this.encoding) : undefined;
  }

  /** Equal for equal bodies. Of a multipart upload only the length counts, since its boundary changes with each try. */
  fingerprint(): string {
    const bytes = this.keep ? this.body.bytes() : undefined;
    const edges = bytes ? [bytes.subarray(0, EDGE_BYTES), bytes.subarray(-EDGE_BYTES)] : [];
    return `${this.body.length}:${hash(edges)}`;
  }
}

function asBytes(chunk: unknown, encoding: unknown): Uint8Array | undefined {
  if (chunk instanceof Uint8Array) return chunk;
  if (typeof chunk !== 'string') return undefined;
  const known = typeof encoding === 'string' && Buffer.isEncoding(encoding) ? encoding : 'utf8';
  return Buffer.from(chunk, known);
}

/** FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/): enough to tell requests apart, and no prompt can be had back. */
function hash(parts: readonly Uint8Array[]): number {
  let value = 0x811c9dc5;
  for (const part of parts) for (const byte of part) value = Math.imul(value ^ byte, 0x01000193);
  return value >>> 0;
}
