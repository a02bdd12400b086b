import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalApi, startLocalApi } from '../../src/demo/local-api.ts';
import { BIN, pinned, ROOT, start, temporaryFolder } from './costwatch.ts';

const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const commands = [...README.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block]) => block!.trim().split('\n'));
const snippets = [...README.matchAll(/^```js\n([\s\S]*?)^```/gm)].map(([, block]) => block!);

/** The two set-up commands: CI runs the second as it stands, and `npm run check:package` the demo in a fresh install. */
const SETUP = ['npm ci && npx costwatch demo', 'npm ci && npm run check'];

const hasJq = spawnSync('jq', ['--version']).status === 0;

let api: LocalApi;
beforeAll(async () => {
  api = await startLocalApi();
});
afterAll(() => api.close());

/** A folder as the README assumes it: a script, an npm script, some logs, and one session of one's own. */
async function workspace(): Promise<{ cwd: string; env: NodeJS.ProcessEnv }> {
  const cwd = temporaryFolder();
  const binaries = join(cwd, 'node_modules/.bin');
  mkdirSync(binaries, { recursive: true });
  mkdirSync(join(cwd, 'logs'));
  writeFileSync(join(binaries, 'costwatch'), `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`, { mode: 0o755 });
  writeFileSync(
    join(cwd, 'package.json'),
    '{ "name": "workspace", "type": "module", "scripts": { "build": "node gen.js" } }',
  );
  const script = `const url = process.env.GOOGLE_GEMINI_BASE_URL + '/v1beta/models/gemini-3.8-flash:generateContent';
const headers = { 'content-type': 'application/json', 'x-goog-api-key': 'test' };
const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ contents: [{ parts: [{ text: 'Hi' }] }] }) });
console.log(answer.status, (await answer.json()).usageMetadata.totalTokenCount);`;
  writeFileSync(join(cwd, 'gen.js'), script);
  writeFileSync(join(cwd, 'prompt.txt'), 'Tell a story about a fox.');
  writeFileSync(join(cwd, 'plan.yaml'), 'steps:\n  - { name: story, model: gemini-3.8-flash, prompt: prompt.txt }\n');
  const line = {
    timestamp: '2026-11-20T10:00:00Z',
    model: 'gemini-3.8-flash',
    usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 },
  };
  writeFileSync(join(cwd, 'logs/gemini.jsonl'), `${JSON.stringify(line)}\n`);
  const env = pinned({
    COSTWATCH_HOME: join(cwd, 'home'),
    GOOGLE_GEMINI_BASE_URL: api.url,
    ELEVENLABS_BASE_URL: api.url,
    ELEVENLABS_API_KEY: 'test',
    PATH: `${binaries}:${join(process.execPath, '..')}:${process.env.PATH}`,
  });
  await start('sh', ['-c', 'costwatch run --quiet -- node gen.js'], { cwd, env });
  return { cwd, env };
}

describe('the README', () => {
  it('starts with the two set-up commands', () => {
    expect(commands.slice(0, 2)).toEqual(SETUP);
    expect(readFileSync(join(ROOT, '.ci/run'), 'utf8')).toContain('npm run check');
  });

  for (const command of commands.filter((line) => !SETUP.includes(line))) {
    // jq is not part of the set-up, so a machine may be without it.
    it.skipIf(command.includes('| jq') && !hasJq)(command, async () => {
      const { cwd, env } = await workspace();
      const { code, stderr } = await start('sh', ['-c', command], { cwd, env });
      expect(stderr).not.toContain('costwatch: ');
      expect(code).toBe(0);
    });
  }

  it('shows library code that runs', async () => {
    const [labels, monitor] = snippets;
    const cwd = temporaryFolder();
    const library = JSON.stringify(join(ROOT, 'dist/index.js'));
    const prelude = 'const panel = {}; const drawPanel = async () => console.log("drawn");\n';
    writeFileSync(join(cwd, 'labels.mjs'), prelude + labels!.replace("'costwatch'", library));
    writeFileSync(join(cwd, 'monitor.mjs'), monitor!.replace("'costwatch'", library));
    expect((await start(process.execPath, ['labels.mjs'], { cwd })).stdout).toBe('drawn\n');
    expect(Number((await start(process.execPath, ['monitor.mjs'], { cwd })).stdout)).toBeGreaterThan(0);
  });
});
