import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { totalTokens } from '../../../src/core/usage/event.ts';
import { gemini } from '../../../src/providers/gemini/index.ts';
import { exchange } from '../exchange.ts';
import { socket } from '../socket.ts';

const SAMPLES = join(import.meta.dirname, '../../../../shared/samples');
const HOST = 'generativelanguage.googleapis.com';

function files(folder: string, pattern: RegExp): string[] {
  const path = join(SAMPLES, folder);
  return existsSync(path) ? readdirSync(path).filter((name) => pattern.test(name)) : [];
}

function text(folder: string, name: string): string {
  return readFileSync(join(SAMPLES, folder, name), 'utf8');
}

/** A record of a recorded session: as pytest-recording writes it. */
interface Message {
  kind: string;
  direction: 'sent' | 'received';
  data: object;
}

describe.skipIf(!existsSync(SAMPLES))('recorded interactions', () => {
  it.each(files('gemini-http-body', /interactions.*\.jsonl?$/))('%s: the parts add up to its total', (name) => {
    const body = text('gemini-http-body', name);
    const events = body.trim().split('\n');
    const isStream = name.endsWith('.jsonl');
    const response = isStream ? events.map((event) => `data: ${event}\n\n`).join('') : body;
    const responseHeaders = { 'content-type': isStream ? 'text/event-stream' : 'application/json' };
    const facts = gemini.readUsage(exchange({ url: `https://${HOST}/v1beta/interactions`, response, responseHeaders }));
    const [, total] = /"total_tokens":\s*(\d+)(?![\s\S]*"total_tokens")/.exec(body)!;
    expect(facts?.status).toBe('ok');
    expect(facts?.estimated).toBeUndefined();
    expect(totalTokens(facts?.usage)).toBe(Number(total));
  });
});

describe.skipIf(!existsSync(SAMPLES))('recorded Live sessions', () => {
  it.each(files('gemini-live', /^pydantic.*\.jsonl$/))('%s: a call for each message with counts', (name) => {
    const session = socket(
      gemini,
      `wss://${HOST}//ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent`,
    );
    const messages = text('gemini-live', name)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Message)
      .filter(({ kind }) => kind === 'message');
    const calls = messages.flatMap(({ direction, data }) => session[direction](data)).filter(({ done }) => done);
    const expected = messages.map(({ data }) => data).filter((data) => 'usageMetadata' in data);
    expect(calls).toHaveLength(expected.length);
    expect(calls.length).toBeGreaterThan(0);
    for (const { facts } of calls) {
      expect(facts).toMatchObject({ operation: 'live', status: 'ok' });
      expect(facts.responseModel).toMatch(/live|native-audio/);
      expect(facts.usage?.inputTokens).toBeGreaterThan(0);
    }
    expect(session.closed()).toEqual([]);
  });
});
