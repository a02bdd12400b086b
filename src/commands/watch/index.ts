import { UsageError } from '../../core/errors.ts';
import { GEMINI } from '../../core/usage/event.ts';
import { meter } from '../../providers/index.ts';
import { overridesFile } from '../../store/files/paths.ts';
import { loadPriceBook } from '../../store/settings/price-book.ts';
import { jsonText } from '../../views/formats/json.ts';
import { type WatchedScreen, watchLine, watchRows } from '../../views/live/watch.ts';
import { palette } from '../../views/terminal/color.ts';
import { type CommandIo, utcDay } from '../command-io.ts';
import { zoneOf } from '../options.ts';
import { onScreen } from './screen.ts';
import { WatchedSessions } from './sessions.ts';

export interface WatchOptions {
  once?: boolean;
  json?: boolean;
  color?: boolean;
}

/** At most four drawings a second. */
const INTERVAL_MS = 250;

/**
 * Follows all sessions of this machine until it is ended: on the alternate screen of a terminal, else with a line for
 * every change. With `once` it shows them and returns.
 */
export async function watch(options: WatchOptions, io: CommandIo): Promise<number> {
  const book = loadPriceBook({ overridesFile: overridesFile(io.env) });
  const sessions = new WatchedSessions(io.env, { book, meter, today: utcDay(io.now) });
  const zone = zoneOf(undefined);
  const look = async (): Promise<WatchedScreen> => {
    const now = new Date();
    const shown = await sessions.refresh(now);
    return { sessions: shown, totals: sessions.totals().toRow(GEMINI), now, zone };
  };
  const chalk = palette(io.stdout, io.env, options);
  if (options.once) {
    const screen = await look();
    const columns = io.stdout.columns || Number(io.env.COLUMNS) || 100;
    const rows = () => `${watchRows(screen, { columns, chalk }).join('\n')}\n`;
    io.stdout.write(options.json ? jsonText(watchJson(screen)) : rows());
    return 0;
  }
  if (io.stdout.isTTY === true && !options.json && io.env.TERM !== 'dumb') {
    return onScreen(async (room) => watchRows(await look(), { ...room, chalk }), INTERVAL_MS, io);
  }
  return inLines(look, options, io);
}

/** `report --live` */
export function watchInstead(
  files: readonly string[],
  options: WatchOptions & { live?: boolean; mode?: string },
  io: CommandIo,
): Promise<number> {
  if (files.length > 0) {
    throw new UsageError('--live follows the sessions on this machine and reads no logs.', {
      hint: 'Leave the files out: costwatch report --live',
    });
  }
  const { live: _live, once, json, color, mode, ...others } = options;
  const [other] = mode === 'auto' ? Object.keys(others) : ['mode'];
  if (other !== undefined) {
    throw new UsageError(
      `--live shows what is running now and cannot be combined with --${other.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.`,
      {
        hint: 'Use it with --once, --json or --no-color alone: costwatch report --live',
      },
    );
  }
  return watch({ ...(once ? { once } : {}), ...(json ? { json } : {}), ...(color === undefined ? {} : { color }) }, io);
}

/** Writes on when something has changed, for as long as it is let. */
async function inLines(look: () => Promise<WatchedScreen>, { json }: WatchOptions, io: CommandIo): Promise<number> {
  for (let last = ''; ; ) {
    const screen = await look();
    const state = JSON.stringify(watchJson({ ...screen, now: START }, { rates: false }));
    if (state !== last) io.stdout.write(json ? `${JSON.stringify(watchJson(screen))}\n` : watchLine(screen));
    last = state;
    await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
  }
}

const START = new Date(0);

function watchJson({ sessions, totals, now }: WatchedScreen, { rates } = { rates: true }): object {
  return {
    schemaVersion: 1,
    at: now.toISOString(),
    sessions: sessions.map(({ session, state, row, inFlight, perMinuteUsd }) => {
      const { id, startedAt, endedAt, command, exitCode, signal } = session;
      const { calls, failed, costUsd, costAccuracy, characters, credits } = row;
      const rate = rates ? { perMinuteUsd } : {};
      return {
        ...{ id, startedAt, endedAt, command, exitCode, signal, state, calls, failed, inFlight },
        ...{ costUsd, costAccuracy, characters, credits, ...rate },
      };
    }),
    totals: {
      calls: totals.calls,
      costUsd: totals.costUsd,
      costAccuracy: totals.costAccuracy,
      characters: totals.characters,
      credits: totals.credits,
    },
  };
}
