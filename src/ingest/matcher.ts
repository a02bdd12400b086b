import type { Layout } from '../core/layout.ts';
import type { Rules } from './alike-rules.ts';

/** The types of Node leave it to those of browsers. Not every engine has it, such as one that may not make code. */
declare const WebAssembly:
  | {
      Module: new (program: Uint8Array) => object;
      Instance: new (module: object, imports: object) => { exports: object };
      CompileError: new () => Error;
    }
  | undefined;

/** What `wasm/matcher.ts` exports, as WebAssembly does: places and sizes in its memory, and functions. */
interface Exports {
  memory: { buffer: ArrayBuffer };
  input: { value: number };
  INPUT_SIZE: { value: number };
  MOST_LAYOUTS: { value: number };
  layouts: { value: number };
  LAYOUT_SIZE: { value: number };
  rows: { value: number };
  ROW_LENGTH: { value: number };
  reset(stretchMs: number): void;
  scan(from: number, end: number): number;
}

/** For so many is there room in a row. */
export const MOST_COUNTS = 16;
const NEWLINE = 0x0a;
/** Line breaks after the input, with which every loop over it ends. */
const STOP = 64;

/** Places of the numbers of a layout, by 32 bits; see `Words` there. */
const IN_USE = 0;
const BLANKS = 1;
const CODES = 2;
const ENDS = 3;
const TEXT = 4;
const COUNT = 5;
const MOST = 6;
const SUMS = 7;
const SUM_LIST = 8;
const PARTS = 9;
const PART_LIST = 10;
const HEAD = 11;
/** Places of the row of a record, by 32 bits; see `Row` there. */
const START = 0;
const END = 1;
const LAYOUT = 2;
const CLASS = 3;
const FLAGS = 4;
const STRETCH = 5;
/** By 64 bits. */
const TIME = 3;
const TIME_START = 8;
const TIME_END = 9;
const ID_ONE = 12;
const ID_TWO = 13;
const COUNTS = 14;
const PLAIN = 1;
const SAME_ID = 2;

/**
 * Finds the layouts of records by their bytes, ahead of the reader and as many at once as it has bytes of. It tells what
 * was found of the record at hand.
 */
export class Matcher {
  private readonly exports: Exports;
  private readonly input: Uint8Array;
  /** Its memory by 32 bits. */
  readonly numbers: Int32Array;
  private readonly doubles: Float64Array;
  private readonly rows: number;
  private readonly rowLength: number;
  /** The bytes at hand and which of them are in the input. */
  private bytes: Buffer | undefined;
  private from = 0;
  private to = 0;
  /** Rows found and used. */
  private found = 0;
  private row = 0;
  /** Of the row at hand, by 32 bits. */
  private at = 0;

  private constructor(exports: Exports) {
    this.exports = exports;
    const { memory, input, INPUT_SIZE, rows, ROW_LENGTH } = this.exports;
    this.input = new Uint8Array(memory.buffer, input.value, INPUT_SIZE.value + STOP);
    this.numbers = new Int32Array(memory.buffer);
    this.doubles = new Float64Array(memory.buffer);
    this.rows = rows.value / 4;
    this.rowLength = ROW_LENGTH.value;
  }

  /** Those that nobody uses. */
  private static readonly idle: Matcher[] = [];

  /**
   * A matcher without layouts. Times are told apart by stretches of so many milliseconds. Undefined where this engine
   * cannot run the program.
   */
  static take(program: () => Uint8Array, stretchMs: number): Matcher | undefined {
    const matcher = Matcher.idle.pop() ?? Matcher.load(program());
    if (!matcher) return undefined;
    matcher.exports.reset(stretchMs);
    matcher.forgetBytes();
    return matcher;
  }

