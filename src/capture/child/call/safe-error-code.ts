import type { UsageEvent } from '../../../core/usage/event.ts';

const CODE = /^[A-Za-z][\w.-]{0,59}$|^\d{3}$/;

/** A vendor's error text may quote a key or a prompt: of an error only a code is kept, else the HTTP status. */
export function withSafeErrorCode(event: UsageEvent): UsageEvent {
  if (event.errorCode === undefined || CODE.test(event.errorCode)) return event;
  return { ...event, errorCode: event.httpStatus === undefined ? 'error' : String(event.httpStatus) };
}
