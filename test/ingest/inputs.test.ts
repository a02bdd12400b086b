import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { collect, withFiles } from './collect.ts';

const call = (n: number) =>
  `${JSON.stringify({ model: 'gemini-2.5-flash', usageMetadata: { promptTokenCount: n, totalTokenCount: n } })}\n`;
const tokens = ({ events }: Awaited<ReturnType<typeof collect>>) => events.map((event) => event.usage?.inputTokens);

test('files, globs and folders are read in sorted order, each once', async () => {
  await withFiles(
    { 'c.jsonl': call(3), 'a.jsonl': call(1), 'b.log': call(2), 'x.png': 'no log' },
    async (folder, at) => {
      expect(tokens(await collect([at('c.jsonl'), at('a.jsonl')]))).toStrictEqual([1, 3]);
      expect(tokens(await collect([path.join(folder, '*.jsonl')]))).toStrictEqual([1, 3]);
      expect(tokens(await collect([folder]))).toStrictEqual([1, 2, 3]);
      expect(tokens(await collect([folder, at('a.jsonl'), path.join(folder, '*.log')]))).toStrictEqual([1, 2, 3]);
    },
  );
});

test('a folder is read with all below it, links that go round in it included', async () => {
  await withFiles({ 'a.jsonl': call(1) }, async (folder) => {
    mkdirSync(path.join(folder, 'deep', 'er'), { recursive: true });
    writeFileSync(path.join(folder, 'deep', 'er', 'b.json'), call(2));
    symlinkSync(folder, path.join(folder, 'deep', 'round'));
    expect(tokens(await collect([folder]))).toStrictEqual([1, 2]);
  });
});

test('the same file under another name counts once, and is noted', async () => {
  await withFiles({ 'a.jsonl': call(1) }, async (folder, at) => {
    symlinkSync(at('a.jsonl'), at('soft.jsonl'));
    linkSync(at('a.jsonl'), at('hard.jsonl'));
    const result = await collect([folder, path.join(folder, '.', 'a.jsonl')]);
    expect(tokens(result)).toStrictEqual([1]);
    expect(result.skipped).toStrictEqual([]);
    expect(result.notes).toStrictEqual([
      { file: at('hard.jsonl'), reason: `the same file as ${at('a.jsonl')}: read once` },
      { file: at('soft.jsonl'), reason: `the same file as ${at('a.jsonl')}: read once` },
    ]);
  });
});

test('a file whose name looks like a pattern is a file', async () => {
  await withFiles({ 'log[1].jsonl': call(1), 'log1.jsonl': call(2) }, async (_, at) => {
    expect(tokens(await collect([at('log[1].jsonl')]))).toStrictEqual([1]);
  });
});

test('what names nothing is an error with a hint, before anything is read', async () => {
  await withFiles({ 'a.jsonl': call(1), 'x.png': '' }, async (folder, at) => {
    await expect(collect([at('a.jsonl'), at('gone.jsonl')])).rejects.toMatchObject({
      name: 'InputError',
      message: `No such file: ${at('gone.jsonl')}`,
      exitCode: 2,
      hint: expect.stringContaining('costwatch report'),
    });
    await expect(collect([path.join(folder, '*.ndjson')])).rejects.toMatchObject({ name: 'InputError' });
    mkdirSync(path.join(folder, 'empty'));
    await expect(collect([path.join(folder, 'empty')])).rejects.toMatchObject({
      message: `No logs in ${path.join(folder, 'empty')}`,
    });
  });
});

test('standard input is read last, and only once', async () => {
  await withFiles({ 'a.jsonl': call(1) }, async (_, at) => {
    const result = await collect(['-', at('a.jsonl'), '-'], { stdin: Readable.from([Buffer.from(call(2))]) });
    expect(tokens(result)).toStrictEqual([1, 2]);
    expect(result.events.map((event) => event.id)).toStrictEqual([`${at('a.jsonl')}:1`, '-:1']);
    expect(result.events.map((event) => event.source)).toStrictEqual([at('a.jsonl'), '-']);
  });
});

test.skipIf(process.platform === 'win32')('a pipe is not waited for', async () => {
  await withFiles({ 'a.jsonl': call(1) }, async (folder, at) => {
    execFileSync('mkfifo', [at('pipe.jsonl')]);
    expect(tokens(await collect([folder]))).toStrictEqual([1]);
    const result = await collect([at('a.jsonl'), at('pipe.jsonl')]);
    expect(tokens(result)).toStrictEqual([1]);
    expect(result.skipped).toStrictEqual([{ file: at('pipe.jsonl'), reason: 'not a regular file' }]);
    await expect(collect([at('pipe.jsonl')])).rejects.toMatchObject({
      name: 'InputError',
      message: `Cannot read ${at('pipe.jsonl')}: not a regular file`,
    });
  });
});

test('a link to nothing names nothing', async () => {
  await withFiles({ 'a.jsonl': call(1) }, async (folder, at) => {
    symlinkSync(at('gone'), at('link.jsonl'));
    expect(tokens(await collect([folder]))).toStrictEqual([1]);
    await expect(collect([at('link.jsonl')])).rejects.toMatchObject({ message: `No such file: ${at('link.jsonl')}` });
  });
});

test('one shape can be asked for; an unknown one is named with those there are', async () => {
  await withFiles({ 'a.jsonl': call(1) }, async (_, at) => {
    expect(tokens(await collect([at('a.jsonl')], { shape: 'gemini-response' }))).toStrictEqual([1]);
    expect((await collect([at('a.jsonl')], { shape: 'cost-entry' })).skipped).toHaveLength(1);
    await expect(collect([at('a.jsonl')], { shape: 'nonsense' })).rejects.toMatchObject({
      name: 'UsageError',
      hint: expect.stringContaining('gemini-response'),
    });
  });
});
