import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { costwatch, pinned, temporaryFolder } from './costwatch.ts';
import { writeSession } from './history-home.ts';

let home: string;
let plan: string;
beforeEach(() => {
  home = temporaryFolder();
  plan = join(home, 'plan.json');
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
    expect((await compare('other')).stderr).toContain('There is neither a file nor a session of your own named other.');
  });
});
