import { CallIds } from './call-ids.ts';

/**
 * The table of calls: a row of small numbers each, which says the cell that the call is in and what was counted of it. Of
 * records of one call, the fullest has the row. Rows are written one after the other; one that was replaced stays, and is
 * passed over.
 */
export class Calls {
  readonly ids = new CallIds();
  private readonly pages: Float64Array[] = [];
  private page = new Float64Array(0);
  /** How much of each page is used. */
  private readonly ends: number[] = [];
  private end = 0;

  /**
   * Writes a row: its cell, its weight, and `width` numbers, as many as all rows of that cell have. It may take the place
   * of another. Returns where it is.
   */
  put(cell: number, weight: number, numbers: Float64Array, width: number, instead?: number): number {
    if (instead !== undefined) {
      const page = this.pages[Math.floor(instead / PAGE)]!;
      const at = instead % PAGE;
      if (page[at] === cell) {
        write(page, at, cell, weight, numbers, width);
        return instead;
      }
      page[at + 1] = DROPPED;
    }
    if (this.end + HEAD + width > this.page.length) this.addPage(width);
    const { page } = this;
    const at = this.end;
    write(page, at, cell, weight, numbers, width);
    this.end = at + HEAD + width;
    const last = this.pages.length - 1;
    this.ends[last] = this.end;
    return last * PAGE + at;
  }

  /** How much is known of the call of a row: a record with more takes its place. */
  weightOf(row: number): number {
    return this.pages[Math.floor(row / PAGE)]![(row % PAGE) + 1]!;
  }

  /** Nothing takes the place of this row any more. */
  settle(row: number): void {
    this.pages[Math.floor(row / PAGE)]![(row % PAGE) + 1] = Number.POSITIVE_INFINITY;
  }

  /** Visits all rows but dropped ones, in their order. `widthOf` tells how many numbers the rows of a cell have. */
  each(widthOf: (cell: number) => number, visit: (cell: number, numbers: Float64Array, at: number) => void): void {
    for (const [index, page] of this.pages.entries()) {
      const end = this.ends[index]!;
      for (let at = 0; at < end; ) {
        const cell = page[at]!;
        if (page[at + 1] !== DROPPED) visit(cell, page, at + HEAD);
        at += HEAD + widthOf(cell);
      }
    }
  }

  private addPage(width: number): void {
    if (HEAD + width > PAGE) throw new RangeError(`a call of ${width} numbers`);
    // A small report has no need of a large page.
    this.page = new Float64Array(this.pages.length === 0 ? FIRST_PAGE : PAGE);
    if (HEAD + width > this.page.length) this.page = new Float64Array(PAGE);
    this.pages.push(this.page);
    this.ends.push(0);
    this.end = 0;
  }
}

function write(page: Float64Array, at: number, cell: number, weight: number, numbers: Float64Array, width: number) {
  page[at] = cell;
  page[at + 1] = weight;
  for (let index = 0; index < width; index++) page[at + HEAD + index] = numbers[index]!;
}

/** Of each row: its cell and its weight. */
const HEAD = 2;
const PAGE = 1 << 16;
const FIRST_PAGE = 1 << 12;
const DROPPED = -1;
