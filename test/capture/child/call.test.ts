import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Attempts } from '../../../src/capture/child/call/attempts.ts';
import { Call } from '../../../src/capture/child/call/call.ts';
import type { CallContext } from '../../../src/capture/child/call/context.ts';
import { PendingOutcomes } from '../../../src/capture/child/call/pending-outcomes.ts';
import { Throttle } from '../../../src/capture/child/call/throttle.ts';
import { host } from '../../../src/capture/child/host.ts';
import type { UsageEvent } from '../../../src/core/usage/event.ts';
import type { Exchange, Provider, UsageFacts } from '../../../src/providers/provider.ts';

let records: [string, UsageEvent][];
let attempts: Attempts;
let problems: string[];
let ended: number;
beforeEach(() => {
  records = [];
  attempts = new Attempts();
  problems = [];
  ended = 0;
  vi.spyOn(host, 'now').mockReturnValue(Date.parse('2026-11-21T10:00:00Z'));
  let ticks = 0;
  vi.spyOn(host, 'ticks').mockImplementation(() => ticks++);
  return () => vi.restoreAllMocks();
});

const FACTS: UsageFacts = { service: 'test', operation: 'test', status: 'incomplete' };

/** Counts the bytes of the response as its output. */
function readUsage({ response }: Exchange): UsageFacts {
  if (!response) return FACTS;
  const usage = { outputTokens: response.body?.length ?? 0 };
  return { ...FACTS, status: response.complete ? 'ok' : 'incomplete', httpStatus: response.status, usage };
}

function open(provider: Partial<Provider> = {}): Call {
  const whole = { id: 'test', matches: () => true, meter: () => [], wantsBody: () => true, readUsage, ...provider };
  const context: CallContext = {
    process: '1-0-a',
    sessionId: 's1',
    labels: () => ({ panel: '1' }),
    attempts,
    pendingOutcomes: new PendingOutcomes(),
    nextNumber: () => 8,
    record: (phase, call, event) => records.push([`${phase} ${call}`, event]),
    reportProblem: (reason) => problems.push(reason),
    unreached: (code) => problems.push(code),
  };
  const request = { method: 'POST', url: new URL('https://a.io/stream?key=secret'), header: () => undefined };
  return new Call({ number: 7, provider: whole, request, facts: FACTS }, context, () => ended++);
}

const headers = (values: Record<string, string>) => (name: string) => values[name];
const phases = (): string[] => records.map(([phase]) => phase);
const last = (): UsageEvent => records.at(-1)![1];

describe('a call', () => {
  it('is recorded from its start to its end', () => {
    const call = open();
    call.sent('{}');
    call.start();
    call.headers(200, headers({}));
    call.received(Buffer.from('usageMetadata'));
    call.received(Buffer.from('x'));
    call.complete();
    call.breakOff(new Error('too late'));
    expect(phases()).toEqual(['start 7', 'headers 7', 'usage 7', 'end 7']);
    expect(last()).toEqual({
      service: 'test',
      operation: 'test',
      status: 'ok',
      httpStatus: 200,
      usage: { outputTokens: 14 },
      id: '1-0-a-7',
      timestamp: '2026-11-21T10:00:00.000Z',
      durationMs: 7,
      attempt: 1,
      labels: { panel: '1' },
      sessionId: 's1',
    });
    expect(ended).toBe(1);
    expect(JSON.stringify(records)).not.toContain('secret');
  });

  it('starts with the answer where the server did not wait for the whole request', () => {
    const call = open();
    call.headers(100, headers({}));
    expect(phases()).toEqual([]);
    call.headers(200, headers({}));
    expect(phases()).toEqual(['start 7', 'headers 7']);
  });

  it('that was still in the queue at the end of the process is none', () => {
    open().breakOff();
    expect(phases()).toEqual([]);
    expect(ended).toBe(1);
  });

  it('that never reached a server is none, and no attempt either', () => {
    open().breakOff(Object.assign(new Error('no'), { code: 'ENOTFOUND' }));
    expect(phases()).toEqual([]);
    expect([ended, problems]).toEqual([1, ['ENOTFOUND']]);
    open().start();
    expect(last().attempt).toBe(1);
  });

  it('that was recorded before its connection failed has failed', () => {
    const call = open();
    call.start();
    call.breakOff(Object.assign(new Error('no'), { code: 'ENOTFOUND' }));
    expect(last()).toMatchObject({ status: 'failed', errorCode: 'ENOTFOUND' });
  });

  it('without an answer is not known to be free', () => {
    const call = open();
    call.start();
    call.breakOff(Object.assign(new Error('no'), { code: 'UND_ERR_HEADERS_TIMEOUT' }));
    expect(last()).toMatchObject({ status: 'incomplete', errorCode: 'UND_ERR_HEADERS_TIMEOUT' });
  });

  it.each([
    ['4', 'ok'],
    ['5', 'incomplete'],
  ])('whose reader leaves after 4 of %s bytes is %s', (length, status) => {
    const call = open();
    call.headers(200, headers({ 'content-length': length }));
    call.received(Buffer.from('four'));
    call.breakOff();
    expect(last()).toMatchObject({ status, usage: { outputTokens: 4 } });
  });

  it('keeps no body that the provider does not want', () => {
    const call = open({ wantsBody: () => false });
    call.headers(200, headers({}));
    call.received(Buffer.from('usageMetadata'));
    call.complete();
    expect(phases()).toEqual(['start 7', 'headers 7', 'end 7']);
    expect(last().usage).toEqual({ outputTokens: 0 });
  });

  it('counts with what was known when its provider fails', () => {
    const call = open({
      readUsage: ({ response }) => {
        if (response?.complete) throw new TypeError('a secret');
        return FACTS;
      },
    });
    call.headers(200, headers({}));
    call.complete();
    expect(last()).toMatchObject({ status: 'incomplete', attempt: 1 });
    expect(problems).toEqual(['a call could not be read whole: a bug in costwatch (TypeError)']);
  });

  it('is the next attempt after one that was broken off', () => {
    const first = open();
    first.sent('{}');
    first.start();
    first.breakOff(new Error('no'));
    const second = open();
    second.sent('{}');
    second.start();
    expect(last().attempt).toBe(2);
  });
});

describe('counts in mid-stream are read', () => {
  const at = (time: number) => vi.mocked(host.ticks).mockReturnValue(time);
  const NEW = Buffer.from('x "usageMetadata" x');

  it('at once, and then at most every 250 ms', () => {
    const throttle = new Throttle();
    at(0);
    expect(throttle.due(NEW, false)).toBe(true);
    throttle.measure(() => {});
    at(249);
    expect(throttle.due(NEW, false)).toBe(false);
    at(250);
    expect(throttle.due(Buffer.from('later'), false)).toBe(true);
  });

  it('only where there are some, as far as can be seen', () => {
    at(0);
    expect(new Throttle().due(Buffer.from('text'), false)).toBe(false);
    expect(new Throttle().due(Buffer.from('text'), true)).toBe(true);
  });

  it('more seldom where that takes long', () => {
    const throttle = new Throttle();
    at(0);
    throttle.due(NEW, false);
    throttle.measure(() => at(100));
    at(2099);
    expect(throttle.due(NEW, false)).toBe(false);
    at(2100);
    expect(throttle.due(NEW, false)).toBe(true);
  });
});
