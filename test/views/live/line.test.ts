import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fitToCells } from '../../../src/views/live/fit.ts';
import { createLiveLine, type LiveLineOptions } from '../../../src/views/live/line.ts';

class FakeTerminal extends EventEmitter {
  isTTY = true;
  rows = 24;
  columns = 20;
  writes: string[] = [];

  write(text: string): boolean {
    this.writes.push(text);
    return true;
  }

  /** What was written since the last call, one entry a write. */
  taken(): string[] {
    return this.writes.splice(0);
  }

  resize(columns: number, rows: number): void {
    Object.assign(this, { columns, rows });
    this.emit('resize');
  }
}

function setUp(overrides: Partial<LiveLineOptions> = {}, terminal = new FakeTerminal()) {
  const totals = { text: 'Gemini $0.01' };
  const line = createLiveLine({
    stream: terminal,
    stdoutIsTty: true,
    env: { TERM: 'xterm' },
    text: () => totals.text,
    ...overrides,
  });
  lines.push(line);
  return { terminal, totals, line };
}

const lines: { stop(): void }[] = [];
const drawn = (rows: number, text: string) => `\x1b7\x1b[1;${rows - 1}r\x1b[9999;1H\x1b[0m\x1b[2K${text}\x1b[0m\x1b8`;
const SET_UP_24 = '\x1b7\x1b[r\x1b8\x1bD\x1b[1A\x1b7\x1b[1;23r\x1b8';
const FRESH_LINE_20 = `${' '.repeat(20)}\r\x1b[K`;

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  for (const line of lines.splice(0)) line.stop();
  vi.useRealTimers();
});

describe('on a terminal', () => {
  it('sets the region up and draws in one write', () => {
    const { terminal, line } = setUp();
    line.start();
    expect(terminal.taken()).toEqual([SET_UP_24 + drawn(24, 'Gemini $0.01')]);
  });

  it('draws the first change at once, later ones four times a second, and only a new text', () => {
    const { terminal, totals, line } = setUp();
    line.start();
    terminal.taken();

    totals.text = 'one';
    line.refresh();
    expect(terminal.taken()).toEqual([drawn(24, 'one')]);

    totals.text = 'two';
    line.refresh();
    totals.text = 'three';
    line.refresh();
    vi.advanceTimersByTime(249);
    expect(terminal.taken()).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(terminal.taken()).toEqual([drawn(24, 'three')]);

    line.refresh();
    vi.advanceTimersByTime(10_000);
    expect(terminal.taken()).toEqual([]);
  });

  it('takes another interval', () => {
    const { terminal, totals, line } = setUp({ intervalMs: 1000 });
    line.start();
    line.refresh();
    terminal.taken();
    totals.text = 'two';
    line.refresh();
    vi.advanceTimersByTime(999);
    expect(terminal.taken()).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(terminal.taken()).toEqual([drawn(24, 'two')]);
  });

  it('gives the row back and leaves a fresh line', () => {
    const { terminal, totals, line } = setUp();
    line.start();
    line.refresh();
    totals.text = 'late';
    line.refresh();
    terminal.taken();
    line.stop();
    expect(terminal.taken()).toEqual([`\x1b7\x1b[r\x1b[9999;1H\x1b[2K\x1b8\x1b[?25h${FRESH_LINE_20}`]);

    line.stop();
    line.refresh();
    line.resume();
    line.start();
    vi.advanceTimersByTime(10_000);
    expect(terminal.taken()).toEqual([]);
    expect(terminal.listenerCount('resize')).toBe(0);
  });

  it('says something in one write, below whatever stands in the row of the cursor', () => {
    const { terminal, line } = setUp();
    line.say('before the start');
    line.start();
    terminal.taken();
    line.say('80 % of the budget');
    line.stop();
    expect(terminal.taken()[0]).toBe(`${' '.repeat(20)}\r\x1b[K80 % of the budget\n`);
    line.say('after the end');
    expect(terminal.taken()).toEqual(['after the end\n']);
  });

  it('tells the text how wide the terminal is, and cuts it to one cell less', () => {
    const { terminal, line } = setUp({ text: (columns) => `${columns} columns and too long` });
    line.start();
    expect(terminal.taken()).toEqual([SET_UP_24 + drawn(24, '20 columns and too…')]);
  });

  it('sets up again after a resize, without the old row', () => {
    const { terminal, line } = setUp();
    line.start();
    terminal.taken();
    terminal.resize(10, 12);
    expect(terminal.taken()).toEqual([
      `\x1b7\x1b[r\x1b8\x1bD\x1b[1A\x1b7\x1b[1B\r\x1b[J\x1b8\x1b7\x1b[1;11r\x1b8${drawn(12, 'Gemini $…')}`,
    ]);
  });

  it('lets go of a terminal that became too small, and comes back', () => {
    const { terminal, totals, line } = setUp();
    line.start();
    terminal.taken();
    terminal.resize(20, 5);
    expect(terminal.taken()).toEqual(['\x1b7\x1b[r\x1b8\x1bD\x1b[1A\x1b7\x1b[1B\r\x1b[J\x1b8']);

    totals.text = 'two';
    line.refresh();
    terminal.resize(20, 4);
    expect(terminal.taken()).toEqual([]);

    terminal.resize(20, 24);
    expect(terminal.taken()).toEqual([SET_UP_24 + drawn(24, 'two')]);

    terminal.resize(20, 3);
    terminal.taken();
    line.stop();
    expect(terminal.taken()).toEqual([FRESH_LINE_20]);
  });

  it('gives the terminal back while suspended', () => {
    const { terminal, totals, line } = setUp();
    line.start();
    terminal.taken();
    line.suspend();
    expect(terminal.taken()).toEqual(['\x1b7\x1b[r\x1b[9999;1H\x1b[2K\x1b8\x1b[?25h']);

    totals.text = 'two';
    line.suspend();
    line.refresh();
    terminal.resize(20, 24);
    vi.advanceTimersByTime(10_000);
    expect(terminal.taken()).toEqual([]);

    line.resume();
    line.resume();
    expect(terminal.taken()).toEqual([SET_UP_24 + drawn(24, 'two')]);
  });

  it.each(['exit', 'uncaughtExceptionMonitor'])('restores the terminal on process %s', (event) => {
    const before = process.listeners(event as 'exit');
    const { terminal, line } = setUp();
    line.start();
    const added = process.listeners(event as 'exit').filter((listener) => !before.includes(listener));
    terminal.taken();
    expect(added).toHaveLength(1);
    added[0]?.(0);
    expect(terminal.taken()).toEqual([`\x1b7\x1b[r\x1b[9999;1H\x1b[2K\x1b8\x1b[?25h${FRESH_LINE_20}`]);
    expect(process.listeners(event as 'exit')).toEqual(before);
  });

  it('ends quietly when the stream fails', () => {
    const { terminal, totals, line } = setUp();
    line.start();
    terminal.taken();
    terminal.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    totals.text = 'two';
    line.refresh();
    terminal.resize(20, 30);
    line.stop();
    terminal.emit('error', new Error('write EIO'));
    expect(terminal.taken()).toEqual([]);
  });
});

