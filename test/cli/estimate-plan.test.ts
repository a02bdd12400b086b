import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { beforeEach, describe, expect, it } from 'vitest';
import { costwatch, pinned, temporaryFolder } from './costwatch.ts';
import { writeSession } from './history-home.ts';

let home: string;
let plan: string;
beforeEach(() => {
  home = temporaryFolder();
  plan = join(home, 'plan.json');
});

const PLAN = {
  name: 'Episode 1, 第一話, with the long title that it was announced by',
  unit: { name: 'panel', count: 20 },
  steps: [
    { name: 'script', model: 'gemini-3.8-flash', inputTokens: 40_000, outputTokens: 8000 },
    {
      name: 'the panels of both scenes, 二十枚',
      model: 'gemini-nano-banana-2.1',
      inputTokens: 500,
      images: 1,
      repeat: 20,
    },
    { name: 'summary', model: 'gemini-3.8-flash', inputTokens: 8000, outputTokens: 500, tier: 'batch' },
    { name: 'clip', model: 'veo-3.1-generate-001', videoSeconds: 8, repeat: 1200 },
    { name: 'voice', model: 'eleven_flash_v2_5', characters: 40_000, repeat: 12 },
  ],
};

describe('estimate --plan', () => {
  it.each(['60', '80', '200'])('fits %s columns, compared with a session', async (columns) => {
    writeFileSync(plan, JSON.stringify(PLAN));
    const session = made('10');
    const args = ['estimate', '--plan', plan, '--as-of', '2026-11-22', '--compare', session];
    const { code, stdout } = await costwatch(args, { env: pinned({ COSTWATCH_HOME: home, COLUMNS: columns }) });
    expect(code).toBe(0);
    for (const line of stdout.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(Number(columns));
    await expect(stdout).toMatchFileSnapshot(`__snapshots__/estimate-plan-${columns}.txt`);
  });
});

const cw = (...args: string[]) => costwatch(args, { env: pinned({ COSTWATCH_HOME: home }) });
const made = (day: string) => {
  const id = `202609${day}-080000-aaaaaa`;
  writeSession(home, { id, startedAt: `2026-09-${day}T08:00:00.000Z`, calls: [{}] });
  return id;
};

describe('estimate --compare with a session that was compacted', () => {
  const compare = (session: string) => cw('estimate', '--plan', plan, '--compare', session);
  beforeEach(() => writeFileSync(plan, JSON.stringify({ steps: [{ model: 'gemini-3.8-flash', inputTokens: 1000 }] })));

  it('says that its calls were summed up, and what can be compared', async () => {
    const [old, recent] = [made('10'), made('20')];
    expect((await compare(old)).code).toBe(0);
    await cw('history', 'prune', '--before', '2026-09-15', '--yes');
    const { code, stdout, stderr } = await compare(old);
    expect([code, stdout, stderr]).toEqual([
      2,
      '',
      `costwatch: The calls of the session ${old} were summed up by history prune, and sums can no longer be compared.\n` +
        `  Your newest sessions with single calls: ${recent}\n`,
    ]);
    expect((await compare(recent)).code).toBe(0);
  });

  it('says how to record one where all were', async () => {
    const old = made('10');
    await cw('history', 'prune', '--before', '2026-09-15', '--yes');
    const { code, stderr } = await compare(old);
    expect(code).toBe(2);
    expect(stderr).toContain('can no longer be compared.\n  Record one with: costwatch run -- node your-script.js\n');
    expect((await compare('other')).stderr).toContain('There is no file or session named other.');
  });
});
