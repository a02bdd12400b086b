import type { Readable } from 'node:stream';
import { palette } from '../views/terminal/color.ts';
import type { Look } from '../views/terminal/look.ts';

/** Where a command writes. A terminal says how wide it is. */
export interface CommandStream {
  write(text: string): void;
  columns?: number;
  isTTY?: boolean;
}

/** The outside world of a command, so that tests can bring their own. */
export interface CommandIo {
  stdout: CommandStream;
  stderr: CommandStream;
  stdin?: Readable;
  env: NodeJS.ProcessEnv;
  now: Date;
  /** Ends this process as a signal would, after a command of the user was ended by it. */
  raise?(signal: NodeJS.Signals): void;
}

/** How much room and colour a stream has: 80 columns where neither it nor the environment says. */
export function look(stream: CommandStream, env: NodeJS.ProcessEnv, options: { color?: boolean } = {}): Look {
  return { columns: Math.max(stream.columns || Number(env.COLUMNS) || 80, 60), colors: palette(stream, env, options) };
}

/** The UTC day of a moment, by which prices are chosen. */
export function utcDay(now: Date): string {
  return now.toISOString().slice(0, 10);
}
