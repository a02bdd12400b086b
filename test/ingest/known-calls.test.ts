import { describe, expect, it } from 'vitest';
import { type Case, summaryOf } from '../fuzz/alike.fuzz.ts';

/** A call of a log, as like the others as `changed` leaves it. */
function line(n: number, changed: { id?: string; prompt?: number; finish?: string; model?: string } = {}): string {
  const prompt = changed.prompt ?? 100 + n;
  return JSON.stringify({
    timestamp: `2026-11-02T10:${String(n % 60).padStart(2, '0')}:00Z`,
    duration_ms: 1000 + n,
    labels: { panel: `p${n}` },
    response: {
      candidates: [{ finishReason: changed.finish ?? 'STOP' }],
      usageMetadata: { promptTokenCount: prompt, candidatesTokenCount: 20, totalTokenCount: prompt + 20 },
      modelVersion: changed.model ?? 'gemini-2.5-pro',
      responseId: changed.id ?? `call-${n}`,
    },
  });
}

const LINES = Array.from({ length: 300 }, (_, n) => line(n));
const HALF = 150;

const LATER: Partial<Case> = { since: '2026-11-03', by: [] };

/** Calls of a model whose price changes in 2027, of both years. */
function onDayOfChange(text: string, n: number): string {
  const day = n % 2 === 0 ? '2026-12-31' : '2027-01-01';
  return text.replace('2026-11-02', day).replace('call-', 'other-').replace('gemini-2.5-pro', 'gemini-3.8-flash');
}

/** The log with other lines in its middle, read both ways. */
function bothWays(middle: string[], asked: Partial<Case> = {}, end = '\n') {
  const text = [...LINES.slice(0, HALF), ...middle, ...LINES.slice(HALF)].join(end) + end;
  const one: Case = { text, by: ['day'], zone: 'UTC', mode: 'auto', ...asked };
  return { whole: summaryOf(one, false, text.length), alike: summaryOf(one, true, 1000) };
}

describe('calls that are known by their bytes', () => {
  it.each<[string, string[], Partial<Case>, string]>([
    ['nothing else', [], {}, '\n'],
    ['Windows line ends', [], {}, '\r\n'],
    ['a call twice', [line(7)], {}, '\n'],
    ['a fuller record of a call', [line(7, { prompt: 5000 })], {}, '\n'],
    ['two chunks of one response', [line(500, { id: 'x' }), line(501, { id: 'x', prompt: 900 })], {}, '\n'],
    [
      'a chunk of another form behind one',
      [line(500, { id: 'x' }), line(500, { id: 'x' }).replace('STOP', 'S\\u0054OP')],
      {},
      '\n',
    ],
    ['a prompt for which another price holds', [line(500, { prompt: 250_000 })], {}, '\n'],
    ['counts that do not add up', [line(500).replace('"totalTokenCount":', '"totalTokenCount":9')], {}, '\n'],
    ['a count that is none', [line(500).replace('"promptTokenCount":', '"promptTokenCount":-')], {}, '\n'],
    ['a line that is cut off', [line(500).slice(0, 120)], {}, '\n'],
    ['another model', [line(500, { model: 'gemini-2.5-flash' })], {}, '\n'],
    ['a model without a price', [line(500, { model: 'gemini-unheard-of' })], {}, '\n'],
    ['all of it twice', LINES, {}, '\n'],
    ['a call twice in a row', [line(500), line(500)], {}, '\n'],
    ['a call again, as the first part of a longer one', [line(7), line(7, { prompt: 5000 })], {}, '\n'],
    ['days that are left out', [], { since: '2026-11-03' }, '\n'],
    [
      'some days left out',
      LINES.map((text) => text.replace('11-02T', '11-04T').replace('call-', 'later-')),
      LATER,
      '\n',
    ],
    ['the day on which a price changes', LINES.map(onDayOfChange), {}, '\n'],
    ['a label that is asked about', [], { by: ['label:panel'] }, '\n'],
    ['a zone of quarter hours', [], { by: ['hour'], zone: 'Asia/Kathmandu' }, '\n'],
  ])('add up as when read in full: %s', (_, middle, asked, end) => {
    const { whole, alike } = bothWays(middle, asked, end);
    expect(alike.summary).toEqual(whole.summary);
  });

  it('are most of what filters leave out', () => {
    const { alike } = bothWays([], { since: '2026-11-03' });
    expect(alike.events).toBeLessThan(20);
    expect(alike.summary.leftOut).toBe(300);
  });

  it('are not read again when they come again', () => {
    expect(bothWays(LINES).alike.events).toBeLessThan(40);
  });

  it('are most of a log', () => {
    const { whole, alike } = bothWays([]);
    expect(whole.events).toBe(300);
    expect(alike.events).toBeLessThan(20);
    expect(alike.summary.totals.calls).toBe(300);
  });
});
