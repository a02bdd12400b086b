import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Attempts } from '../../src/capture/child/call/attempts.ts';
import { Call } from '../../src/capture/child/call/call.ts';
import type { CallContext } from '../../src/capture/child/call/context.ts';
import { type KnownCall, PendingOutcomes } from '../../src/capture/child/call/pending-outcomes.ts';
import { host } from '../../src/capture/child/host.ts';
import type { UsageEvent } from '../../src/core/usage/event.ts';
import type { Exchange, Provider, UsageFacts } from '../../src/providers/provider.ts';

const FACTS: UsageFacts = { id: 'job', service: 'test', operation: 'test', status: 'incomplete' };
const DONE: UsageFacts = { ...FACTS, status: 'ok', usage: { outputTokens: 5 } };

describe('what a process remembers', () => {
  const call: KnownCall = { number: 1, metadata: { timestamp: 't1' } };
  const never = (): KnownCall => {
    throw new Error('a call was opened');
  };

  it('a known call is completed in its own place, and then has no news', () => {
    const outcomes = new PendingOutcomes();
    outcomes.remember('job', FACTS);
    outcomes.attach('job', call);
    expect(outcomes.resolve(DONE, never)).toBe(call);
    expect(outcomes.recall('job')).toEqual(DONE);
    expect(outcomes.resolve(DONE, never)).toBeUndefined();
    expect(outcomes.resolve({ ...DONE, usage: {} }, never)).toBe(call);
  });

  it('an unknown one is a call of its own, once', () => {
    const outcomes = new PendingOutcomes();
    expect(outcomes.resolve(DONE, () => call)).toBe(call);
    expect(outcomes.resolve(DONE, never)).toBeUndefined();
  });

  it('one without an id is always new', () => {
    const outcomes = new PendingOutcomes();
    const { id: _none, ...nameless } = DONE;
    expect([outcomes.resolve(nameless, () => call), outcomes.resolve(nameless, () => call)]).toEqual([call, call]);
  });

  it('an id belongs to the first call it was given to', () => {
    const outcomes = new PendingOutcomes();
    outcomes.attach('job', call);
    expect(outcomes.callOf('job')).toBeUndefined();
    outcomes.remember('job', FACTS);
    outcomes.attach('job', call);
    outcomes.attach('job', { number: 2, metadata: {} });
    outcomes.remember('job', DONE);
    expect(outcomes.callOf('job')).toBe(call);
  });

  it('has a limit: what was used longest ago goes first', () => {
    const outcomes = new PendingOutcomes(2);
    for (const id of ['a', 'b', 'a', 'c']) outcomes.remember(id, FACTS);
    expect(['a', 'b', 'c'].filter((id) => outcomes.recall(id))).toEqual(['a', 'c']);
  });
});

describe('a request whose answer completes other calls', () => {
  let records: [string, UsageEvent][];
  let problems: string[];
  let outcomes: PendingOutcomes;
  let attempts: Attempts;
  let count: number;
  beforeEach(() => {
    records = [];
    problems = [];
    outcomes = new PendingOutcomes();
    attempts = new Attempts();
    count = 0;
    let now = Date.parse('2026-11-21T10:00:00Z');
    vi.spyOn(host, 'now').mockImplementation(() => (now += 1000));
    vi.spyOn(host, 'ticks').mockReturnValue(0);
    return () => vi.restoreAllMocks();
  });

  /** A POST bills nothing yet and is remembered; a GET brings its end. */
  const provider: Provider = {
    id: 'test',
    matches: () => true,
    meter: () => [],
    wantsBody: () => true,
    readUsage: ({ request, response }: Exchange) => {
      const { id: _later, ...opened } = FACTS;
      return request.method === 'POST' ? (response ? FACTS : opened) : undefined;
    },
    isLaterAnswer: () => true,
    readLaterAnswer: ({ request }, known) => {
      if (request.method === 'GET') return [DONE];
      known.remember('job', FACTS);
      return [];
    },
  };

  function make(method: string, used: Provider = provider): void {
    const context: CallContext = {
      process: '1-0-a',
      sessionId: 's1',
      labels: () => ({ by: method }),
      attempts,
      pendingOutcomes: outcomes,
      nextNumber: () => ++count,
      record: (phase, call, event) => records.push([`${phase} ${call}`, event]),
      reportProblem: (reason) => problems.push(reason),
      unreached: (code) => problems.push(code),
    };
    const request = { method, url: new URL('https://a.io/jobs'), header: () => undefined };
    const opened = { number: ++count, provider: used, request, facts: used.readUsage({ request }) };
    const call = new Call(opened, context, () => undefined);
    call.start();
    call.headers(200, () => undefined);
    call.complete();
  }

  it('is no call itself, and ends the one it is about with its own time and labels', () => {
    make('POST');
    const [, posted] = records.at(-1)!;
    make('GET');
    make('GET');
    expect(records.map(([phase]) => phase)).toEqual(['start 1', 'end 1', 'end 1']);
    expect(posted).toMatchObject({ id: 'job', status: 'incomplete', labels: { by: 'POST' } });
    expect(records.at(-1)![1]).toEqual({ ...posted, ...DONE });
  });

  it('that is made again is no retry: its outcome comes later', () => {
    make('POST');
    make('POST');
    expect(records.map(([, event]) => event.attempt)).toEqual([1, 1, 1, 1]);
  });

  it('about a call of another process records it as its own', () => {
    make('GET');
    expect(records).toMatchObject([['end 2', { ...DONE, attempt: 1, labels: { by: 'GET' }, sessionId: 's1' }]]);
  });

  it('whose provider fails is reported, without what it said', () => {
    make('GET', {
      ...provider,
      readLaterAnswer: () => {
        throw new TypeError('a secret');
      },
    });
    expect(records).toEqual([]);
    expect(problems).toEqual(['a call could not be read whole: a bug in costwatch (TypeError)']);
  });
});
