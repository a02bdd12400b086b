import type { CallMemory, Exchange, UsageFacts } from '../../src/providers/provider.ts';

interface Made {
  method?: string;
  url: string;
  headers?: Record<string, string>;
  request?: unknown;
  status?: number;
  responseHeaders?: Record<string, string>;
  /** A value is sent as JSON, text as it is. */
  response?: unknown;
  complete?: boolean;
}

const encoder = new TextEncoder();

/** An exchange as a tap would see it, from plain values. */
export function exchange(made: Made): Exchange {
  const headers: Record<string, string> = { 'content-type': 'application/json', ...made.headers };
  const responseHeaders: Record<string, string> = { 'content-type': 'application/json', ...made.responseHeaders };
  return {
    request: {
      method: made.method ?? 'POST',
      url: new URL(made.url),
      header: (name) => headers[name],
      ...(made.request === undefined ? {} : { body: encoder.encode(JSON.stringify(made.request)) }),
    },
    ...(made.response === undefined && made.status === undefined
      ? {}
      : {
          response: {
            status: made.status ?? 200,
            header: (name: string) => responseHeaders[name],
            complete: made.complete ?? true,
            ...(made.response === undefined
              ? {}
              : {
                  body: encoder.encode(
                    typeof made.response === 'string' ? made.response : JSON.stringify(made.response),
                  ),
                }),
          },
        }),
  };
}

/** What a process remembers, without the bounds of a real one. */
export function memory(): CallMemory {
  const known = new Map<string, UsageFacts>();
  return { recall: (id) => known.get(id), remember: (id, facts) => void known.set(id, facts) };
}
