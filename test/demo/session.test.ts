import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoSession, startDemoSession } from '../../src/demo/session.ts';

const FAST = { COSTWATCH_DEMO_SPEED: 'fast' };

let session: DemoSession;
let stdout: string;
let stderr: string;

beforeAll(async () => {
  session = await startDemoSession(FAST);
  const [file = '', ...args] = session.command;
  ({ stdout, stderr } = await promisify(execFile)(file, args, { env: { ...process.env, ...FAST, ...session.env } }));
});

afterAll(() => session.api.close());

describe('the demo script against the local API', () => {
  it('tells what it does, and nothing else', () => {
    expect(stderr).toBe('');
    expect(stdout.replace(/\.{2,}/, '…')).toBe(`\
Writing the story… done
Polishing it… …done
Drawing panel 1 of 3… busy, once more… done
Drawing panel 2 of 3… done
Drawing panel 3 of 3… done
Speaking the title… done
Narrating line 1 of 3… done
Narrating line 2 of 3… done
Narrating line 3 of 3… done
The picture book is finished.
`);
  });

  it('makes ten calls, one of them a 429', () => {
    const calls = session.api.exchanges.map(({ path, status }) => `${status} ${path.split('/').at(-1)}`);
    expect(calls).toEqual([
      '200 gemini-3.5-flash-lite:generateContent',
      '200 gemini-3.8-flash:streamGenerateContent',
      '429 gemini-nano-banana-2.1:generateContent',
      '200 gemini-nano-banana-2.1:generateContent',
      '200 gemini-nano-banana-2.1:generateContent',
      '200 gemini-nano-banana-2.1:generateContent',
      '200 gemini-3.8-flash-tts:generateContent',
      '200 stream',
      '200 stream',
      '200 stream',
    ]);
  });

  it('uses the same amounts every time', () => {
    const { exchanges } = session.api;
    expect(exchanges.map(({ usage }) => usage?.totalTokenCount)).toEqual([
      247,
      776,
      undefined,
      1209,
      1210,
      1187,
      106,
      undefined,
      undefined,
      undefined,
    ]);
    expect(exchanges.flatMap(({ characterCost }) => characterCost ?? [])).toEqual([83, 16, 114]);
    expect(exchanges.every(({ complete }) => complete)).toBe(true);
  });
});
