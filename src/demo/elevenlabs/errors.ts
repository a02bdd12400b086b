import { jsonReply, type Reply } from '../exchange.ts';
import { idFor } from '../media.ts';

/** The errors ElevenLabs answers with; `code` and `status` differ on purpose, as in recorded bodies. */
const ERRORS = {
  invalid_api_key: { http: 401, type: 'authentication_error', code: 'unauthorized', message: 'Invalid API key' },
  needs_authorization: {
    http: 401,
    type: 'authentication_error',
    code: 'unauthorized',
    message: 'Neither authorization header nor xi-api-key received, please provide one.',
  },
  quota_exceeded: { http: 401, type: 'invalid_request', code: 'quota_exceeded', message: '' },
  too_many_concurrent_requests: {
    http: 429,
    type: 'rate_limit_error',
    code: 'concurrent_limit_exceeded',
    message:
      'Too many concurrent requests. Your current subscription is associated with a maximum of 3 concurrent requests (running in parallel).',
  },
  system_busy: {
    http: 429,
    type: 'rate_limit_error',
    code: 'system_busy',
    message: 'The system is experiencing heavy traffic, please try again.',
  },
  internal_server_error: {
    http: 500,
    type: 'internal_error',
    code: 'internal_server_error',
    message: 'Internal server error',
  },
} as const;

/** One of ElevenLabs' error answers, named by its `detail.status`. Errors carry no `request-id` and no cost. */
export function elevenLabsError(status: keyof typeof ERRORS, message?: string): Reply {
  const { http, ...detail } = ERRORS[status];
  const traceId = idFor(status, 32);
  return jsonReply(
    { detail: { ...detail, message: message ?? detail.message, status, request_id: traceId } },
    { status: http, headers: { server: 'uvicorn', 'x-trace-id': traceId }, pace: 0.5 },
  );
}

/** The 401 of an account that has too few credits left. */
export function quotaExceeded(quota: { limit: number; used: number }, required: number): Reply {
  const remaining = quota.limit - quota.used;
  return elevenLabsError(
    'quota_exceeded',
    `This request exceeds your quota of ${quota.limit}. You have ${remaining} credits remaining, while ${required} credits are required for this request.`,
  );
}

/** The 422 of a body without a required field. Validation runs before authentication. */
export function fieldRequired(field: string): Reply {
  const detail = [{ type: 'missing', loc: ['body', field], msg: 'Field required', input: null }];
  return jsonReply({ detail }, { status: 422, headers: { server: 'uvicorn' }, pace: 0.5 });
}
