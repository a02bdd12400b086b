import { execFile, spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { clock, machine } from '../support/machine.ts';

const run = promisify(execFile);
const DEADLINE_MS = 20_000;
const POLL_MS = 30;
// Through env: the shell that tmux starts commands with drops PS1.
const SHELL = "env PS1='shell$ ' HISTFILE= bash --norc --noprofile -i";

export const hasTmux = spawnSync('tmux', ['-V']).status === 0;

/** A tmux server of our own: no user configuration, no environment but this one. */
export function createTmux(folder: string) {
  const socket = `costwatch-${process.pid}`;
  const env = {
    ...machine(),
    ...clock(),
    PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
    HOME: folder,
    TMUX_TMPDIR: folder,
    TERM: 'xterm',
    LANG: 'C.UTF-8',
    BASH_SILENCE_DEPRECATION_WARNING: '1',
  };
  const tmux = async (...args: string[]) => {
    const { stdout } = await run('tmux', ['-L', socket, '-f', '/dev/null', '-u', ...args], { env, cwd: folder });
    return stdout;
  };
  let count = 0;

  return {
    /** A terminal of this size running `command`, by default an interactive shell with the prompt `shell$ `. */
    async open(columns: number, rows: number, command = SHELL) {
      const name = `t${++count}`;
      const size = ['-x', String(columns), '-y', String(rows)];
      const history = ['set-option', '-g', 'history-limit', '10000', ';'];
      await tmux('start-server', ';', ...history, 'new-session', '-d', '-s', name, '-c', folder, ...size, command);
      return createTerminal(name, tmux);
    },
    async close() {
      await tmux('kill-server').catch(() => undefined); // no session left: tmux has ended by itself
    },
  };
}

export type Terminal = ReturnType<typeof createTerminal>;

function createTerminal(name: string, tmux: (...args: string[]) => Promise<string>) {
  const capture = async (...args: string[]) =>
    (await tmux('capture-pane', '-p', '-t', name, ...args)).replace(/\n$/, '').split('\n');

  const terminal = {
    /** The rows on the screen, top to bottom, trailing blanks removed. */
    screen: () => capture(),
    /** The same with everything that has scrolled away. */
    history: () => capture('-S', '-'),
    /** First and last row of the scroll region, and the cursor's column and row, all from 0. */
    async state() {
      const format = '#{scroll_region_upper} #{scroll_region_lower} #{cursor_x} #{cursor_y}';
      const [top, bottom, x, y] = (await tmux('display-message', '-p', '-t', name, format))
        .trim()
        .split(' ')
        .map(Number);
      return { region: [top, bottom], cursor: [x, y] };
    },
    isCursorShown: async () => (await tmux('display-message', '-p', '-t', name, '#{cursor_flag}')).trim() === '1',
    type: (text: string) => tmux('send-keys', '-t', name, '-l', text),
    press: (...keys: string[]) => tmux('send-keys', '-t', name, ...keys),
    resize: (columns: number, rows: number) =>
      tmux('resize-window', '-t', name, '-x', String(columns), '-y', String(rows)),
    async enter(command: string) {
      await terminal.type(command);
      await terminal.press('Enter');
    },
    /** Resolves with the screen as soon as `condition` holds for it. */
    async until(what: string, condition: (rows: string[]) => boolean): Promise<string[]> {
      const deadline = Date.now() + DEADLINE_MS;
      for (;;) {
        const rows = await terminal.screen();
        if (condition(rows)) return rows;
        if (Date.now() > deadline) throw new Error(`Waited in vain for ${what}. The screen:\n${rows.join('\n')}`);
        await delay(POLL_MS);
      }
    },
    untilRow: (row: string) => terminal.until(`the row "${row}"`, (rows) => rows.includes(row)),
  };
  return terminal;
}
