import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { UnhookedProcesses } from '../../../src/capture/parent/unhooked-processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'cw-test-'));
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children) child.kill();
  rmSync(folder, { recursive: true, force: true });
});

async function start(name: string, env: NodeJS.ProcessEnv): Promise<void> {
  const script = join(folder, name);
  writeFileSync(script, "process.stdin.resume(); console.log('ready');");
  const child = spawn(process.execPath, ['--no-warnings', script], { env });
  children.push(child);
  await once(child.stdout, 'data');
}

it.skipIf(process.platform !== 'linux')('names the Node processes below us that nothing watches', async () => {
  await Promise.all([start('stripped.cjs', {}), start('watched.cjs', { COSTWATCH_DIR: folder })]);
  const unhooked = new UnhookedProcesses();
  unhooked.scan();
  unhooked.scan();
  const names = unhooked.stop();
  expect(names).toContain('stripped.cjs');
  expect(names).not.toContain('watched.cjs');
});
