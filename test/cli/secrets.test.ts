import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { jsonReply } from '../../src/demo/exchange.ts';
import { invalidKey } from '../../src/demo/gemini/errors.ts';
import { startLocalApi } from '../../src/demo/local-api.ts';
import { costwatch, pinned, temporaryFolder } from './costwatch.ts';

const SECRETS = ['HeaderKey', 'QueryKey', 'PromptWords', 'EchoedKey', 'AnswerWords', 'ArgumentKey'];

/** A script with a secret in every place that one can be in, against servers that echo them in their errors. */
const SCRIPT = `
const gemini = process.env.GOOGLE_GEMINI_BASE_URL + '/v1beta/models/gemini-3.8-flash:';
const json = { 'content-type': 'application/json' };
const body = JSON.stringify({ contents: [{ parts: [{ text: 'PromptWords of a story' }] }] });
await fetch(gemini + 'generateContent', { method: 'POST', headers: { ...json, 'x-goog-api-key': 'HeaderKey' }, body });
await fetch(gemini + 'streamGenerateContent?alt=sse&key=QueryKey', { method: 'POST', headers: json, body }).then((r) => r.text());
for (const path of ['echo-status', 'echo-detail']) await fetch(gemini + 'generateContent?key=QueryKey&' + path, { method: 'POST', headers: json, body });
for (const voice of ['plain', 'echo']) {
  const speak = process.env.ELEVENLABS_BASE_URL + '/v1/text-to-speech/' + voice;
  await fetch(speak, { method: 'POST', headers: { ...json, 'xi-api-key': 'HeaderKey' }, body: JSON.stringify({ text: 'PromptWords aloud', model_id: 'eleven_v3' }) });
}
`;

function everyFile(folder: string): string {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')).join('\n');
}

it('no key, prompt or answer reaches a file or a screen of ours', async () => {
  const echo = { error: { code: 400, status: 'EchoedKey in a status', message: 'EchoedKey' } };
  const api = await startLocalApi({
    handlers: [
      ({ query }) => (query.has('echo-status') ? jsonReply(echo, { status: 400 }) : undefined),
      ({ query }) => (query.has('echo-detail') ? invalidKey('EchoedKey') : undefined),
      ({ path }) =>
        path.endsWith('/echo')
          ? jsonReply({ detail: 'Your text with key EchoedKey is not valid' }, { status: 400 })
          : undefined,
    ],
  });
  const folder = temporaryFolder();
  const home = join(folder, 'home');
  const script = join(folder, 'gen.mjs');
  writeFileSync(script, SCRIPT);
  const env = pinned({ COSTWATCH_HOME: home, GOOGLE_GEMINI_BASE_URL: api.url, ELEVENLABS_BASE_URL: api.url });
  const command = ['run', '--', process.execPath, script, '--key', 'ArgumentKey', '--text=PromptWords', 'PromptWords'];
  const run = await costwatch(command, { env });
  await api.close();
  const reports = await Promise.all(
    ['table', 'json', 'csv', 'md', 'html', 'focus'].map((format) => costwatch(['report', '--format', format], { env })),
  );
  const ours = [
    everyFile(home),
    run.stderr,
    run.stdout,
    ...reports.flatMap(({ stdout, stderr }) => [stdout, stderr]),
  ].join('\n');
  expect(JSON.parse(reports[1]!.stdout).totals).toMatchObject({ calls: 6, failed: 3 });
  for (const secret of SECRETS) expect(ours).not.toContain(secret);
});
