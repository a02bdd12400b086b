import type { JsonObject } from '../core/json.ts';
import type { LogShape } from '../shapes/shape.ts';

/** Finds the first shape that recognises a record, asking only those of which the record has a key. */
export class ShapeFinder {
  private readonly shapes: readonly LogShape[];
  /** The positions of the shapes that have this key. */
  private readonly byKey = new Map<string, number[]>();
  /** For each shape the number of the last record that has one of its keys; infinite for shapes that name none. */
  private readonly candidates: number[];
  private records = 0;

  constructor(shapes: readonly LogShape[]) {
    this.shapes = shapes;
    this.candidates = shapes.map((shape) => (shape.keys ? 0 : Number.POSITIVE_INFINITY));
    for (const [position, shape] of shapes.entries())
      for (const key of shape.keys ?? []) this.byKey.set(key, [...(this.byKey.get(key) ?? []), position]);
  }

  find(record: JsonObject): LogShape | undefined {
    this.records++;
    for (const key of Object.keys(record)) {
      const positions = this.byKey.get(key);
      if (positions)
        for (const position of positions)
          if (this.candidates[position]! < this.records) this.candidates[position] = this.records;
    }
    for (let position = 0; position < this.shapes.length; position++) {
      if (this.candidates[position]! < this.records) continue;
      if (this.shapes[position]!.recognises(record)) return this.shapes[position];
    }
    return undefined;
  }
}
