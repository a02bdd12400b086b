import { Screen } from '../../views/terminal/screen.ts';
import type { CommandIo } from '../command-io.ts';

type Rows = (room: { columns: number; rows: number }) => Promise<string[]>;

const QUITS = new Set(['q', 'Q', '\u0003', '\u0004']);
const SUSPENDS = '\u001a';
const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Shows rows on the alternate screen again and again until q, Ctrl-C or a signal. However this process ends, the
 * terminal is as it was.
 */
export async function onScreen(rows: Rows, intervalMs: number, io: CommandIo): Promise<number> {
  const { stdin, stdout } = process;
  const screen = new Screen(stdout);
  let stop: (signal?: NodeJS.Signals) => void = () => {};
  const stopped = new Promise<NodeJS.Signals | undefined>((resolve) => {
    stop = resolve;
  });
  const raw = (on: boolean) => {
    if (stdin.isTTY) stdin.setRawMode(on);
  };
  const restore = () => {
    screen.close();
    raw(false);
  };
  const suspend = () => {
    restore();
    process.kill(process.pid, 'SIGTSTP');
  };
  const resume = () => {
    raw(true);
    screen.open();
  };
  const onKey = (key: Buffer) => {
    const text = key.toString();
    if (QUITS.has(text)) stop();
    else if (text === SUSPENDS) suspend();
  };
  process.once('exit', restore);
  for (const signal of SIGNALS) process.once(signal, stop);
  process.on('SIGCONT', resume);
  stdout.on('resize', () => screen.forget());
  stdin.on('data', onKey);
  resume();
  let ended = false;
  stopped.then(() => {
    ended = true;
  });
  try {
    while (!ended) {
      screen.draw(await rows(screen.room));
      await Promise.race([stopped, new Promise((resolve) => setTimeout(resolve, intervalMs))]);
    }
  } finally {
    restore();
    stdin.off('data', onKey);
    stdin.pause();
    process.off('SIGCONT', resume);
  }
  const signal = await stopped;
  if (signal && signal !== 'SIGINT') io.raise?.(signal);
  return 0;
}
