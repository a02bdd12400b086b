import { PassThrough } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { showProgress } from '../../../src/views/terminal/progress.ts';
import { startSpinner } from '../../../src/views/terminal/spinner.ts';

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const LONG_WORK = 400;

/** A terminal that notes what is written, and how often its row was cleared. */
function terminal({ columns = 80, isTTY = true } = {}) {
  const written: string[] = [];
  const stream = Object.assign(new PassThrough(), {
    isTTY,
    columns,
    cursorTo: () => true,
    moveCursor: () => true,
    clearLine: () => written.push('<clear>') > 0,
    write: (text: string) => written.push(text) > 0,
  });
  const rows = () => written.map(stripVTControlCharacters).filter((text) => /\w/.test(text) && text !== '<clear>');
  return { written, stream, rows };
}

beforeAll(async () => {
  await import('ora');
});

describe('progress', () => {
  it('shows how much is read once that takes a while, and is gone at the end', async () => {
    const { written, stream, rows } = terminal();
    const progress = showProgress('Reading logs', stream, {});
    progress.expect(350_000_000);
    progress.read(60_000_000);
    expect(written).toEqual([]);
    await delay(LONG_WORK);
    progress.read(60_000_000);
    expect(rows()[0]).toMatch(/^\S Reading logs 17 % · 60 of 350 MB$/);
    expect(rows().at(-1)).toMatch(/^\S Reading logs 34 % · 120 of 350 MB$/);
    progress.stop();
    expect(written[0]).toBe(HIDE_CURSOR);
    expect(written.slice(-2)).toEqual(['<clear>', SHOW_CURSOR]);
    const { length } = written;
    await delay(LONG_WORK);
    expect(written).toHaveLength(length);
  });

  it('says how much was read where the end is not known', async () => {
    const { stream, rows } = terminal();
    const progress = showProgress('Reading logs', stream, {});
    await delay(LONG_WORK);
    progress.read(1_080_000_000);
    progress.stop();
    expect(rows().at(-1)).toMatch(/^\S Reading logs 1,080 MB$/);
  });

  it('is one row of a narrow terminal, without colours', async () => {
    const { stream, written, rows } = terminal({ columns: 18 });
    const progress = showProgress('Reading logs', stream, {});
    progress.read(1);
    await delay(LONG_WORK);
    progress.stop();
    expect(rows()[0]).toMatch(/^\S Reading logs 0 $/);
    // biome-ignore lint/complexity/useRegexLiterals: the escape is to be seen.
    expect(written.join('')).not.toMatch(new RegExp('\u001b\\[[\\d;]*m'));
  });

  it('says nothing of short work', async () => {
    const { stream, written } = terminal();
    const progress = showProgress('Reading logs', stream, {});
    await delay(10);
    progress.read(1);
    progress.stop();
    await delay(LONG_WORK);
    expect(written).toEqual([]);
  });

  it.each([
    ['no terminal', { isTTY: false }, {}],
    ['a dumb terminal', {}, { TERM: 'dumb' }],
    ['a build', {}, { CI: 'true' }],
  ])('says nothing to %s', async (_name, options, env) => {
    const { stream, written } = terminal(options);
    const spinner = startSpinner('Waiting', stream, env);
    await delay(LONG_WORK);
    spinner.update('Still waiting');
    spinner.stop();
    expect(written).toEqual([]);
  });
});
