import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BIN } from '../cli/costwatch.ts';
import { madeRun } from '../cli/made-run.ts';
import { createTmux, hasTmux, type Terminal } from './terminal.ts';

if (!hasTmux) console.warn('Skipped: the terminal tests of costwatch watch need tmux on the PATH.');

describe.skipIf(!hasTmux)('costwatch watch in a real terminal (needs tmux)', { timeout: 60_000 }, () => {
  let folder: string;
  let tmux: ReturnType<typeof createTmux>;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'cw-'));
    tmux = createTmux(folder);
  });

  afterAll(async () => {
    await tmux.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  async function watch(home: string, columns = 90, rows = 12): Promise<Terminal> {
    const terminal = await tmux.open(columns, rows);
    await terminal.untilRow('shell$');
    await terminal.enter(`TZ=UTC COSTWATCH_HOME=${join(folder, home)} node ${BIN} watch; echo "code $?"`);
    return terminal;
  }

  /** The shell goes on below the command, with nothing of the view on its screen. */
  async function expectRestored(terminal: Terminal, code: number): Promise<void> {
    const rows = await terminal.until('the prompt', (screen) => screen.includes(`code ${code}`));
    expect(rows[0]).toMatch(/^shell\$ TZ=UTC/);
    expect(rows.filter((row) => /running|Total/.test(row))).toEqual([]);
  }

  it('follows sessions as they start, go on and end, until q', async () => {
    const home = join(folder, 'one');
    const terminal = await watch('one');
    await terminal.untilRow('Start one in another terminal: costwatch run -- node your-script.js');
    const first = madeRun(home, '20261122-101502-aaaaaa');
    first.call();
    await terminal.until('the first call', (rows) =>
      rows.some((row) => /^10:15:02 {2}node aaaaaa\.js +1 +– +\$0\.0011/.test(row)),
    );
    const second = madeRun(home, '20261122-101502-bbbbbb');
    second.call({ usage: {} }, 'start');
    await terminal.until(
      'both',
      (rows) => / 2 sessions running/.test(rows[0]!) && rows.some((row) => /Total +2 +1 +\$0\.0011/.test(row)),
    );
    first.end([{}]);
    await terminal.until('the end', (rows) => rows.some((row) => /node aaaaaa\.js +2 .*ended, exit 0$/.test(row)));
    await terminal.until('one left', (rows) => / 1 session running/.test(rows[0]!));
    await terminal.press('q');
    await expectRestored(terminal, 0);
  });

  it('fits a small terminal', async () => {
    const home = join(folder, 'two');
    for (let n = 0; n < 9; n++) madeRun(home, `20261122-101502-aaaaa${n}`).call();
    const terminal = await watch('two', 44, 8);
    const rows = await terminal.until('the total', (screen) => screen.some((row) => /Total +9/.test(row)));
    expect(rows.filter((row) => /aaaaa\d/.test(row))).toHaveLength(3);
    expect(rows).toContain('and 6 more, in the total');
    await terminal.press('C-c');
    await expectRestored(terminal, 0);
  });

  it('gives the terminal back when it is suspended, and when it is killed', async () => {
    madeRun(join(folder, 'three'), '20261122-101502-aaaaaa').call();
    const terminal = await watch('three');
    const isShown = (rows: string[]) => rows.some((row) => /Total +1/.test(row));
    await terminal.until('the total', isShown);
    await terminal.press('C-z');
    await terminal.until('the shell', (rows) => rows.some((row) => /Stopped/.test(row)) && !isShown(rows));
    await terminal.enter('fg');
    await terminal.until('the total again', isShown);
    await terminal.press('q');
    await terminal.until(
      'the shell again',
      (rows) => rows.filter((row) => row === 'shell$').length > 0 && !isShown(rows),
    );
    await terminal.enter(
      `clear; COSTWATCH_HOME=${join(folder, 'three')} sh -c 'node ${BIN} watch & sleep 2; kill -TERM $!; wait $!'; echo "code $?"`,
    );
    const rows = await terminal.until('the code', (screen) => screen.some((row) => /^code \d+$/.test(row)));
    expect(rows.filter((row) => /running|Total/.test(row))).toEqual([]);
  });
});
