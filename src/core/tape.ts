/** Some of the whole numbers from a place on. */
export interface PickedCounts {
  numbers: ArrayLike<number>;
  start: number;
  places: readonly number[];
}

/** Numbers in a row in as few bytes as they need. They are read back from the position where they were written. */
export class Tape {
  private readonly chunks: Uint8Array[] = [];
  private chunk: Uint8Array = new Uint8Array(0);
  private at = 0;
  /** Of the chunk at hand. */
  private index = -1;

  /** Writes numbers in a row. Returns the position to read them from. */
  append(numbers: ArrayLike<number>): number {
    if (this.index < 0 || this.at + numbers.length * LONGEST > this.chunk.length) this.turn(this.chunks.length);
    const position = this.index * CHUNK + this.at;
    for (let i = 0; i < numbers.length; i++) {
      const number = numbers[i]!;
      if (number >= 0 && number < LARGEST_SMALL && (number | 0) === number) this.writeSmall(number);
      else if (number >= 0 && number < LARGEST_WHOLE && Number.isInteger(number)) this.writeWhole(number);
      else this.writeAny(number);
    }
    return position;
  }

  /** As `append`, for two whole numbers and counts. */
  appendCounts(first: number, second: number, { numbers, start, places }: PickedCounts): number {
    if (this.index < 0 || this.at + (places.length + 2) * LONGEST > this.chunk.length) this.turn(this.chunks.length);
    const position = this.index * CHUNK + this.at;
    this.writeSmall(first);
    this.writeSmall(second);
    for (let i = 0; i < places.length; i++) this.writeSmall(numbers[start + places[i]!]!);
    return position;
  }

  /** Whether `appendCounts` wrote the same at a position. */
  hasCounts(position: number, first: number, second: number, { numbers, start, places }: PickedCounts): boolean {
    const next = this.read(position);
    return next() === first && next() === second && places.every((place) => next() === numbers[start + place]);
  }

  /** A byte for each seven bits. */
  private writeWhole(value: number): void {
    const { chunk } = this;
    let rest = value;
    // The lowest bit tells whole numbers from others.
    let low = (rest % 64) * 2;
    rest = Math.floor(rest / 64);
    while (rest > 0) {
      chunk[this.at++] = low + 128;
      low = rest % 128;
      rest = Math.floor(rest / 128);
    }
    chunk[this.at++] = low;
  }

  /** As `writeWhole`, for what fits the engine's small integers. */
  private writeSmall(value: number): void {
    const { chunk } = this;
    let at = this.at;
    let low = (value & 63) << 1;
    for (let rest = value >> 6; rest > 0; rest >>= 7) {
      chunk[at++] = low + 128;
      low = rest & 127;
    }
    chunk[at++] = low;
    this.at = at;
  }

  /** A reader of the numbers from a position on. */
  read(position: number): () => number {
    const chunk = this.chunks[Math.floor(position / CHUNK)]!;
    let at = position % CHUNK;
    return () => {
      let byte = chunk[at++]!;
      if (byte === ANY) {
        at += 8;
        return new DataView(chunk.buffer).getFloat64(at - 8);
      }
      let value = (byte % 128) / 2;
      for (let scale = 64; byte >= 128; scale *= 128) {
        byte = chunk[at++]!;
        value += (byte % 128) * scale;
      }
      return value;
    };
  }

  private writeAny(value: number): void {
    this.chunk[this.at] = ANY;
    new DataView(this.chunk.buffer).setFloat64(this.at + 1, value);
    this.at += 9;
  }

  private turn(index: number): void {
    this.chunk = new Uint8Array(CHUNK);
    this.chunks.push(this.chunk);
    this.index = index;
    this.at = 0;
  }
}

const CHUNK = 1 << 20;
const LONGEST = 9;
const LARGEST_WHOLE = 2 ** 52;
const LARGEST_SMALL = 2 ** 30;
const ANY = 1;
