// The control sequences of the live line (https://vt100.net/docs/vt510-rm/DECSTBM.html). The last row is kept out of the
// scroll region, so the child, which owns the terminal, scrolls above it.
const SAVE = '\u001b7';
const RESTORE = '\u001b8';
const WHOLE_SCREEN = '\u001b[r';
const RESET_COLOURS = '\u001b[0m';
const ERASE_ROW = '\u001b[2K';
const ERASE_BELOW = '\u001b[J';
const ERASE_TO_END = '\u001b[K';
const SHOW_CURSOR = '\u001b[?25h';
// Index, not a line feed: it scrolls if need be but keeps the column. Then up: the cursor is above the last row for certain.
const LEAVE_LAST_ROW = '\u001bD\u001b[1A';
const ERASE_ROWS_BELOW_CURSOR = `${SAVE}\u001b[1B\r${ERASE_BELOW}${RESTORE}`;

// Setting a region sends the cursor home, hence the save and restore around it.
const region = (rows: number) => `\u001b[1;${rows - 1}r`;
// Terminals stop at their last row. Its number would hit a row of the child's if the size has changed and we do not know yet.
const LAST_ROW = '\u001b[9999;1H';

/** Reserve the last of `rows` rows; the rest keeps scrolling as the child's screen. */
export function reserveRow(rows: number): string {
  return `${SAVE}${WHOLE_SCREEN}${RESTORE}${LEAVE_LAST_ROW}${SAVE}${region(rows)}${RESTORE}`;
}

/** The same after a resize, without the old status row that may have stayed on the screen below the cursor. */
export function reserveRowAgain(rows: number): string {
  return `${releaseAfterResize()}${SAVE}${region(rows)}${RESTORE}`;
}

/** Give the region up after a resize: terminals differ in where the old status row is now, so all below the cursor is erased. */
export function releaseAfterResize(): string {
  return `${SAVE}${WHOLE_SCREEN}${RESTORE}${LEAVE_LAST_ROW}${ERASE_ROWS_BELOW_CURSOR}`;
}

/** Write `text` (one row, already cut) on the last row. Sets the region once more, in case the child has reset it. */
export function drawRow(rows: number, text: string): string {
  return `${SAVE}${region(rows)}${LAST_ROW}${RESET_COLOURS}${ERASE_ROW}${text}${RESET_COLOURS}${RESTORE}`;
}

/** Give the last row back, the cursor where the child left it and visible. */
export function releaseRow(): string {
  return `${SAVE}${WHOLE_SCREEN}${LAST_ROW}${ERASE_ROW}${RESTORE}${SHOW_CURSOR}`;
}

/** Column 0 of an empty row: a full row of blanks wraps after a partial line and stays on an empty one. */
export function freshLine(columns: number): string {
  return `${' '.repeat(columns)}\r${ERASE_TO_END}`;
}
