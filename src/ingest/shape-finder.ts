import type { JsonObject } from '../core/json.ts';
import type { LogShape } from '../shapes/shape.ts';

/** A set of shapes: a bit for each, by its position. */
interface Bits {
  low: number;
  high: number;
}

/** In one number, so that it stays a small integer. */
const BITS = 30;

/** Finds the first shape that recognises a record, asking only those of which the record has a key. */
export class ShapeFinder {
  private readonly shapes: readonly LogShape[];
  /** The shapes that have this key. */
  private readonly byKey = new Map<string, Bits>();
  /** Those without keys, which are always asked. */
  private readonly always: Bits = { low: 0, high: 0 };

  constructor(shapes: readonly LogShape[]) {
    if (shapes.length > 2 * BITS) throw new RangeError('more shapes than bits');
    this.shapes = shapes;
    for (const [position, shape] of shapes.entries()) {
      if (!shape.keys) add(this.always, position);
      for (const key of shape.keys ?? []) {
        const bits = this.byKey.get(key) ?? { low: 0, high: 0 };
        add(bits, position);
        this.byKey.set(key, bits);
      }
    }
  }

  find(record: JsonObject): LogShape | undefined {
    let { low, high } = this.always;
    for (const key in record) {
      const bits = this.byKey.get(key);
      if (bits === undefined) continue;
      low |= bits.low;
      high |= bits.high;
    }
    return this.ask(record, low, 0) ?? this.ask(record, high, BITS);
  }

  private ask(record: JsonObject, bits: number, from: number): LogShape | undefined {
    for (let rest = bits; rest !== 0; rest &= rest - 1) {
      const lowest = 31 - Math.clz32(rest & -rest);
      const shape = this.shapes[from + lowest]!;
      if (shape.recognises(record)) return shape;
    }
    return undefined;
  }
}

function add(bits: Bits, position: number): void {
  if (position < BITS) bits.low |= 1 << position;
  else bits.high |= 1 << (position - BITS);
}
