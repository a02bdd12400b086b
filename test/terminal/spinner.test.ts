import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BIN } from '../cli/costwatch.ts';
import { createTmux, hasTmux, type Terminal } from './terminal.ts';

if (!hasTmux) console.warn('Skipped: the terminal tests of waiting need tmux on the PATH.');

describe.skipIf(!hasTmux)('waiting in a real terminal (needs tmux)', { timeout: 60_000 }, () => {
  let folder: string;
  let tmux: ReturnType<typeof createTmux>;
  let server: Server;
  let answer: () => void;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cw-'));
    tmux = createTmux(folder);
    server = createServer((_request, response) => {
      answer = () => response.end(JSON.stringify({ tier: 'starter', character_count: 4600, character_limit: 40_000 }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await tmux.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  async function askForQuota(): Promise<Terminal> {
    const { port } = server.address() as AddressInfo;
    const terminal = await tmux.open(90, 12);
    await terminal.untilRow('shell$');
    await terminal.enter(
      `export ELEVENLABS_API_KEY=test ELEVENLABS_BASE_URL=http://127.0.0.1:${port} COSTWATCH_HOME=${folder}; clear`,
    );
    await terminal.enter(`node ${BIN} quota; echo "code $?"`);
    await terminal.until('the spinner', (rows) => rows.some((row) => /^\S Asking ElevenLabs for the quota$/.test(row)));
    expect(await terminal.isCursorShown()).toBe(false);
    return terminal;
  }

  it('is a line that is gone when the answer is there', async () => {
    const terminal = await askForQuota();
    answer();
    const rows = await terminal.until('the end', (screen) => screen.includes('code 0'));
    expect(rows.slice(1, 3)).toEqual(['ElevenLabs quota (plan: starter)', '  used       4,600 of 40,000 (11 %)']);
    expect(rows.join('\n')).not.toContain('Asking');
    expect(await terminal.isCursorShown()).toBe(true);
  });

  it('gives the cursor back on Ctrl-C', async () => {
    const terminal = await askForQuota();
    await terminal.press('C-c');
    await terminal.untilRow('shell$');
    await terminal.enter('echo "code $?"');
    await terminal.untilRow('code 130');
    expect(await terminal.isCursorShown()).toBe(true);
  });
});