  private static load(program: Uint8Array): Matcher | undefined {
    if (typeof WebAssembly === 'undefined') return undefined;
    try {
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(program), {});
      return new Matcher(exports as Exports);
    } catch (error) {
      // A processor without SIMD, or no room for its memory where that is limited.
      if (error instanceof WebAssembly.CompileError || error instanceof RangeError) return undefined;
      throw error;
    }
  }

  /** Leaves it to the next who needs one. */
  give(): void {
    Matcher.idle.push(this);
  }

  /** Knows a layout from now on, by an index; false where it is too long, or where there are too many. */
  add(index: number, { literal, ends, codes, counts }: Layout, { most, sums, parts }: Rules): boolean {
    const { MOST_LAYOUTS, layouts, LAYOUT_SIZE } = this.exports;
    const words: number[] = Array(HEAD).fill(0);
    const place = (list: readonly number[]) => words.push(...list) * 4 - list.length * 4;
    words[IN_USE] = 1;
    words[BLANKS] = codes.length;
    words[CODES] = place(codes);
    words[ENDS] = place(ends);
    words[MOST] = place(most);
    words[COUNT] = counts;
    words[SUMS] = sums.length;
    words[SUM_LIST] = place(sums.flatMap(({ total, parts }) => [total, parts.length, ...parts]));
    words[PARTS] = parts.length;
    words[PART_LIST] = place(parts.flat());
    words[TEXT] = words.length * 4;
    if (index >= MOST_LAYOUTS.value || words[TEXT] + literal.length > LAYOUT_SIZE.value) return false;
    const start = layouts.value + index * LAYOUT_SIZE.value;
    this.numbers.set(words, start / 4);
    new Uint8Array(this.exports.memory.buffer).set(literal, start + words[TEXT]);
    return true;
  }

  remove(index: number): void {
    const { layouts, LAYOUT_SIZE } = this.exports;
    this.numbers[(layouts.value + index * LAYOUT_SIZE.value) / 4] = 0;
  }

  /** Has to be called before bytes that were shown change. */
  forgetBytes(): void {
    this.bytes = undefined;
    this.found = 0;
    this.row = 0;
  }

  /** Finds the record that starts at `start`, all of a line that is in `bytes`; false where it is of no known layout. */
  find(bytes: Buffer, start: number): boolean {
    if (bytes === this.bytes && this.isAt(start)) return true;
    if ((bytes !== this.bytes || start < this.from || start >= this.to) && !this.load(bytes, start)) return false;
    this.row = 0;
    this.at = this.rows;
    this.found = this.exports.scan(start - this.from, this.to - this.from);
    return this.found > 0;
  }

  /** The index of its layout. */
  get layout(): number {
    return this.numbers[this.at + LAYOUT]!;
  }

  /** The number of its class: records that agree in all that may not vary; -1 where there are too many. */
  get class(): number {
    return this.numbers[this.at + CLASS]!;
  }

  /** Whether the counts are as the rules of the layout say. */
  get isPlain(): boolean {
    return (this.numbers[this.at + FLAGS]! & PLAIN) !== 0;
  }

  /** Whether the id is that of the record that was found before. */
  get isSameId(): boolean {
    return (this.numbers[this.at + FLAGS]! & SAME_ID) !== 0;
  }

  /** In which stretch of time it is, by number. */
  get stretch(): number {
    return this.numbers[this.at + STRETCH]!;
  }

  /** A number that grows with time: milliseconds as if all months had 32 days. */
  get time(): number {
    return this.doubles[this.at / 2 + TIME]!;
  }

  get timeText(): string {
    const { numbers, at, from } = this;
    return this.bytes!.toString('latin1', from + numbers[at + TIME_START]!, from + numbers[at + TIME_END]!);
  }

  /** The hashes of its id, before they are finished with those of a service. */
  get one(): number {
    return this.numbers[this.at + ID_ONE]!;
  }

  get two(): number {
    return this.numbers[this.at + ID_TWO]!;
  }

  /** Where the record starts and the next line does. */
  get start(): number {
    return this.from + this.numbers[this.at + START]!;
  }

  get end(): number {
    return this.from + this.numbers[this.at + END]!;
  }

  /** Where its counts start in `numbers`. */
  get countsAt(): number {
    return this.at + COUNTS;
  }

  /** Whether the record at hand starts at a place, or the one behind it, which is then at hand. */
  private isAt(start: number): boolean {
    if (this.row < this.found && this.start !== start) {
      this.row++;
      this.at += this.rowLength;
    }
    return this.row < this.found && this.start === start;
  }

  /** The whole lines of bytes, as far as there is room for them. */
  private load(bytes: Buffer, start: number): boolean {
    const { input } = this;
    const room = Math.min(bytes.length, start + input.length - STOP);
    const last = bytes.lastIndexOf(NEWLINE, room - 1);
    if (last < start) return false;
    input.set(bytes.subarray(start, last + 1));
    input.fill(NEWLINE, last + 1 - start, last + 1 - start + STOP);
    this.bytes = bytes;
    this.from = start;
    this.to = last + 1;
    this.found = 0;
    this.row = 0;
    return true;
  }
}
