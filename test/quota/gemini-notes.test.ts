import { describe, expect, it } from 'vitest';
import { rateLimited } from '../../src/demo/gemini/errors.ts';
import { quotaHits, quotaNote } from '../../src/providers/gemini/quota-notes.ts';

function body(quotaIds: string[], more: object[] = []) {
  const violations = quotaIds.map((quotaId) => ({ quotaId }));
  const details = [{ '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations }, ...more];
  return { error: { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'You exceeded your quota.', details } };
}
const RETRY = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '37s' };

describe('quotaNote', () => {
  it.each([
    ['GenerateRequestsPerMinutePerProjectPerModel-FreeTier', 'requests per minute (RPM); free tier'],
    ['GenerateRequestsPerDayPerProjectPerModel-FreeTier', 'requests per day (RPD); free tier'],
    ['GenerateContentInputTokensPerModelPerMinute-FreeTier', 'tokens per minute (TPM); free tier'],
    ['GenerateContentPaidTierInputTokensPerModelPerMinute', 'tokens per minute (TPM)'],
    ['InputTokensPerDay', 'tokens per day (TPD)'],
    ['SomethingNew', 'SomethingNew'],
    ['Odd\u001b[2J', 'Odd[2J'],
  ])('%s', (id, note) => {
    expect(quotaNote(body([id]))).toBe(`Gemini limit hit: ${note}`);
    expect(quotaNote([body([id], [RETRY])])).toBe(`Gemini limit hit: ${note}; retry in 37s`);
  });

  it('names model and amount, as the local API sends them', () => {
    const sent = JSON.parse(String(rateLimited('gemini-3.8-flash', '12s').body));
    expect(quotaNote(sent)).toBe('Gemini limit hit: requests per minute (RPM), 10 for gemini-3.8-flash; retry in 12s');
    expect(quotaHits(sent)).toEqual([{ limit: 'RPM', value: '10', model: 'gemini-3.8-flash', freeTier: false }]);
  });

  it('lists every limit once', () => {
    const ids = ['RequestsPerMinute-FreeTier', 'RequestsPerMinute-FreeTier', 'RequestsPerDay-FreeTier'];
    expect(quotaNote(body(ids))).toBe('Gemini limit hit: requests per minute (RPM); requests per day (RPD); free tier');
  });

  it('reads the older way', () => {
    const details = [
      { reason: 'RATE_LIMIT_EXCEEDED', metadata: { quota_limit: 'GenerateContentRequestsPerMinutePerProject' } },
    ];
    expect(quotaNote({ error: { code: 429, details } })).toBe('Gemini limit hit: requests per minute (RPM)');
  });

  it.each([undefined, null, '<html>', {}, { error: {} }, { error: { details: [{}] } }, body([])])(
    'is silent on %j',
    (odd) => {
      expect(quotaNote(odd)).toBeUndefined();
    },
  );
});
