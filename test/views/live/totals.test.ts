import { describe, expect, it } from 'vitest';
import { liveText } from '../../../src/views/live/totals.ts';
import { flash, plainChalk, summaryOf, voice } from '../summary.ts';

const calls = [
  { ...flash, usage: { inputTokens: 1_000_000, outputTokens: 50_000 } },
  { ...flash, status: 'failed' as const },
  { ...voice, usage: { characters: 5000, credits: 5000 } },
];
const line = (columns: number, events = calls, inFlight = 2, elapsedMs = 30_000) =>
  liveText({ summary: summaryOf(events), inFlight, elapsedMs }, columns, plainChalk);

describe('the running totals', () => {
  it('are one line', () => {
    expect(line(200)).toBe(
      'Gemini $0.42 · ElevenLabs 5,000 characters · 3 calls · 2 in flight · 1 failed · 1.05M tokens · $0.85/min',
    );
  });

  it('leave out the least important where there is no room', () => {
    expect(line(80)).toBe('Gemini $0.42 · ElevenLabs 5,000 characters · 3 calls · 2 in flight · 1 failed');
    expect(line(20)).toBe('Gemini $0.42 · ElevenLabs 5,000 characters');
  });

  it('name the share of the budget that is nearest to its limit', () => {
    const state = { summary: summaryOf(calls), inFlight: 0, elapsedMs: 0, budget: 'budget 82 %' };
    expect(liveText(state, 60, plainChalk)).toBe('Gemini $0.42 · ElevenLabs 5,000 characters · budget 82 %');
  });

  it('wait for the first call', () => {
    expect(line(80, [], 0)).toBe('waiting for the first call');
  });

  it('take an open call for what it is, and an unpriced one for a lower bound', () => {
    expect(
      line(80, [{ ...flash, status: 'incomplete' as never, usage: { inputTokens: 1000, outputTokens: 0 } }], 1, 0),
    ).toContain('Gemini $0.0003 ·');
    expect(line(80, [{ responseModel: 'gemini-99', usage: { inputTokens: 1, outputTokens: 0 } }], 0, 0)).toContain(
      'Gemini ≥ $0.00 ·',
    );
  });
});
