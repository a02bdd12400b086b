import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordCommand } from '../../../src/commands/record/index.ts';
import type { UsageEvent } from '../../../src/core/usage/event.ts';
import { machine } from '../../support/machine.ts';
import { command, finished, homeFolder, program, watched } from '../watched.ts';

let home: string;
let env: NodeJS.ProcessEnv;
beforeEach(() => {
  home = homeFolder();
  env = { ...machine(), HOME: home, COSTWATCH_HOME: home };
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const now = new Date('2026-11-21T23:59:59.500Z');
const record = (options: object) =>
  recordCommand(options, { env, now, stdout: { write: () => {} }, stderr: { write: () => {} } });
/** The calls of a log, without the lines that say the prices of the moment. */
const calls = (file: string) =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as UsageEvent)
    .filter((record) => !Object.hasOwn(record, 'costwatch'));

describe('outside of a run', () => {
  const dayLog = () => join(home, 'sessions', '2026-11-21', 'recorded.jsonl');

  it('the log of the day has it, with every option', async () => {
    const options = {
      service: 'gemini',
      model: 'gemini-2.5-flash-image',
      operation: 'generate_content',
      voice: 'Rachel',
      inputTokens: '1,000',
      outputTokens: '50',
      images: '5',
      imageSize: '1K',
      characters: '12',
      credits: '0.5',
      audioSeconds: '1.5',
      songs: '1',
      label: { panel: '1' },
      id: 'mine',
    };
    expect(await record(options)).toBe(0);
    await record({ service: 'elevenlabs', characters: '500', at: '2026-11-21T10:00:00+01:00', status: 'failed' });
    const [first, second] = calls(dayLog());
    expect(first).toEqual({
      id: 'mine',
      timestamp: '2026-11-21T23:59:59.500Z',
      service: 'gemini',
      operation: 'generate_content',
      status: 'ok',
      requestModel: 'gemini-2.5-flash-image',
      responseModel: 'gemini-2.5-flash-image',
      voice: 'Rachel',
      usage: {
        inputTokens: 1000,
        outputTokens: 50,
        characters: 12,
        credits: 0.5,
        audioSeconds: 1.5,
        songs: 1,
        images: [{ size: '1K', count: 5 }],
      },
      labels: { panel: '1' },
    });
    expect(second).toMatchObject({
      timestamp: '2026-11-21T09:00:00.000Z',
      operation: 'recorded',
      status: 'failed',
      usage: { characters: 500 },
    });
    expect(statSync(dayLog()).mode & 0o777).toBe(0o600);
  });

  it('many may write at once', async () => {
    const at = now.toISOString();
    const [node, ...args] = command('record', { service: 'elevenlabs', characters: '1', at });
    await Promise.all(Array.from({ length: 6 }, () => finished(spawn(node!, args, { env, stdio: 'pipe' }))));
    const events = calls(dayLog());
    expect(new Set(events.map(({ id }) => id)).size).toBe(6);
  });

  it.each([
    [{}, 'Which service was called?'],
    [{ service: 'gemini' }, 'What did the call use? There is no count to record.'],
    [{ service: 'gemini', inputTokens: 'many' }, "--input-tokens 'many' is not a count."],
    [{ service: 'gemini', characters: '-1' }, "--characters '-1' is not a count."],
    [{ service: 'gemini', songs: '1', at: 'noon' }, "--at 'noon' is not a time."],
    [
      { service: 'gemini', songs: '1', status: 'done' },
      "This is not a usage event: status 'done' is none of ok, failed, incomplete.",
    ],
  ])('%j is refused', async (options, message) => {
    await expect(record(options)).rejects.toThrow(message);
    expect(readdirSync(home)).toEqual([]);
  });

  it('a log that cannot be written is an error', async () => {
    mkdirSync(dayLog(), { recursive: true });
    await expect(record({ service: 'gemini', songs: '1' })).rejects.toThrow('The call could not be recorded in');
  });
});

describe('inside of a run', () => {
  const options = { service: 'elevenlabs', characters: '500', label: { panel: '2' } };
  const RECORDED = {
    service: 'elevenlabs',
    operation: 'recorded',
    status: 'ok',
    sessionId: 'session-1',
    usage: { characters: 500 },
    labels: { take: '1', panel: '2' },
  };

  it('the command reaches it from any shell', async () => {
    const words = command('record', options).map((word) => `'${word}'`);
    const { run, code } = await watched(['sh', '-c', words.join(' ')], { env, labels: { take: '1' } });
    expect(code).toBe(0);
    expect(run?.events).toMatchObject([RECORDED]);
    expect(run?.unwatched).toEqual([]);
    expect(readdirSync(home)).toEqual([]);
  });

  it('also where the hook was taken out of the environment', async () => {
    const words = command('record', options).map((word) => `'${word}'`);
    const result = await watched(['sh', '-c', `NODE_OPTIONS= ${words.join(' ')}`], { env, labels: { take: '1' } });
    expect(result.run?.events).toMatchObject([RECORDED]);
  });

  it('the library reaches it from the program', async () => {
    const { run } = await watched(['npx', 'tsx', program('own-call.ts')[1]!], { labels: { take: '1' } });
    expect(run?.events).toMatchObject([
      { service: 'elevenlabs', usage: { characters: 7 }, labels: { take: '1', panel: 's1' }, id: 'mine' },
    ]);
  });

  it('but not one that has ended', async () => {
    env.COSTWATCH_DIR = join(home, 'gone');
    await record({ service: 'elevenlabs', characters: '1' });
    expect(readdirSync(home)).toEqual(['sessions']);
  });
});
