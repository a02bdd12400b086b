import { host } from '../host.ts';

const INTERVAL_MS = 250;
/** Reading may take at most one part in this many of the time. */
const SHARE = 20;
/** A chunk without this word holds no new counts. */
const USAGE = 'usage';

/** Decides when the counts of a stream are worth reading again. */
export class Throttle {
  private next = Number.NEGATIVE_INFINITY;
  private fresh = false;

  /** Whether to read now that `chunk` has come. What is in a compressed chunk cannot be seen. */
  due(chunk: Uint8Array, compressed: boolean): boolean {
    this.fresh ||= compressed || Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).includes(USAGE);
    if (!this.fresh || host.ticks() < this.next) return false;
    this.fresh = false;
    return true;
  }

  /** Runs a reading and puts off the next one by what it cost. */
  measure<T>(read: () => T): T {
    const start = host.ticks();
    const result = read();
    const end = host.ticks();
    this.next = end + Math.max(INTERVAL_MS, (end - start) * SHARE);
    return result;
  }
}
