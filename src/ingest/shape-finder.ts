import type { JsonObject } from '../core/json.ts';
import type { LogShape } from '../shapes/shape.ts';

/** Finds the first shape that recognises a record, asking only those of which the record has a key. */
export class ShapeFinder {
  private readonly shapes: readonly LogShape[];
  /** The shapes that have this key, as bits by their position: `BITS` a word. */
  private readonly byKey = new Map<string, Uint32Array>();
  /** Those without keys, which are always asked. */
  private readonly always: Uint32Array;
  /** Those to ask about the record at hand. */
  private readonly asked: Uint32Array;

  constructor(shapes: readonly LogShape[]) {
    this.shapes = shapes;
    const words = Math.ceil(shapes.length / BITS);
    this.always = new Uint32Array(words);
    this.asked = new Uint32Array(words);
    for (const [position, shape] of shapes.entries()) {
      if (!shape.keys) set(this.always, position);
      for (const key of shape.keys ?? []) {
        const bits = this.byKey.get(key) ?? new Uint32Array(words);
        set(bits, position);
        this.byKey.set(key, bits);
      }
    }
  }

  find(record: JsonObject): LogShape | undefined {
    const { asked } = this;
    asked.set(this.always);
    for (const key of Object.keys(record)) {
      const bits = this.byKey.get(key);
      if (bits) for (let word = 0; word < asked.length; word++) asked[word]! |= bits[word]!;
    }
    for (let word = 0; word < asked.length; word++) {
      for (let rest = asked[word]!; rest !== 0; rest &= rest - 1) {
        const shape = this.shapes[word * BITS + lowestBit(rest)]!;
        if (shape.recognises(record)) return shape;
      }
    }
    return undefined;
  }
}

/** Of a word; one less than it has, so that all arithmetic stays with small integers. */
const BITS = 30;

function set(bits: Uint32Array, position: number): void {
  bits[Math.floor(position / BITS)]! |= 1 << (position % BITS);
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}
