import { CallIds } from './call-ids.ts';

/** What all rows of a cell have in common. */
export interface RowForm {
  index: number;
  /** What of `MEASURES` they hold, by index; the amounts that were charged stand behind. */
  measures: readonly number[];
  /** How many numbers they have. */
  width: number;
}

/** Rows as plain data, for another thread. */
export interface CallRows {
  pages: readonly Float64Array[];
  /** How much of each page is used. */
  ends: readonly number[];
}

/** How much is known of the call of a row of a table. */
export function weightIn(rows: CallRows, row: number): number {
  return pageOf(rows, row)[(row % PAGE) + 1]!;
}

/**
 * The table of calls: a row of small numbers each, which says the cell that the call is in and what was counted of it. Of
 * records of one call, the fullest has the row. Rows are written one after the other; one that was replaced stays, and is
 * passed over.
 */
export class Calls {
  readonly ids = new CallIds();
  readonly pages: Float64Array[] = [];
  /** How much of each page is used. */
  readonly ends: number[] = [];
  private page = new Float64Array(0);
  private end = 0;

  /** Writes the row of a call in a cell; it may take the place of another. Returns where it is. */
  put(cell: RowForm, weight: number, measured: Float64Array, amounts: readonly number[], instead?: number): number {
    if (instead !== undefined) {
      const page = pageOf(this, instead);
      if (page[instead % PAGE] === cell.index) {
        write(page, instead % PAGE, cell, weight, measured, amounts);
        return instead;
      }
    }
    const row = this.place(HEAD + cell.width, instead);
    write(this.page, row % PAGE, cell, weight, measured, amounts);
    return row;
  }

  /** Copies a row of another table, whose cells come `after` so many of this one. */
  copy(from: CallRows, row: number, widthOf: (cell: number) => number, after: number, instead?: number): number {
    const numbers = pageOf(from, row);
    const at = row % PAGE;
    const length = HEAD + widthOf(numbers[at]!);
    const copied = this.place(length, instead);
    this.page.set(numbers.subarray(at, at + length), copied % PAGE);
    this.page[copied % PAGE]! += after;
    return copied;
  }

  /** How much is known of the call of a row: a record with more takes its place. */
  weightOf(row: number): number {
    return weightIn(this, row);
  }

  /** Nothing takes the place of this row any more. */
  seal(row: number): void {
    pageOf(this, row)[(row % PAGE) + 1] = Number.POSITIVE_INFINITY;
  }

  /** Visits the numbers of all rows but dropped ones, in their order. */
  each(widthOf: (cell: number) => number, visit: (cell: number, numbers: Float64Array, at: number) => void): void {
    eachRow(this, widthOf, (page, at) => {
      if (page[at + 1] !== DROPPED) visit(page[at]!, page, at + HEAD);
    });
  }

  /** Makes room for a row of so many numbers; the one that it takes the place of is dropped. Returns where it is. */
  private place(length: number, instead: number | undefined): number {
    if (instead !== undefined) pageOf(this, instead)[(instead % PAGE) + 1] = DROPPED;
    if (this.end + length > this.page.length) this.addPage(length);
    const last = this.pages.length - 1;
    const at = this.end;
    this.end += length;
    this.ends[last] = this.end;
    return last * PAGE + at;
  }

  private addPage(length: number): void {
    if (length > PAGE) throw new RangeError(`a call of ${length} numbers`);
    // A small report has no need of a large page.
    const isSmall = this.pages.length === 0 && length <= FIRST_PAGE;
    this.page = new Float64Array(isSmall ? FIRST_PAGE : PAGE);
    this.pages.push(this.page);
    this.ends.push(0);
    this.end = 0;
  }
}

/** The rows to which no id leads. */
export function rowsWithoutId(rows: CallRows, widthOf: (cell: number) => number): number[] {
  const found: number[] = [];
  eachRow(rows, widthOf, (page, at, row) => {
    if (page[at + 1] === WITHOUT_ID) found.push(row);
  });
  return found;
}

/** `widthOf` tells how many numbers the rows of a cell have. */
function eachRow(
  { pages, ends }: CallRows,
  widthOf: (cell: number) => number,
  visit: (page: Float64Array, at: number, row: number) => void,
): void {
  for (const [index, page] of pages.entries()) {
    const end = ends[index]!;
    for (let at = 0; at < end; at += HEAD + widthOf(page[at]!)) visit(page, at, index * PAGE + at);
  }
}

function pageOf({ pages }: CallRows, row: number): Float64Array {
  return pages[Math.floor(row / PAGE)]!;
}

function write(
  page: Float64Array,
  start: number,
  { index: cell, measures }: RowForm,
  weight: number,
  measured: Float64Array,
  amounts: readonly number[],
): void {
  page[start] = cell;
  page[start + 1] = weight;
  let at = start + HEAD;
  for (let index = 0; index < measures.length; index++) page[at++] = measured[measures[index]!]!;
  for (let index = 0; index < amounts.length; index++) page[at++] = amounts[index]!;
}

/** Of each row: its cell and its weight. */
const HEAD = 2;
const PAGE = 1 << 16;
const FIRST_PAGE = 1 << 12;
const DROPPED = -1;
/** The weight of a call that has no id: there is no other record of it. */
export const WITHOUT_ID = -2;
