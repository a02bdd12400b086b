import { describe, expect, it } from 'vitest';
import { rateLimited } from '../../../src/demo/gemini/errors.ts';
import { limitHit } from '../../../src/providers/gemini/limit-hit.ts';

function body(quotaIds: string[], more: object[] = []) {
  const violations = quotaIds.map((quotaId) => ({ quotaId }));
  const details = [{ '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations }, ...more];
  return { error: { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'You exceeded your quota.', details } };
}
const retry = (retryDelay: string) => ({ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay });

describe('limitHit', () => {
  it.each([
    ['GenerateRequestsPerMinutePerProjectPerModel-FreeTier', 'requests per minute (RPM), free-tier key'],
    ['GenerateRequestsPerDayPerProjectPerModel-FreeTier', 'requests per day (RPD), free-tier key'],
    ['GenerateContentInputTokensPerModelPerMinute-FreeTier', 'tokens per minute (TPM), free-tier key'],
    ['GenerateContentPaidTierInputTokensPerModelPerMinute', 'tokens per minute (TPM)'],
    ['InputTokensPerDay', 'tokens per day (TPD)'],
    ['GenerateImagesPerMinutePerProject', 'images per minute (IPM)'],
    ['generate_content_requests_per_minute', 'requests per minute (RPM)'],
    ['AKeyOrAPrompt\u001b[2J', 'a limit without a known name'],
  ])('%s', (id, name) => {
    expect(limitHit(body([id]), 'gemini-3.8-flash')).toBe(name);
    expect(limitHit(body([id], [retry('37s')]), undefined)).toBe(`${name}; retry within a minute`);
  });

  it('names model and amount, as the local API sends them', () => {
    const sent = JSON.parse(String(rateLimited('gemini-3.8-flash', '12s').body));
    expect(limitHit(sent, 'gemini-3.8-flash')).toBe(
      'requests per minute (RPM), 10 for gemini-3.8-flash; retry within a minute',
    );
  });

  it('names every limit once', () => {
    const ids = ['RequestsPerMinute-FreeTier', 'RequestsPerMinute-FreeTier', 'RequestsPerDay-FreeTier'];
    expect(limitHit(body(ids), undefined)).toBe(
      'requests per minute (RPM), free-tier key and requests per day (RPD), free-tier key',
    );
  });

  it('reads the older way', () => {
    const details = [
      { reason: 'RATE_LIMIT_EXCEEDED', metadata: { quota_limit: 'GenerateContentRequestsPerMinutePerProject' } },
    ];
    expect(limitHit({ error: { code: 429, details } }, undefined)).toBe('requests per minute (RPM)');
  });

  it.each([
    ['0s', '10 seconds'],
    ['10s', '10 seconds'],
    ['10.5s', 'a minute'],
    ['3600s', 'an hour'],
    ['86401s', 'some days'],
  ])('a delay of %s is within %s', (delay, step) => {
    expect(limitHit(body([], [retry(delay)]), undefined)).toBe(`retry within ${step}`);
  });

  it.each([
    undefined,
    null,
    '<html>',
    {},
    { error: {} },
    { error: { details: [{}] } },
    body([]),
    body([], [retry('x')]),
  ])('is silent on %j', (odd) => {
    expect(limitHit(odd, 'gemini-3.8-flash')).toBeUndefined();
  });
});
