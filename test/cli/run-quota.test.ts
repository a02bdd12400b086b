import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { jsonReply } from '../../src/demo/exchange.ts';
import { type LocalApi, startLocalApi } from '../../src/demo/local-api.ts';
import { costwatch, pinned, temporaryFolder } from './costwatch.ts';

const SPEAK = `
const response = await fetch(process.env.ELEVENLABS_BASE_URL + '/v1/text-to-speech/21m00Tcm4TlvDq8ikWAM', {
  method: 'POST',
  headers: { 'content-type': 'application/json', 'xi-api-key': 'sk_test' },
  body: JSON.stringify({ text: 'Once upon a time.', model_id: 'eleven_v3' }),
});
await response.arrayBuffer();
`;
const SILENT = "console.log('nothing said');";

interface Ran {
  stderr: string;
  summary: { quota?: object };
  asked: number;
}

async function ran(api: LocalApi, script: string, args: string[], key = 'sk_test'): Promise<Ran> {
  const folder = temporaryFolder();
  const [file, output] = [join(folder, 'gen.mjs'), join(folder, 'summary.json')];
  writeFileSync(file, script);
  const env = pinned({ COSTWATCH_HOME: folder, ELEVENLABS_BASE_URL: api.url, ELEVENLABS_API_KEY: key });
  const { stderr } = await costwatch(['run', ...args, '-o', output, '--', process.execPath, file], { env });
  const summary = JSON.parse(readFileSync(output, 'utf8'));
  await api.close();
  return { stderr, summary, asked: api.exchanges.filter(({ path }) => path === '/v1/user/subscription').length };
}

it('shows the ElevenLabs account before and after', async () => {
  const { stderr, summary, asked } = await ran(
    await startLocalApi({ quota: { limit: 40_000, used: 4600 } }),
    SPEAK,
    [],
  );
  expect(asked).toBe(2);
  expect(summary.quota).toMatchObject({ known: true, used: 4617, usedBefore: 4600, limit: 40_000, remaining: 35_383 });
  expect(stderr).toContain('\n  Quota: 4,617 of 40,000 used (+17), 35,383 left, resets 1 ');
});

it('says why it is not known, and asks no second time', async () => {
  const detail = { status: 'missing_permissions', message: 'The API key is missing the permission user_read' };
  const api = await startLocalApi({
    handlers: [({ path }) => (path === '/v1/user/subscription' ? jsonReply({ detail }, { status: 401 }) : undefined)],
  });
  const { stderr, summary, asked } = await ran(api, SPEAK, []);
  expect(asked).toBe(1);
  expect(summary.quota).toMatchObject({ known: false, reason: 'no-permission' });
  expect(stderr.replace(/\s+/g, ' ')).toContain('Quota: The quota is not readable with this key');
});

it.each([
  ['of a script that does not call ElevenLabs', SILENT, [], 'sk_test', 1],
  ['with --no-quota', SPEAK, ['--no-quota'], 'sk_test', 0],
  ['without a key', SPEAK, [], '', 0],
])('shows nothing %s', async (_, script, args, key, times) => {
  const { stderr, summary, asked } = await ran(await startLocalApi(), script, args, key);
  expect(asked).toBe(times);
  expect(summary).not.toHaveProperty('quota');
  expect(stderr).not.toContain('Quota');
});
