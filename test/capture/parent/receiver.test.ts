import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Feed } from '../../../src/capture/child/feed.ts';
import { host } from '../../../src/capture/child/host.ts';
import { Recorder } from '../../../src/capture/child/recorder.ts';
import { childEnv } from '../../../src/capture/parent/inject.ts';
import { type LiveCall, Receiver } from '../../../src/capture/parent/receiver.ts';
import type { CallRecord, Phase } from '../../../src/capture/wire/record.ts';
import type { UsageEvent } from '../../../src/core/usage/event.ts';
import { hookFile, program } from '../watched.ts';

let runDir: string;
let receiver: Receiver;
let socket: string | undefined;
let changes: LiveCall[];
beforeEach(async () => {
  runDir = mkdtempSync(join(tmpdir(), 'cw-test-'));
  changes = [];
  receiver = new Receiver({ runDir, onChange: (call) => changes.push(call) });
  socket = await receiver.start();
});
afterEach(() => {
  vi.restoreAllMocks();
  receiver.close();
  rmSync(runDir, { recursive: true, force: true });
});

const DESCRIPTION = { pid: 999_999_999, ppid: 1, thread: 0, script: 'gen.js', node: '20.20.2' };
const event = (id: string, outputTokens: number): UsageEvent => ({
  id,
  timestamp: '2026-11-21T10:00:00.000Z',
  service: 'gemini',
  operation: 'generate_content',
  status: 'ok',
  usage: { outputTokens },
});

describe('records', () => {
  it('arrive twice and count once', async () => {
    const recorder = new Recorder(runDir, socket, DESCRIPTION);
    recorder.call('start', 1, event('a', 0));
    recorder.call('end', 1, event('a', 5));
    await vi.waitFor(() => expect(changes.length).toBe(2));
    recorder.processEnded();
    await receiver.drain(0);
    expect(changes.map(({ phase }) => phase)).toEqual(['start', 'end']);
    expect(receiver.calls()).toEqual([{ key: `${recorder.process}-1`, phase: 'end', event: event('a', 5) }]);
    expect(receiver.processes()).toEqual([{ key: recorder.process, ...DESCRIPTION, ended: true }]);
    expect(receiver.problems).toEqual([]);
  });

  it('that come late change nothing', async () => {
    const line = (seq: number, phase: Phase, tokens: number): string => {
      const record: CallRecord = { v: 1, process: '1-0-a', seq, phase, call: 1, event: event('a', tokens) };
      return `${JSON.stringify(record)}\n`;
    };
    writeFileSync(join(runDir, '1-0-a.jsonl'), line(3, 'end', 5) + line(2, 'usage', 4));
    await receiver.drain(0);
    expect(receiver.calls()).toEqual([{ key: '1-0-a-1', phase: 'end', event: event('a', 5) }]);
  });

  it('that are broken are reported, one that was cut off is not', async () => {
    const recorder = new Recorder(runDir, undefined, DESCRIPTION);
    recorder.call('end', 1, event('a', 5));
    const file = join(runDir, `${recorder.process}.jsonl`);
    appendFileSync(file, 'no record\n{"v":1,"process":"x","seq":1,"phase":"end","call":1}\n{"v":1,"proc');
    await receiver.drain(0);
    expect(receiver.calls().length).toBe(1);
    expect(receiver.problems).toEqual([
      { file, line: 3, reason: 'a record that cannot be read' },
      { file, line: 4, reason: 'a record that cannot be read' },
    ]);
  });

  it('reach us by the socket when the disk is full, and that is said once', async () => {
    const recorder = new Recorder(runDir, socket, DESCRIPTION);
    const { writeSync } = host;
    let spool: unknown;
    vi.spyOn(host, 'writeSync').mockImplementation((...args: unknown[]) => {
      spool ??= args[0];
      if (args[0] === spool) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
      return Reflect.apply(writeSync, undefined, args) as number;
    });
    recorder.call('start', 1, event('a', 0));
    await vi.waitFor(() => expect(receiver.problems.length).toBe(1));
    recorder.call('end', 1, event('a', 5));
    await vi.waitFor(() => expect(changes.length).toBe(2));
    expect(receiver.problems.map(({ reason }) => reason)).toEqual([
      'a record could not be written to its file (ENOSPC)',
    ]);
  });

  it('do not get lost while we cannot listen', async () => {
    const env = childEnv({ env: {}, hook: hookFile(), runDir, socket, sessionId: 'session-1', labels: {} });
    const [node, ...args] = program('recorded.cjs', '3000');
    // Blocks our event loop for as long as the program runs.
    const { status } = spawnSync(node!, args, { env });
    expect(status).toBe(3);
    await receiver.drain(200);
    expect(receiver.calls().length).toBe(3000);
    expect(receiver.calls().every((call) => call.phase === 'end' && call.event.status === 'ok')).toBe(true);
  });
});

it('private files: the socket and the spool are for the user alone', () => {
  const recorder = new Recorder(runDir, socket, DESCRIPTION);
  expect(statSync(join(runDir, `${recorder.process}.jsonl`)).mode & 0o777).toBe(0o600);
  expect(statSync(join(socket!, '..')).mode & 0o777).toBe(0o700);
  receiver.close();
  expect(existsSync(join(socket!, '..'))).toBe(false);
});

it.each([undefined, '/no/such/socket'])('a feed to %s is dropped without a word', async (path) => {
  const feed = new Feed(path);
  expect([feed.write(Buffer.from('a\n')), feed.write(Buffer.from('b\n'))]).toEqual([false, false]);
  await new Promise(setImmediate);
});

it('a feed that nobody reads is dropped when it is full', () => {
  const feed = new Feed(socket);
  const line = Buffer.alloc(4096, 'a');
  let sent = 0;
  // Our own event loop would have to read it.
  while (feed.write(line)) sent++;
  expect(sent).toBeGreaterThan(0);
  expect(feed.write(line)).toBe(false);
});
