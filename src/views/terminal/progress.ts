import { formatDuration } from './format.ts';

/** Shows how far the reading of logs has come. */
export interface Progress {
  /** So many bytes are to be read. Not called where that is not known. */
  expect(bytes: number): void;
  read(bytes: number): void;
  stop(): void;
}

const FIRST_AFTER = 1000;
const BETWEEN = 100;
const BAR = 20;
const TURNS = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const ERASE_LINE = '\r\u001b[2K';

/**
 * A line on a terminal with bar, rate and time left, once the work has taken a second; nothing on any other stream. It
 * is written when bytes are read, since reading leaves little time for timers, and is gone after `stop`.
 */
export function showProgress(
  text: string,
  stream: { isTTY?: boolean; columns?: number; write(text: string): unknown },
  now: () => number = Date.now,
): Progress {
  if (!stream.isTTY) return { expect: () => {}, read: () => {}, stop: () => {} };
  const start = now();
  let [total, done, turns, next] = [0, 0, 0, start + FIRST_AFTER];
  return {
    expect: (bytes) => {
      total += bytes;
    },
    read: (bytes) => {
      done += bytes;
      const time = now();
      if (time < next) return;
      next = time + BETWEEN;
      const state =
        total >= done ? ahead(done, total, time - start) : `${TURNS[turns++ % TURNS.length]} ${soFar(done)}`;
      const line = `${text}  ${state}  ${rate(done, time - start)}`;
      stream.write(ERASE_LINE + [...line].slice(0, (stream.columns ?? 80) - 1).join(''));
    },
    stop: () => {
      if (next > start + FIRST_AFTER) stream.write(ERASE_LINE);
    },
  };
}

function ahead(done: number, total: number, time: number): string {
  const part = total === 0 ? 0 : done / total;
  const filled = Math.round(part * BAR);
  const left = formatDuration(Math.round((time * (total - done)) / done));
  const percent = String(Math.floor(part * 100)).padStart(3);
  return `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)} ${percent} %  ${left} left`;
}

function soFar(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

function rate(bytes: number, time: number): string {
  return `${Math.round(bytes / 1000 / time)} MB/s`;
}
