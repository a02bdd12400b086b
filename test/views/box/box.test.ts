import { describe, expect, it } from 'vitest';
import type { BudgetRow } from '../../../src/core/budget/row.ts';
import { summaryBox } from '../../../src/views/box/box.ts';
import { flash, plainChalk, summaryOf, voice } from '../summary.ts';

const box = (...args: Parameters<typeof summaryOf>) => summaryBox(summaryOf(...args), plainChalk);

describe('the box at the end of a run', () => {
  it('shows both vendors, each in its own unit', () => {
    const image = { responseModel: 'gemini-2.5-flash-image', timestamp: '2026-09-01T10:00:00.000Z' };
    const picture = { outputTokens: 1290, outputTokensByModality: { image: 1290 }, images: [{ count: 1 }] };
    expect(
      box(
        [
          { ...flash, usage: { inputTokens: 1_000_000, outputTokens: 50_000 } },
          ...Array.from({ length: 5 }, () => ({ ...image, usage: picture })),
          { ...flash, status: 'failed', httpStatus: 429 },
          {
            ...flash,
            attempt: 2,
            usage: { inputTokens: 10_000, cacheReadInputTokens: 4000, outputTokens: 200, reasoningOutputTokens: 150 },
          },
          { ...voice, usage: { characters: 5000, credits: 2500 } },
          {
            ...voice,
            voice: undefined,
            operation: 'sound_generation',
            responseModel: undefined,
            usage: { credits: 100 },
          },
        ],
        {},
      ),
    ).toMatchInlineSnapshot(`
      "━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
                             API Usage Summary
      ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
      Total Gemini Cost: $0.62
        ├─ Input Tokens: 1,010,000 incl. 4,000 cached ($0.3019)
        ├─ Output Tokens: 50,200 incl. 150 thinking ($0.1255)
        └─ Images: 5 ($0.1935)
        gemini-2.5-flash:         $0.43   3 calls
        gemini-2.5-flash-image:   $0.19   5 calls

      ElevenLabs Characters: 5,000 (2,600 credits of quota)
        Voice: Rachel     5,000 characters   2,500 credits   1 call
        Without a voice       0 characters     100 credits   1 call

      10 calls, 1 failed (not charged), 1 retry, 12.3 s
      Average per Gemini call: $0.0887
      ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
      "
    `);
  });

  it('shows the budgets, and what they stopped', () => {
    const row = { window: 'w', reserved: 0, unpriced: 0, refused: 0, remaining: 1, accuracy: 'exact' as const };
    const budgets: BudgetRow[] = [
      { ...row, id: 'daily', period: 'daily', unit: 'usd', limit: 5, spent: 4.02, percent: 80, status: 'warned' },
      {
        ...row,
        ...{ id: 'monthly-characters', period: 'monthly', unit: 'characters', limit: 20_000, spent: 20_000 },
        ...{ percent: 100, status: 'stopped', refused: 3, accuracy: 'estimated' },
      },
      {
        ...row,
        ...{ id: 'per-run-video-each', period: 'run', unit: 'usd', limit: 1, spent: 0.0035, percent: 0, status: 'ok' },
        ...{ accuracy: 'lower-bound', label: { name: 'video', value: 'ep1\u001b[31m' } },
      },
    ];
    const text = summaryBox({ ...summaryOf([{ ...flash, usage: { inputTokens: 1 } }], {}), budgets }, plainChalk);
    expect(text.slice(text.indexOf('Budgets:'), text.lastIndexOf('━━') - 62)).toMatchInlineSnapshot(`
      "Budgets:
        daily: $4.02 of $5.00 (80 %)
        monthly-characters: ~20,000 of 20,000 credits (100 %), 3
          calls not sent
        per-run-video-each (ep1[31m): ≥ $0.0035 of $1.00 (0 %)
      "
    `);
  });

  it('names everything that the total does not hold', () => {
    expect(
      box(
        [
          { ...flash, usage: { inputTokens: 1000, outputTokens: 100 } },
          { responseModel: 'gemini-99-ultra', usage: { inputTokens: 5 } },
          { ...flash, status: 'incomplete', usage: { inputTokens: 800, outputTokens: 20 } },
          { requestModel: 'gemini-2.5-flash', usage: { inputTokens: 1000 } },
          { ...voice, usage: { characters: 40 } },
          { ...voice, responseModel: 'eleven_v9', usage: { characters: 10 } },
          { service: 'openai', responseModel: 'gpt-x', recordedCost: { amount: '0.25', currency: 'USD' } },
        ],
        { unwatched: ['No Node process was watched: python3 is not Node.'] },
      ),
    ).toMatchInlineSnapshot(`
      "━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
                             API Usage Summary
      ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
      Total Gemini Cost: ≥ $0.0011
        ├─ Input Tokens: 2,800 ($0.00084)
        └─ Output Tokens: 120 ($0.0003)
        gemini-2.5-flash:   ≥ $0.0011   3 calls
        gemini-99-ultra:    not known    1 call

      ElevenLabs Characters: 50 (≥ 40 credits of quota)
        Voice: Rachel   50 characters   ≥ 40 credits   2 calls

      openai: ($0.25) as recorded in 1 call, not in the totals

      7 calls, 12.3 s
      Average per Gemini call: $0.00038

      ! 2 calls unpriced: no price known for gemini-99-ultra (1); no
        credit rate known for eleven_v9 (1)
      ! 1 call interrupted: at least what was counted so far
      ! 3 calls estimated: priced by the model asked for, not the
        one that answered (1); credits estimated as characters x 1, no
        character-cost header (1); cost as the log recorded it: no
        prices for openai (1)
      ! No Node process was watched: python3 is not Node.
      ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
      "
    `);
  });

  it('does not show nothing known as $0.00', () => {
    expect(box([{ responseModel: 'gemini-99-ultra', usage: { inputTokens: 5 } }])).toContain(
      'Total Gemini Cost: not known',
    );
  });

  it('never reads $0.00 for a small cost', () => {
    expect(box([{ ...flash, usage: { inputTokens: 3 } }])).toContain('Total Gemini Cost: $0.0000009');
  });

  it('says when there was nothing', () => {
    expect(box([], {})).toContain('No Gemini or ElevenLabs call was seen.');
  });

  it('lets nothing from outside reach the terminal raw, and keeps its width', () => {
    const hostile = '\u001b[2J\u202eevil\u0007'.repeat(20);
    const text = box([
      { responseModel: hostile, usage: { inputTokens: 5 } },
      { ...voice, voice: hostile, usage: { characters: 1, credits: 1 } },
      { service: hostile, responseModel: 'x' },
    ]);
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202e]/);
  });
});
