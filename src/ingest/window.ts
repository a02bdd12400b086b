/** Bytes read but not yet used: they come in at the end and are used from the start. Memory is reused, and doubles when full. */
export class Window {
  /** The bytes at hand. Valid until the next `append`. */
  bytes: Buffer = Buffer.alloc(0);
  private memory: Buffer = Buffer.alloc(0);

  append(chunk: Buffer): void {
    if (this.bytes.length === 0) {
      this.bytes = chunk;
      return;
    }
    const length = this.bytes.length + chunk.length;
    if (length > this.room())
      this.move(length > this.memory.length ? Math.max(length * 2, SMALLEST) : this.memory.length);
    else if (this.bytes.buffer !== this.memory.buffer) this.move(this.memory.length);
    const start = this.bytes.byteOffset - this.memory.byteOffset;
    chunk.copy(this.memory, start + this.bytes.length);
    this.bytes = this.memory.subarray(start, start + length);
  }

  use(count: number): void {
    this.bytes = this.bytes.subarray(count);
  }

  /** How many bytes fit from where the bytes at hand start. */
  private room(): number {
    if (this.bytes.buffer !== this.memory.buffer) return this.memory.length;
    return this.memory.length - (this.bytes.byteOffset - this.memory.byteOffset);
  }

  private move(size: number): void {
    const target = size > this.memory.length ? Buffer.allocUnsafeSlow(size) : this.memory;
    this.bytes.copy(target);
    this.memory = target;
    this.bytes = target.subarray(0, this.bytes.length);
  }
}

const SMALLEST = 1 << 20;
