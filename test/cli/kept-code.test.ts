import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { costwatch, pinned, temporaryFolder } from './costwatch.ts';
import { madeCall } from './history-home.ts';

it('loads what a command needs late from kept code too', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'calls.jsonl.gz'), gzipSync(`${JSON.stringify(madeCall('one'))}\n`));
  writeFileSync(join(folder, 'prompt.txt'), 'Write it down.');
  const refuses = { GEMINI_API_KEY: 'test', GOOGLE_GEMINI_BASE_URL: 'http://127.0.0.1:9' };
  const env = pinned({ TMPDIR: folder, TMP: folder, TEMP: folder, ...refuses });
  for (const args of [
    ['report', 'calls.jsonl.gz'],
    ['estimate', 'prompt.txt', '--model', 'gemini-3.8-flash'],
  ]) {
    const first = await costwatch(args, { cwd: folder, env });
    expect([first.code, first.stderr]).toEqual([0, '']);
    expect(await costwatch(args, { cwd: folder, env })).toEqual(first);
  }
});
