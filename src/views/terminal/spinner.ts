import type { Ora } from 'ora';

/** The part of a terminal's write stream that a spinner looks at itself. */
export type SpinnerStream = NodeJS.WritableStream & { isTTY?: boolean; columns?: number };

/** A line on a terminal that says what is being done. */
export interface Spinner {
  /** Says how far it has come. */
  update(text: string): void;
  /** Takes the line away. */
  stop(): void;
}

/** What is sooner done is done without a word. */
const PATIENCE_MS = 300;
const INTERVAL_MS = 80;

/**
 * Shows a spinner once the work has taken a while, on a terminal only. It is drawn by a timer, and also by `update`, since
 * work that never waits leaves no time for timers.
 */
export function startSpinner(
  text: string,
  stream: SpinnerStream = process.stderr,
  env: NodeJS.ProcessEnv = process.env,
): Spinner {
  if (!stream.isTTY || env.TERM === 'dumb' || env.CI) return { update: () => {}, stop: () => {} };
  const begin = performance.now();
  let shown = text;
  let isOpening = false;
  let hasEnded = false;
  let spinner: Ora | undefined;
  let drawn = begin;
  const timer = setTimeout(open, PATIENCE_MS).unref();

  async function open(): Promise<void> {
    clearTimeout(timer);
    isOpening = true;
    const { default: ora } = await import('ora');
    if (hasEnded) return;
    // It would otherwise swallow what is typed, and on no terminal write a line all the same.
    spinner = ora({ text: inOneRow(), stream, color: false, discardStdin: false, isEnabled: true }).start();
  }

  /** With room for the spinner itself. */
  function inOneRow(): string {
    return shown.slice(0, Math.max(1, (stream.columns || 80) - 3));
  }

  return {
    update(next) {
      shown = next;
      const now = performance.now();
      if (!isOpening && now - begin >= PATIENCE_MS) open();
      if (!spinner || now - drawn < INTERVAL_MS) return;
      drawn = now;
      spinner.text = inOneRow();
      spinner.render();
    },
    stop() {
      hasEnded = true;
      clearTimeout(timer);
      spinner?.stop();
    },
  };
}

/** Shows what is waited for until it is there. */
export async function whileWaiting<T>(text: string, work: Promise<T>): Promise<T> {
  const spinner = startSpinner(text);
  return work.finally(() => spinner.stop());
}
