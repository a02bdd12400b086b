/** A terminal that a full-screen view may have for itself. */
export interface ScreenStream {
  columns?: number;
  rows?: number;
  write(text: string): void;
}

/** The alternate screen of a terminal: what was on it before is there again when it is closed. */
export class Screen {
  private readonly stream: ScreenStream;
  private isOpen = false;
  private last = '';

  constructor(stream: ScreenStream) {
    this.stream = stream;
  }

  get room(): { columns: number; rows: number } {
    return { columns: this.stream.columns || 80, rows: this.stream.rows || 24 };
  }

  open(): void {
    if (this.isOpen) return;
    this.isOpen = true;
    this.last = '';
    this.stream.write(`${ESC}[?1049h${ESC}[?25l`);
  }

  /** Shows these rows in place of the last ones. Each is to be one row of the terminal. */
  draw(rows: readonly string[]): void {
    const text = rows.map((row) => `${row}${ESC}[K`).join('\r\n');
    if (!this.isOpen || text === this.last) return;
    this.last = text;
    this.stream.write(`${ESC}[H${text}${ESC}[J`);
  }

  /** Makes the next drawing a whole one, since the terminal was resized. */
  forget(): void {
    this.last = '';
    if (this.isOpen) this.stream.write(`${ESC}[2J`);
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.stream.write(`${ESC}[?25h${ESC}[?1049l`);
  }
}

const ESC = '\u001b';
