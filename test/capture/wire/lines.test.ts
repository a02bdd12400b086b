import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LineBuffer, readNewLines, START_OF_FILE } from '../../../src/capture/wire/lines.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cw-lines-'));
  file = join(folder, 'a.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Reads on from where the last reading ended. */
function follow(path: string) {
  let position: typeof START_OF_FILE | undefined = START_OF_FILE;
  return () => {
    const lines: [number, string][] = [];
    position = readNewLines(path, position ?? START_OF_FILE, (line, number) => lines.push([number, line]));
    return position === undefined ? undefined : lines;
  };
}

it('cuts bytes into lines, wherever they are broken', () => {
  const bytes = Buffer.from('one\ntwö\n\nthree');
  for (let cut = 0; cut <= bytes.length; cut++) {
    const lines = new LineBuffer();
    expect([...lines.add(bytes.subarray(0, cut)), ...lines.add(bytes.subarray(cut))]).toEqual(['one', 'twö', '']);
    expect(lines.add(Buffer.from('\n'))).toEqual(['three']);
  }
});

it('follows a file as it grows, and waits for the end of its last line', () => {
  const read = follow(file);
  writeFileSync(file, 'one\ntw');
  expect(read()).toEqual([[1, 'one']]);
  expect(read()).toEqual([]);
  appendFileSync(file, 'ö\n\nthree\n');
  expect(read()).toEqual([
    [2, 'twö'],
    [3, ''],
    [4, 'three'],
  ]);
});

it('reads lines longer than it reads at once', () => {
  const long = 'x'.repeat(600_000);
  writeFileSync(file, `${long}\nshort\n${long}`);
  const read = follow(file);
  expect(read()?.map(([number, line]) => [number, line.length])).toEqual([
    [1, 600_000],
    [2, 5],
  ]);
  appendFileSync(file, '\n');
  expect(read()?.map(([number, line]) => [number, line.length])).toEqual([[3, 600_000]]);
});

it('says that a file is not there, or no longer', () => {
  const read = follow(file);
  expect(read()).toBeUndefined();
  writeFileSync(file, 'one\n');
  expect(read()).toEqual([[1, 'one']]);
  rmSync(file);
  expect(read()).toBeUndefined();
});
