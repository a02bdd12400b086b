import { expect, test } from 'vitest';
import { explain } from '../../src/commands/report/explain.ts';
import { withFiles } from './collect.ts';

async function explained(text: string, options = {}): Promise<string> {
  return withFiles({ 'calls.jsonl': text }, async (folder, at) => {
    const parts: string[] = [];
    const stdout = { write: (part: string) => void parts.push(part) };
    const stderr = { write: () => {} };
    const env = { COSTWATCH_HOME: folder, NO_COLOR: '1' };
    const code = await explain([at('calls.jsonl')], options, {
      stdout,
      stderr,
      env,
      now: new Date('2026-11-21T12:00:00Z'),
    });
    expect(code).toBe(0);
    return parts.join('').replaceAll(`${folder}/`, '');
  });
}

const BODY = {
  usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 2, thoughtsTokenCount: 3, totalTokenCount: 15 },
  ...{ candidates: [{ finishReason: 'STOP' }], modelVersion: 'gemini-2.5-flash', responseId: 'r1' },
};
const lines = (...records: (object | string)[]) =>
  `${records.map((record) => (typeof record === 'string' ? record : JSON.stringify(record))).join('\n')}\n`;

test('says of every record what was read and how it was priced, or why not', async () => {
  const text = lines(
    { costwatch: 1, session: { id: 's1' } },
    { timestamp: '2026-11-20T10:00:00Z', response: BODY },
    { timestamp: '2026-11-20T10:00:01Z', response: BODY },
    {
      ts: '2026-11-20T10:00:02Z',
      model: 'gpt-5',
      input_tokens: 7,
      output_tokens: 1,
      cost_usd: 0.5,
      metadata: { panel: 'p1' },
    },
    { ts: '2026-11-20T10:00:03Z', model: 'gemini-9-x', input_tokens: 7, output_tokens: 1 },
    { 'character-cost': '27', 'request-id': 'e1' },
    { totalTokens: 31 },
    'not json',
  );
  expect(await explained(text)).toBe(`\
calls.jsonl:1  session-line  (first, last or prices line of a costwatch session log)
  no call: part of the format
calls.jsonl:2  gemini-response  (Gemini response body, bare or in a log line)
  gemini generate_content · gemini-2.5-flash · 2026-11-20T10:00:00.000Z · id r1
  read    input 10, output 5 (3 reasoning)
  price   10 x $0.30 / 1M tokens = $0.000003  gemini/gemini-2.5-flash/standard/input.text
  price   2 x $2.50 / 1M tokens = $0.000005  gemini/gemini-2.5-flash/standard/output.text
  price   3 x $2.50 / 1M tokens = $0.0000075  gemini/gemini-2.5-flash/standard/output.text.reasoning
  total   $0.0000155
calls.jsonl:3  gemini-response  (Gemini response body, bare or in a log line)
  gemini generate_content · gemini-2.5-flash · 2026-11-20T10:00:01.000Z · id r1
  read    input 10, output 5 (3 reasoning)
  price   10 x $0.30 / 1M tokens = $0.000003  gemini/gemini-2.5-flash/standard/input.text
  price   2 x $2.50 / 1M tokens = $0.000005  gemini/gemini-2.5-flash/standard/output.text
  price   3 x $2.50 / 1M tokens = $0.0000075  gemini/gemini-2.5-flash/standard/output.text.reasoning
  total   $0.0000155
  repeats the call of calls.jsonl:2: counted once
calls.jsonl:4  flat-line  (a project's own line: model, input_tokens, output_tokens, cost_usd under any of their names)
  openai generate_content · gpt-5 · 2026-11-20T10:00:02.000Z · panel=p1
  read    input 7, output 1
          the log says 0.5 USD
  price   1 x $0.50 / call = $0.50  openai/gpt-5/recorded
  total   $0.50
  ~ cost as the log recorded it: no prices for openai
calls.jsonl:5  flat-line  (a project's own line: model, input_tokens, output_tokens, cost_usd under any of their names)
  gemini generate_content · gemini-9-x · 2026-11-20T10:00:03.000Z
  read    input 7, output 1
  not priced: no price known for gemini-9-x
calls.jsonl:6  elevenlabs-headers  (ElevenLabs response headers: character-cost)
  elevenlabs text_to_speech · no model · no time · id e1
  read    credits 27
  total   27 credits
calls.jsonl:7  skipped: a countTokens answer, which is free
calls.jsonl:8  skipped: not a JSON object
4 calls, 1 repeated, 2 skipped
`);
});

test('a stream is one record, and a forced shape reads nothing else', async () => {
  const { candidates: _, ...open } = BODY;
  const text = lines(`data: ${JSON.stringify(open)}`, `data: ${JSON.stringify(BODY)}`);
  expect((await explained(text)).split('\n')[0]).toBe(
    'calls.jsonl:1  gemini-response, a stream of 2 records  (Gemini response body, bare or in a log line)',
  );
  expect(await explained(lines(BODY), { shape: 'otlp' })).toContain('calls.jsonl:1  skipped: no known log shape');
  await expect(explained(lines(BODY), { shape: 'none' })).rejects.toThrow('Unknown log shape: none');
});

test('names from outside cannot steer the terminal', async () => {
  const out = await explained(
    lines({ ts: '2026-11-20T10:00:02Z', model: 'gemini-\u001b[31mred', input_tokens: 1, output_tokens: 1 }),
  );
  expect(out).not.toContain('\u001b');
});

test('without files there is nothing to explain', async () => {
  const stream = { write: () => {} };
  await expect(explain([], {}, { stdout: stream, stderr: stream, env: {}, now: new Date() })).rejects.toThrow(
    'There is nothing to explain.',
  );
});
