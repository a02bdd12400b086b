import { expect, it } from 'vitest';
import { withSafeErrorCode } from '../../../src/capture/child/call/safe-error-code.ts';

const failed = {
  id: 'x',
  service: 'gemini',
  operation: 'generate_content',
  status: 'failed',
  httpStatus: 400,
} as const;

it.each([
  ['RESOURCE_EXHAUSTED', 'RESOURCE_EXHAUSTED'],
  ['quota_exceeded', 'quota_exceeded'],
  ['503', '503'],
  ["Your text 'a dragon' with key sk_1 is not valid", '400'],
  ['', '400'],
])('of an error only a code is kept: %s', (errorCode, kept) => {
  expect(withSafeErrorCode({ ...failed, errorCode }).errorCode).toBe(kept);
});

it('leaves other events as they are', () => {
  expect(withSafeErrorCode(failed)).toBe(failed);
});
