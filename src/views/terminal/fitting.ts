import { cellsIn } from './cells.ts';
import { distinctNames } from './distinct.ts';

/** Cells between two columns. */
export const GAP = 2;
/** Names keep this many cells before a column is given up for them. */
export const NAME_CELLS = 26;

interface Sized {
  title: string;
  width: number;
}

/** How wide columns are, each with a gap. */
export function widthOf(columns: readonly Sized[]): number {
  return columns.reduce((sum, { width }) => sum + width + GAP, 0);
}

/** The columns that there is room for: as many as it takes are given up, in the order of `expendable`. */
export function fitting<Column extends Sized>(
  columns: readonly Column[],
  expendable: readonly string[],
  room: number,
): Column[] {
  let kept = [...columns];
  for (const title of expendable) {
    if (widthOf(kept) <= room) break;
    kept = kept.filter((column) => column.title !== title);
  }
  return kept;
}

/** A column of a table with its cells made. */
export interface TableColumn {
  title: string;
  cells: readonly string[];
  /** Of names, which may be cut: how many cells they keep before another column is given up for them. */
  minWidth?: number;
}

/** Columns with their widths and the names cut, so that they fit with a gap each. */
export function fitted<Column extends TableColumn>(
  columns: readonly Column[],
  expendable: readonly string[],
  room: number,
): (Column & Sized)[] {
  const whole = columns.map((column) => ({ ...column, width: widest([column.title, ...column.cells]) }));
  const titles = new Set(fitting(whole.map(narrowest), expendable, room).map(({ title }) => title));
  const kept = whole.filter(({ title }) => titles.has(title));
  const widths = nameWidths(kept, room);
  return kept.map((column) => withWidth(column, widths.get(column.title) ?? column.width));
}

/** Names have what they keep, where there is room for it, and share the rest: a short one is not cut for a long one. */
function nameWidths(columns: readonly (TableColumn & Sized)[], room: number): Map<string, number> {
  const isRoomy = widthOf(columns.map(narrowest)) <= room;
  const kept = columns.map((column) =>
    isRoomy || column.minWidth === undefined ? narrowest(column) : { ...column, width: 1 },
  );
  let free = room - widthOf(kept);
  const wishes = columns
    .map(({ title, width, minWidth }, index) => ({ title, kept: kept[index]!.width, width, minWidth }))
    .filter(({ minWidth }) => minWidth !== undefined)
    .sort((a, b) => a.width - a.kept - (b.width - b.kept));
  return new Map(
    wishes.map((wish, index) => {
      const share = Math.max(0, Math.floor(free / (wishes.length - index)));
      const more = Math.min(wish.width - wish.kept, share);
      free -= more;
      return [wish.title, wish.kept + more];
    }),
  );
}

/** A column as narrow as it may be while others can be given up. */
function narrowest({ title, width, minWidth = width }: TableColumn & Sized): Sized {
  return { title, width: Math.min(width, minWidth) };
}

function withWidth<Column extends TableColumn & Sized>(column: Column, width: number): Column {
  if (column.width <= width) return column;
  const names = distinctNames(
    column.cells.filter((cell) => cell !== ''),
    width,
  );
  return { ...column, width, cells: column.cells.map((cell) => names.get(cell) ?? cell) };
}

/** How many cells the widest text takes. A loop: there may be more rows than a call takes arguments. */
export function widest(texts: readonly string[]): number {
  let width = 0;
  for (const text of texts) width = Math.max(width, cellsIn(text));
  return width;
}
