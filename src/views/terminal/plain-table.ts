import CliTable from 'cli-table3';

/** A table without lines: columns are told apart by room alone, which survives copying and narrow terminals. */
export function plainTable(widths: number[], align: ('left' | 'right')[], rows: CliTable.Cell[][]): string {
  const table = new CliTable({
    chars: NO_LINES,
    colWidths: widths,
    colAligns: align,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
  });
  table.push(...rows);
  return table.toString().replace(/[ \t]+$/gm, '');
}

const NO_LINES = Object.fromEntries(
  ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right']
    .concat(['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'])
    .map((part) => [part, '']),
);
