import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTmux, hasTmux, type Terminal } from './terminal.ts';

const here = import.meta.dirname;
const ROWS = 12;
const isLive = (row: string) => /^LIVE \d+ /.test(row);
const hasLess = spawnSync('less', ['--version']).status === 0;
const rowsTo = (last: number) => Array.from({ length: last }, (_, n) => `row ${n + 1}`);

describe.skipIf(!hasTmux)('full-screen programs beside the live line (needs tmux)', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'cw-'));
  const tmux = createTmux(folder);

  beforeAll(async () => {
    const outfile = join(folder, 'watch.mjs');
    await build({ entryPoints: [join(here, 'watch.ts')], outfile, bundle: true, platform: 'node', format: 'esm' });
    cpSync(join(here, 'programs'), folder, { recursive: true });
  });
  afterAll(async () => {
    await tmux.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  async function watch(program: string, before = ''): Promise<Terminal> {
    const terminal = await tmux.open(60, ROWS);
    await terminal.untilRow('shell$');
    await terminal.enter(`${before}node watch.mjs ${program}`);
    return terminal;
  }

  /** After the end: the screen as it was before, without a trace of the live line, and the whole of it scrolls. */
  async function expectRestored(terminal: Terminal, expected: string[]): Promise<void> {
    const written = (rows: string[]) => rows.filter((row) => row !== '');
    await terminal.until('the prompt', (rows) => written(rows).at(-1) === 'shell$');
    expect(written(await terminal.history()).slice(1)).toEqual([...expected, 'shell$']);
    expect((await terminal.state()).region).toEqual([0, ROWS - 1]);
  }

  it('keep all rows but the last, and leave the screen as it was', async () => {
    const terminal = await watch('full-screen.js');
    const first = await terminal.until('the first draw', (rows) => rows[10] === 'row 11' && isLive(rows[11]!));
    expect(first.slice(0, -1)).toEqual(rowsTo(11));
    await terminal.type('s');
    const scrolled = await terminal.until('the scrolling', (rows) => rows[10] === 'scrolled' && isLive(rows[11]!));
    expect(scrolled.slice(0, -1)).toEqual([...rowsTo(11).slice(1), 'scrolled']);
    await terminal.type('l');
    const left = await terminal.until('the first screen', (rows) => rows.includes('after') && isLive(rows[11]!));
    expect(left.filter((row) => row !== '').slice(1, -1)).toEqual(['before', 'after']);
    await terminal.type('q');
    await expectRestored(terminal, ['before', 'after', 'Summary: 0']);
  });

  it('keep every row while there is no news', async () => {
    const terminal = await watch('full-screen.js', 'WATCH_STILL=1 ');
    await terminal.until('its own last row', (rows) => rows[10] === 'row 11' && rows[11] === 'status');
    await terminal.type('s');
    const scrolled = await terminal.until('the scrolling', (rows) => rows[10] === 'scrolled');
    expect(scrolled.at(-1)).toBe('status');
    await terminal.type('lq');
    await expectRestored(terminal, ['before', 'after', 'Summary: 0']);
  });

  it.skipIf(!hasLess)('such as a pager, which shows its end and goes without a trace', async () => {
    const terminal = await watch('pager.js');
    await terminal.until('its prompt', (rows) => rows.at(-2) === ':' && isLive(rows.at(-1)!));
    await terminal.type('G');
    const end = await terminal.until('the end', (rows) => rows.at(-2) === '(END)' && isLive(rows.at(-1)!));
    expect(end.slice(0, -2)).toEqual(rowsTo(100).slice(-10));
    await terminal.type('q');
    await expectRestored(terminal, ['before', 'after', 'Summary: 0']);
  });
});
