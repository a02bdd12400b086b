import { describe, expect, it } from 'vitest';
import { liveSession } from '../../../src/core/ledger/live-session.ts';
import { Metrics } from '../../../src/core/ledger/metrics.ts';
import { chargesOf } from '../made-charge.ts';

describe('the dollars a minute of a session', () => {
  const session = { id: 's', startedAt: '2026-11-22T10:00:00.000Z', command: ['node'] };
  const metrics = Metrics.of({
    status: 'priced',
    event: { id: '1', service: 'gemini', operation: 'x', status: 'ok' },
    model: 'm',
    charges: chargesOf(300_000_000_000n),
    cost: 300_000_000_000n,
    estimates: [],
    notes: [],
  });
  const perMinute = (until: string, of = metrics) =>
    liveSession(session, 'running', of, 0, new Date(until)).perMinuteUsd;

  it('are its cost over the time since it started', () => {
    expect(perMinute('2026-11-22T10:01:30.000Z')).toBe(0.2);
    expect(perMinute('2026-11-22T10:00:01.000Z')).toBe(18);
  });

  it('are not told within its first second, nor where nothing costs dollars', () => {
    expect(perMinute('2026-11-22T10:00:00.999Z')).toBe(null);
    expect(perMinute('2026-11-22T10:01:00.000Z', new Metrics())).toBe(null);
  });
});
