import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTmux, hasTmux, type Terminal } from './terminal.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const LIVE = /^LIVE \d+ /;
const isLive = (row: string | undefined) => LIVE.test(row ?? '');
const endsLive = (rows: string[]) => isLive(rows.at(-1)) && rows.filter(isLive).length === 1;
/** The rows without the empty ones at the end. */
const written = (rows: string[]) => rows.slice(0, rows.findLastIndex((row) => row !== '') + 1);

if (!hasTmux) console.warn('Skipped: the terminal tests of the live line need tmux on the PATH.');

describe.skipIf(!hasTmux)('the live line in a real terminal (needs tmux)', { timeout: 60_000 }, () => {
  let folder: string;
  let tmux: ReturnType<typeof createTmux>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cw-'));
    tmux = createTmux(folder);
    await build({
      entryPoints: [join(here, 'watch.ts')],
      outfile: join(folder, 'watch.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
    });
    cpSync(join(here, 'programs'), folder, { recursive: true });
  });

  afterAll(async () => {
    await tmux.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  async function watch(program: string, { columns = 80, rows = 24, before = '' } = {}): Promise<Terminal> {
    const terminal = await tmux.open(columns, rows);
    await terminal.untilRow('shell$');
    await terminal.enter(`${before}node watch.mjs ${program}; echo "code $?"`);
    return terminal;
  }

  /** A program that answers keys, with the live line on the last row. */
  async function watchKeys(before = ''): Promise<Terminal> {
    const terminal = await watch('keys.js', { before });
    await terminal.until('the live line', (rows) => rows.includes('ready') && endsLive(rows));
    return terminal;
  }

  /** The end: nothing of the live line anywhere, the whole screen scrolls, and the shell's prompt follows. */
  async function expectRestored(terminal: Terminal, code: number, rows = 24): Promise<string[]> {
    await terminal.until('the prompt', (screen) => written(screen).slice(-2).join() === `code ${code},shell$`);
    const history = await terminal.history();
    expect(history.filter(isLive)).toEqual([]);
    expect((await terminal.state()).region).toEqual([0, rows - 1]);
    return written(history);
  }

  it('lets 3,000 coloured lines through intact', async () => {
    const terminal = await watch('lines.js');
    const history = await expectRestored(terminal, 0);
    const expected = Array.from({ length: 3000 }, (_, n) => `line ${n + 1} ${'x'.repeat((n + 1) % 60)}`.trimEnd());
    expect(history.slice(1)).toEqual([...expected, 'Summary: 0', 'code 0', 'shell$']);
  });

  it('leaves a progress line alone', async () => {
    const terminal = await watch('progress.js');
    await terminal.until('progress half-way', (rows) => rows.includes('progress 50 %') && endsLive(rows));
    await terminal.type(' ');
    const history = await expectRestored(terminal, 0);
    expect(history.slice(1)).toEqual(['progress 100 %', 'done', 'Summary: 0', 'code 0', 'shell$']);
  });

  it('leaves a partial line alone, and the summary starts on a line of its own', async () => {
    const terminal = await watchKeys();
    for (const row of ['part', 'part part', 'part part part']) {
      await terminal.type('p');
      const seen = (await terminal.until(row, (rows) => rows.includes(row) && endsLive(rows))).at(-1);
      await terminal.until('another draw', (rows) => endsLive(rows) && rows.at(-1) !== seen);
    }
    await terminal.type('q');
    const history = await expectRestored(terminal, 0);
    expect(history.slice(1)).toEqual(['ready', 'part part part', 'Summary: 0', 'code 0', 'shell$']);
  });

  it('says something above itself, on a row of its own', async () => {
    const terminal = await watchKeys();
    await terminal.type('p');
    await terminal.until('a partial line', (rows) => rows.includes('part') && endsLive(rows));
    await terminal.type('w');
    await terminal.until('the word', (rows) => rows.includes('a word above') && endsLive(rows));
    await terminal.type('n');
    await terminal.until('the next line', (rows) => rows.includes('next') && endsLive(rows));
    await terminal.type('q');
    const history = await expectRestored(terminal, 0);
    expect(history.slice(1)).toEqual(['ready', 'part', 'a word above', 'next', 'Summary: 0', 'code 0', 'shell$']);
  });

  it('leaves a prompt and its answer alone', async () => {
    const terminal = await watch('ask.js');
    await terminal.until('the question', (rows) => rows.includes('Name?') && endsLive(rows));
    await terminal.enter('Ada');
    const history = await expectRestored(terminal, 0);
    expect(history.slice(1)).toEqual(['Name? Ada', 'Hello Ada', 'Summary: 0', 'code 0', 'shell$']);
  });

  it('comes back after the program clears the screen', async () => {
    const terminal = await watchKeys();
    await terminal.type('c');
    const rows = await terminal.until('the cleared screen', (rows) => rows[0] === 'cleared' && endsLive(rows));
    expect(rows.slice(1, -1).join('')).toBe('');
    await terminal.type('q');
    // The screen only: tmux itself keeps what a program clears in its history.
    const screen = await terminal.until('the prompt', (rows) => written(rows).at(-1) === 'shell$');
    expect(written(screen)).toEqual(['cleared', 'Summary: 0', 'code 0', 'shell$']);
  });

  it('heals a scroll region that the program has reset', async () => {
    const terminal = await watchKeys();
    await terminal.type('r');
    await terminal.untilRow('reset');
    await terminal.until('the next draw', endsLive);
    await expect.poll(async () => (await terminal.state()).region, { timeout: 20_000 }).toEqual([0, 22]);
    await terminal.type('q');
    await expectRestored(terminal, 0);
  });

  it('follows a resize both ways', async () => {
    const terminal = await watchKeys('WATCH_STILL=1 ');
    await terminal.type('f');
    await terminal.until('60 rows', (rows) => rows.at(-3) === 'row 60' && endsLive(rows));
    for (const [columns, rows] of [
      [60, 10],
      [100, 40],
      [30, 12],
      [80, 24],
    ] as const) {
      await terminal.resize(columns, rows);
      await expect.poll(async () => (await terminal.state()).region, { timeout: 20_000 }).toEqual([0, rows - 2]);
      await terminal.until(`${columns} x ${rows}`, (screen) => screen.length === rows && endsLive(screen));
      await terminal.type('n');
      await terminal.until(
        'the next line',
        (screen) => screen.filter((row) => row === 'next').length > 0 && endsLive(screen),
      );
    }
    await terminal.type('q');
    const history = await expectRestored(terminal, 0);
    const rows = Array.from({ length: 60 }, (_, n) => `row ${n + 1}`);
    expect(history.slice(1).filter((row) => row !== '')).toEqual([
      'ready',
      ...rows,
      'next',
      'next',
      'next',
      'next',
      'Summary: 0',
      'code 0',
      'shell$',
    ]);
  });

  it('lets go of a window that became too small', async () => {
    const terminal = await watchKeys();
    await terminal.resize(80, 4);
    await terminal.until('no live line', (rows) => rows.length === 4 && !rows.some(isLive));
    await terminal.resize(80, 24);
    await terminal.until('the live line', (rows) => rows.length === 24 && endsLive(rows));
    await terminal.type('q');
    await expectRestored(terminal, 0);
  });

  it('draws nothing in a terminal of 3 rows', async () => {
    const terminal = await watch('progress.js', { rows: 3, before: 'WATCH_STILL=1 ' });
    await terminal.untilRow('progress 50 %');
    expect((await terminal.state()).region).toEqual([0, 2]);
    await terminal.type(' ');
    const history = await expectRestored(terminal, 0, 3);
    expect(history.slice(-5)).toEqual(['progress 100 %', 'done', 'Summary: 0', 'code 0', 'shell$']);
  });

  it('starts at the bottom of a full screen', async () => {
    const terminal = await watchKeys('seq 40; ');
    await terminal.type('nq');
    const history = await expectRestored(terminal, 0);
    const numbers = Array.from({ length: 40 }, (_, n) => String(n + 1));
    expect(history.slice(1)).toEqual([...numbers, 'ready', 'next', 'Summary: 0', 'code 0', 'shell$']);
  });

  it('shows the stack of a program that crashed', async () => {
    const terminal = await watch('crash.js');
    const history = await expectRestored(terminal, 1);
    expect(history.join('\n')).toContain('Error: the script failed');
    expect(history.slice(-3)).toEqual(['Summary: 1', 'code 1', 'shell$']);
  });

  it('restores the terminal when the watcher itself crashes', async () => {
    const terminal = await watch('ask.js', { before: 'WATCH_FAILS=1 ' });
    await terminal.until('the question', (rows) => rows.includes('Name?') && endsLive(rows));
    await terminal.enter('Ada');
    const history = await expectRestored(terminal, 1);
    expect(history.slice(1, 3)).toEqual(['Name? Ada', 'Hello Ada']);
    expect(history.join('\n')).toContain('Error: a bug in the watcher');
  });

  it('survives Ctrl-C while the program cleans up', async () => {
    const terminal = await watch('cleanup.js');
    await terminal.until('the live line', (rows) => rows.includes('ready') && endsLive(rows));
    await terminal.press('C-c');
    const history = await expectRestored(terminal, 5);
    expect(history.slice(1)).toEqual(['ready', '^Ccleaned up', 'Summary: 5', 'code 5', 'shell$']);
  });

  it('gives the terminal back on Ctrl-Z and takes it again on fg, at its new size', async () => {
    const terminal = await watch('forever.js');
    await terminal.until('the live line', (rows) => rows.includes('ready') && endsLive(rows));
    await terminal.press('C-z');
    const stopped = await terminal.until('the prompt', (rows) => written(rows).at(-1) === 'shell$');
    expect(stopped.filter(isLive)).toEqual([]);
    expect(stopped.join('\n')).toMatch(/Stopped .*watch\.mjs/);
    expect(stopped).toContain('code 148');
    expect((await terminal.state()).region).toEqual([0, 23]);

    await terminal.resize(70, 20);
    await terminal.enter('fg');
    const again = await terminal.until('the live line', (rows) => rows.includes('continued') && endsLive(rows));
    expect(again).toHaveLength(20);
    expect((await terminal.state()).region).toEqual([0, 18]);
    await terminal.press('C-c');
    await terminal.until(
      'the summary',
      (rows) => rows.includes('Summary: SIGINT') && written(rows).at(-1) === 'shell$',
    );
    expect((await terminal.history()).filter(isLive)).toEqual([]);
    expect((await terminal.state()).region).toEqual([0, 19]);
  });

  it('goes on after Ctrl-Z where no shell could continue it', async () => {
    const terminal = await tmux.open(80, 24, 'exec node watch.mjs forever.js');
    const before = (await terminal.until('the live line', (rows) => rows.includes('ready') && endsLive(rows))).at(-1);
    await terminal.press('C-z');
    await terminal.until('the echo', (rows) => rows.includes('^Z'));
    await terminal.until('a later draw', (rows) => endsLive(rows) && rows.at(-1) !== before);
    expect((await terminal.state()).region).toEqual([0, 22]);
  });
});
