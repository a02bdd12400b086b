import CliTable from 'cli-table3';
import { cellsIn } from './cells.ts';
import { GAP } from './fitting.ts';

/** How many cells of the terminal a column takes, and at which side its text stands. */
export interface DrawnColumn {
  width: number;
  align: 'left' | 'right';
}

type Row = readonly CliTable.Cell[];

/**
 * Rows as lines of text. There are no borders: columns are told apart by room alone, which survives copying and narrow
 * terminals. `gap` is the number of spaces between two columns.
 */
export function tableLines(columns: readonly DrawnColumn[], rows: readonly Row[], gap = GAP): string[] {
  const lines: string[] = [];
  for (let first = 0; first < rows.length; first += CHUNK_ROWS)
    lines.push(...draw(columns, rows.slice(first, first + CHUNK_ROWS), gap));
  return lines;
}

/** The time that cli-table3 takes grows with the square of the rows of one table. */
const CHUNK_ROWS = 20;

function draw(columns: readonly DrawnColumn[], rows: readonly Row[], gap: number): string[] {
  const table = new CliTable({
    chars: { ...NO_BORDERS, middle: ' '.repeat(gap) },
    colWidths: columns.map(({ width }) => Math.max(1, width)),
    colAligns: columns.map(({ align }) => align),
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
  });
  const standIns = new StandIns();
  const cellOf = (cell: CliTable.Cell, index: number) => {
    if (typeof cell !== 'string') return cell;
    const width = columns[index]?.width ?? 0;
    return cell
      .split('\n')
      .map((line) => standIns.standInFor(line, width))
      .join('\n');
  };
  for (const row of rows) table.push(row.map(cellOf));
  return standIns
    .resolve(table.toString())
    .split('\n')
    .map((line) => line.trimEnd());
}

const NO_BORDERS = Object.fromEntries(
  ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right']
    .concat(['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'])
    .map((part) => [part, '']),
);

/**
 * cli-table3 takes the marks of scripts such as Hindi and Thai for letters, and gives them too much room. Text beyond
 * ASCII is drawn as characters for private use instead, as many as it takes cells, the first of which says which it was.
 */
class StandIns {
  private readonly texts: string[] = [];

  /** The text itself where it is measured rightly, or is to be cut. */
  standInFor(text: string, width: number): string {
    if (ASCII.test(text) || this.texts.length === MOST_TEXTS) return text;
    const cells = cellsIn(text);
    if (cells === 0 || cells > width) return text;
    this.texts.push(text);
    return String.fromCharCode(FIRST + this.texts.length - 1) + TAIL.repeat(cells - 1);
  }

  resolve(drawn: string): string {
    return drawn.replace(STAND_IN, (standIn) => this.texts[standIn.charCodeAt(0) - FIRST] ?? standIn);
  }
}

const ASCII = /^[ -~]*$/;
const FIRST = 0xe000;
const MOST_TEXTS = 0x1000;
const TAIL = '\uf8ff';
const STAND_IN = /[\ue000-\uefff]\uf8ff*/g;
