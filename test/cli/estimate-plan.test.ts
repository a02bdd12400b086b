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

  it('compares as it did before', async () => {
    const [old, recent] = [made('10'), made('20')];
    const before = await compare(old);
    expect(before.code).toBe(0);
    await cw('history', 'prune', '--before', '2026-09-15', '--yes');
    expect(await compare(old)).toEqual(before);
    expect((await compare(recent)).code).toBe(0);
    expect((await compare('other')).stderr).toContain('a session of your own named other.');
  });
});
