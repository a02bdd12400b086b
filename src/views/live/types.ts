/** The part of a terminal write stream (`process.stderr`) that the live line uses. */
export interface LiveStream {
  readonly isTTY?: boolean;
  readonly rows?: number;
  readonly columns?: number;
  write(text: string): unknown;
  on(event: 'resize' | 'error', listener: () => void): unknown;
  off(event: 'resize' | 'error', listener: () => void): unknown;
}

export interface LiveLineOptions {
  /** Where the line is drawn: stderr. */
  stream: LiveStream;
  /** Whether the child's stdout is a terminal too; if not, it is being piped and we keep off the screen. */
  stdoutIsTty: boolean;
  env: Readonly<Record<string, string | undefined>>;
  /** The line for a terminal of this many columns. Colours allowed; it is cut to `columns - 1` cells. */
  text: (columns: number) => string;
  /** Shortest time between two draws, in milliseconds. Default 250. */
  intervalMs?: number;
  /** Without a usable terminal: time between two plain lines, in milliseconds. Default 30,000. */
  plainIntervalMs?: number;
}

/** The running totals at the bottom of the screen. Every method may be called at any time, any number of times; none throws. */
export interface LiveLine {
  start(): void;
  /** The totals changed: draw soon, if the text is a new one. */
  refresh(): void;
  /** Write one line of text above the totals, on a row of its own. */
  say(text: string): void;
  /** Give the whole terminal back for a while (Ctrl-Z). */
  suspend(): void;
  resume(): void;
  /** Give the terminal back for good, the cursor at the start of an empty line. */
  stop(): void;
}