describe('where nothing may be drawn', () => {
  const cases: [string, Partial<LiveLineOptions>, Partial<FakeTerminal>][] = [
    ['stderr is not a terminal', {}, { isTTY: false }],
    ['stdout is not a terminal', { stdoutIsTty: false }, {}],
    ['the terminal is dumb', { env: { TERM: 'dumb' } }, {}],
    ['CI is set', { env: { TERM: 'xterm', CI: 'true' } }, {}],
    ['there are fewer than 6 rows', {}, { rows: 5 }],
    ['the size is unknown', {}, { rows: 0, columns: 0 }],
  ];

  it.each(cases)('%s: a plain line every 30 s, if there is news', (_name, options, size) => {
    const { terminal, totals, line } = setUp(options, Object.assign(new FakeTerminal(), size));
    line.start();
    vi.advanceTimersByTime(60_000);
    expect(terminal.taken()).toEqual([]);

    totals.text = '\x1b[32mGemini $0.02\x1b[39m';
    line.refresh();
    vi.advanceTimersByTime(29_999);
    expect(terminal.taken()).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(terminal.taken()).toEqual(['Gemini $0.02\n']);

    line.say('80 % of the budget');
    expect(terminal.taken()).toEqual(['80 % of the budget\n']);

    vi.advanceTimersByTime(60_000);
    totals.text = 'late';
    line.stop();
    vi.advanceTimersByTime(60_000);
    expect(terminal.taken()).toEqual([]);
  });

  it('draws with exactly 6 rows', () => {
    const { terminal, line } = setUp({}, Object.assign(new FakeTerminal(), { rows: 6 }));
    line.start();
    expect(terminal.taken()).toHaveLength(1);
  });

  it('is silent while suspended and after a stream error', () => {
    const { terminal, totals, line } = setUp(
      { plainIntervalMs: 1000 },
      Object.assign(new FakeTerminal(), { isTTY: false }),
    );
    line.resume();
    line.start();
    totals.text = 'two';
    line.suspend();
    vi.advanceTimersByTime(5000);
    expect(terminal.taken()).toEqual([]);
    line.resume();
    vi.advanceTimersByTime(1000);
    expect(terminal.taken()).toEqual(['two\n']);

    terminal.emit('error', new Error('write EPIPE'));
    totals.text = 'three';
    line.resume();
    vi.advanceTimersByTime(5000);
    expect(terminal.taken()).toEqual([]);
  });
});

describe('fitToCells', () => {
  const cases: [string, string, number, string][] = [
    ['a text that fits exactly', 'abcde', 5, 'abcde'],
    ['one cell too many', 'abcdef', 5, 'abcd…'],
    ['wide characters, two cells each', '日本語', 6, '日本語'],
    ['a wide character that would end half outside', '日本語', 5, '日本…'],
    ['the same, one cell less', '日本語', 4, '日…'],
    ['an emoji', '💰💰💰', 5, '💰💰…'],
    ['combining marks, no cells of their own', 'e\u0301e\u0301e\u0301', 3, 'e\u0301e\u0301e\u0301'],
    ['colours, no cells of their own', '\x1b[32mabcde\x1b[39m', 5, '\x1b[32mabcde\x1b[39m'],
    ['colours before the cut', '\x1b[32mab\x1b[39m\x1b[1mcdef\x1b[22m', 5, '\x1b[32mab\x1b[39m\x1b[1mcd…'],
    ['line breaks and tabs', 'a\r\nb\tc', 9, 'a b c'],
    ['cursor movement', 'a\x1b[2Jb\x07', 9, 'a[2Jb'],
    ['one cell', 'abc', 1, '…'],
    ['no room', 'abc', 0, ''],
  ];

  it.each(cases)('%s', (_name, text, cells, expected) => {
    expect(fitToCells(text, cells)).toBe(expected);
  });
});
