import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Attempts } from '../../../src/capture/child/call/attempts.ts';
import { Call } from '../../../src/capture/child/call/call.ts';
import type { CallContext } from '../../../src/capture/child/call/context.ts';
import { PendingOutcomes } from '../../../src/capture/child/call/pending-outcomes.ts';
import { Gate } from '../../../src/capture/child/gate/gate.ts';
import { withGrants } from '../../../src/capture/parent/permission.ts';
import { gemini } from '../../../src/providers/gemini/index.ts';
import type { RequestHead } from '../../../src/providers/provider.ts';

const GATES = join(import.meta.dirname, '../../fixtures/gates');
const BASE = 'https://generativelanguage.googleapis.com/v1beta';
const BOUND = { usd: '0.01' };

let records: { phase: string; call: number; bound?: object; budget?: string }[];
let problems: string[];
beforeEach(() => {
  records = [];
  problems = [];
});

/** A call before a gate that lets everything through, or nothing; without a name before none. */
function open(gate?: 'open' | 'shut' | 'held', path = 'models/gemini-2.5-flash:generateContent'): Call {
  const folder = mkdtempSync(join(tmpdir(), 'cw-gate-'));
  const file = join(folder, 'gate.json');
  writeFileSync(file, JSON.stringify({ bundle: join(GATES, `${gate}.cjs`) }));
  const asked = gate && new Gate(file, (reason) => problems.push(reason));
  let count = 7;
  const context: CallContext = {
    process: '1-0-a',
    sessionId: 's1',
    labels: () => undefined,
    gate: asked,
    attempts: new Attempts(),
    pendingOutcomes: new PendingOutcomes(),
    nextNumber: () => ++count,
    record: (phase, call, _event, gated = {}) => records.push({ phase, call, ...gated }),
    reportProblem: (reason) => problems.push(reason),
    unreached: (code) => problems.push(code),
  };
  const request: RequestHead = { method: 'POST', url: new URL(`${BASE}/${path}`), header: () => undefined };
  const opened = { number: 7, provider: gemini, request, facts: gemini.readUsage({ request }) };
  return new Call(opened, context, () => rmSync(folder, { recursive: true, force: true }));
}

const json = (name: string) => (name === 'content-type' ? 'application/json' : undefined);
const answer = (call: Call, body: object): void => {
  call.headers(200, json);
  call.received(Buffer.from(JSON.stringify(body)));
  call.complete();
};

describe('a call before a gate', () => {
  it('reserves its bound before it is sent, and holds it until its end', () => {
    const call = open('open');
    expect(call.needsAdmission).toBe(true);
    call.sent('{}');
    expect(call.admit(true)).toBeUndefined();
    expect(call.needsAdmission).toBe(false);
    call.start();
    answer(call, { usageMetadata: { promptTokenCount: 1, totalTokenCount: 1 } });
    expect(records).toEqual([
      { phase: 'reserve', call: 7, bound: BOUND },
      { phase: 'start', call: 7, bound: BOUND },
      { phase: 'end', call: 7 },
    ]);
  });

  it('is over when it is refused, whatever happens to its request then', () => {
    const call = open('shut');
    const error = call.admit(true);
    expect(error).toMatchObject({ name: 'CostwatchBudgetError', code: 'ERR_COSTWATCH_BUDGET', budget: 'daily' });
    expect(error).toBeInstanceOf(Error);
    expect(call.admit(true)).toBe(error);
    call.start();
    call.breakOff(error);
    expect(records).toEqual([
      { phase: 'reserve', call: 7, bound: BOUND },
      { phase: 'refused', call: 7, budget: 'daily', reason: 'the daily budget is used up.' },
    ]);
  });

  it.each(['forget', 'breakOff'] as const)('gives its reservation back when it is not sent after all: %s', (end) => {
    const call = open('open');
    call.admit(true);
    call[end]();
    expect(records).toEqual([
      { phase: 'reserve', call: 7, bound: BOUND },
      { phase: 'refused', call: 7 },
    ]);
  });

  it('ends its reservation when it is broken off under way', () => {
    const call = open('open');
    call.admit(true);
    call.start();
    call.breakOff(new Error('reset'));
    expect(records.at(-1)).toEqual({ phase: 'end', call: 7 });
  });

  it('holds it on where its outcome comes later', () => {
    const call = open('open', 'models/veo-3.1-generate-preview:predictLongRunning');
    call.sent('{"instances":[{"prompt":"a"}]}');
    call.admit(true);
    call.start();
    answer(call, { name: 'models/veo-3.1-generate-preview/operations/a' });
    expect(records.at(-1)).toEqual({ phase: 'usage', call: 7, bound: BOUND });
  });

  it('is not refused while others hold the rest, and holds nothing meanwhile', async () => {
    const call = open('held');
    const admitted = call.admitPatiently(true);
    expect(await admitted).toBeUndefined();
    call.start();
    expect(records).toEqual([
      { phase: 'reserve', call: 7, bound: BOUND },
      { phase: 'refused', call: 7 },
      { phase: 'reserve', call: 7, bound: BOUND },
      { phase: 'start', call: 7, bound: BOUND },
    ]);
  });

  it('is refused at once by a way that cannot wait', () => {
    expect(open('held').admit(true)).toMatchObject({ code: 'ERR_COSTWATCH_BUDGET' });
  });

  it('leaves the waiting room when it was broken off', async () => {
    const call = open('held');
    const admitted = call.admitPatiently(true);
    call.breakOff();
    expect(await admitted).toBeUndefined();
    expect(records.map(({ phase }) => phase)).toEqual(['reserve', 'refused']);
  });

  it('costs nothing where there is none', () => {
    const call = open();
    expect(call.needsAdmission).toBe(false);
    call.start();
    answer(call, {});
    expect(records.map(({ phase, bound }) => [phase, bound])).toEqual([
      ['start', undefined],
      ['end', undefined],
    ]);
    expect(problems).toEqual([]);
  });
});

it('a gate is granted what it reads under the permission model', () => {
  const pricing = { directory: '/p', overridesFile: '/c/prices.json' };
  const gate = { bundle: '/g.cjs', dataDir: '/d', pricing };
  expect(withGrants(['node', '--permission', 'gen.js'], { hook: '/h', runDir: '/r', gate })).toEqual([
    'node',
    '--permission',
    ...['/h', '/g.cjs', '/r/*', '/d/*', '/p/*', '/c/prices.json'].map((path) => `--allow-fs-read=${path}`),
    '--allow-fs-write=/r/*',
    'gen.js',
  ]);
});
