import { createPlainLine } from './plain.ts';
import { createRegionLine, hasRoom } from './region.ts';
import type { LiveLine, LiveLineOptions } from './types.ts';

export type { LiveLine, LiveLineOptions, LiveStream } from './types.ts';

/**
 * The running totals while the child works: the terminal's last row, or, where nothing may be drawn (no terminal, a pipe,
 * a dumb terminal, CI, fewer than 6 rows), a plain line now and then. Ends quietly when the stream fails.
 */
export function createLiveLine(options: LiveLineOptions): LiveLine {
  return mayDraw(options) ? createRegionLine(options) : createPlainLine(options);
}

function mayDraw({ stream, stdoutIsTty, env }: LiveLineOptions): boolean {
  return stream.isTTY === true && stdoutIsTty && env.TERM !== 'dumb' && !env.CI && hasRoom(stream);
}
