import { jsonReply, type Reply } from '../exchange.ts';

/** The errors Google answers with, by HTTP status. */
const ERRORS = {
  400: { status: 'INVALID_ARGUMENT', message: 'Request contains an invalid argument.' },
  403: {
    status: 'PERMISSION_DENIED',
    message:
      "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
  },
  404: { status: 'NOT_FOUND', message: 'Requested entity was not found.' },
  429: {
    status: 'RESOURCE_EXHAUSTED',
    message:
      'You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits.',
  },
  500: {
    status: 'INTERNAL',
    message:
      'An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting',
  },
  503: {
    status: 'UNAVAILABLE',
    message: 'The model is overloaded. Please try again later.',
  },
  504: { status: 'DEADLINE_EXCEEDED', message: 'Deadline expired before operation could complete.' },
} as const;

/** One of Google's error answers, with its real body. */
export function geminiError(
  code: keyof typeof ERRORS,
  options: { message?: string; details?: readonly unknown[] } = {},
): Reply {
  const { status, message } = ERRORS[code];
  const error = {
    code,
    message: options.message ?? message,
    status,
    ...(options.details && { details: options.details }),
  };
  return jsonReply(
    { error },
    { status: code, headers: { 'content-type': 'application/json; charset=UTF-8' }, pace: 0.5 },
  );
}

/** The 429 of a key that sends too fast: which quota, and when to come back. */
export function rateLimited(model: string, retryDelay = '1s'): Reply {
  return geminiError(429, {
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
        violations: [
          {
            quotaMetric: 'generativelanguage.googleapis.com/generate_content_paid_tier_requests',
            quotaId: 'GenerateRequestsPerMinutePerProjectPerModel-PaidTier',
            quotaDimensions: { location: 'global', model },
            quotaValue: '10',
          },
        ],
      },
      {
        '@type': 'type.googleapis.com/google.rpc.Help',
        links: [
          {
            description: 'Learn more about Gemini API quotas',
            url: 'https://ai.google.dev/gemini-api/docs/rate-limits',
          },
        ],
      },
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay },
    ],
  });
}

/** The 400 of a wrong key. As Google's, it repeats the key, so that a leak can be tested. */
export function invalidKey(key: string): Reply {
  const message = 'API key not valid. Please pass a valid API key.';
  return geminiError(400, {
    message,
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'API_KEY_INVALID',
        domain: 'googleapis.com',
        metadata: { service: 'generativelanguage.googleapis.com' },
      },
      { '@type': 'type.googleapis.com/google.rpc.LocalizedMessage', locale: 'en-US', message },
      { '@type': 'type.googleapis.com/google.rpc.DebugInfo', detail: `Invalid API key: ${key}` },
    ],
  });
}
