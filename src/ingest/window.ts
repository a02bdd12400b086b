/** Bytes read but not yet used: they come in at the end and are used from the start. Memory is reused, and doubles when full. */
export class Window {
  /** The bytes at hand and some before them that were used. Valid until the next `append`. */
  all: Buffer = Buffer.alloc(0);
  /** Where the bytes at hand start. */
  start = 0;
  private memory: Buffer = Buffer.alloc(0);

  /** The bytes at hand alone: a view, which costs more than most records. */
  get bytes(): Buffer {
    return this.all.subarray(this.start);
  }

  get length(): number {
    return this.all.length - this.start;
  }

  append(chunk: Buffer): void {
    if (this.length === 0) {
      this.all = chunk;
      this.start = 0;
      return;
    }
    const isInMemory = this.all.buffer === this.memory.buffer;
    if (!isInMemory || this.all.length + chunk.length > this.memory.length) this.move(this.length + chunk.length);
    chunk.copy(this.memory, this.all.length);
    this.all = this.memory.subarray(0, this.all.length + chunk.length);
  }

  use(count: number): void {
    this.start += count;
  }

  /** Moves the bytes at hand to the start of memory for this many. */
  private move(size: number): void {
    const target = size > this.memory.length ? Buffer.allocUnsafeSlow(Math.max(size * 2, SMALLEST)) : this.memory;
    const length = this.all.copy(target, 0, this.start);
    this.memory = target;
    this.all = target.subarray(0, length);
    this.start = 0;
  }
}

const SMALLEST = 1 << 20;
