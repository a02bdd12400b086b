import { describe, expect, it } from 'vitest';
import { showProgress } from '../../../src/views/terminal/progress.ts';

const ERASE = '\r\u001b[2K';

function terminal(columns = 80) {
  const written: string[] = [];
  let time = 0;
  return {
    written,
    stream: { isTTY: true, columns, write: (text: string) => written.push(text) },
    now: () => time,
    wait: (ms: number) => {
      time += ms;
    },
  };
}

describe('progress', () => {
  it('shows bar, time left and rate after a second, and is gone at the end', () => {
    const { written, stream, now, wait } = terminal();
    const progress = showProgress('Reading logs', stream, now);
    progress.expect(400_000_000);
    wait(999);
    progress.read(50_000_000);
    expect(written).toEqual([]);
    wait(1);
    progress.read(50_000_000);
    progress.stop();
    expect(written).toEqual([`${ERASE}Reading logs  █████░░░░░░░░░░░░░░░  25 %  3.0 s left  100 MB/s`, ERASE]);
  });

  it('is written ten times a second at most', () => {
    const { written, stream, now, wait } = terminal();
    const progress = showProgress('Reading logs', stream, now);
    progress.expect(1e9);
    wait(1000);
    for (let ms = 0; ms < 1000; ms++) {
      progress.read(1000);
      wait(1);
    }
    expect(written).toHaveLength(10);
  });

  it('turns where the end is not known', () => {
    const { written, stream, now, wait } = terminal();
    const progress = showProgress('Reading logs', stream, now);
    for (let second = 0; second < 2; second++) {
      wait(1000);
      progress.read(80_000_000);
    }
    expect(written).toEqual([`${ERASE}Reading logs  ⠋ 80 MB  80 MB/s`, `${ERASE}Reading logs  ⠙ 160 MB  80 MB/s`]);
  });

  it('keeps within the line', () => {
    const { written, stream, now, wait } = terminal(20);
    const progress = showProgress('Reading logs', stream, now);
    wait(1000);
    progress.read(1);
    expect(written).toEqual([`${ERASE}Reading logs  ⠋ 0 M`]);
  });

  it('leaves a short work, and what is no terminal, without a word', () => {
    const { written, stream, now, wait } = terminal();
    const short = showProgress('Reading logs', stream, now);
    wait(10);
    short.read(1);
    short.stop();
    const piped = showProgress('Reading logs', { ...stream, isTTY: false }, now);
    wait(5000);
    piped.read(1);
    piped.stop();
    expect(written).toEqual([]);
  });
});
