import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonValue } from '../core/json.ts';
import { elevenLabs } from './elevenlabs/route.ts';
import type { ApiExchange, ApiRequest, Handler } from './exchange.ts';
import { gemini } from './gemini/route.ts';
import { send } from './send.ts';

export interface LocalApiOptions {
  /** 0, the default, takes a free one. */
  port?: number;
  /** Time to the first byte of a plain answer; pictures and speech take longer. 0, the default, answers at once. */
  latencyMs?: number;
  /** Asked in turn before the vendors' own rules: scripted failures, odd answers. */
  handlers?: readonly Handler[];
  /** The ElevenLabs account: characters in the plan, and used before the first call. */
  quota?: { limit: number; used: number };
}

export interface LocalApi {
  /** The base URL of both vendors, without a trailing slash. */
  url: string;
  /** Every request so far, in order of arrival. */
  exchanges: readonly ApiExchange[];
  /** Ends the server and every open connection. */
  close(): Promise<void>;
}

const CREDENTIALS = new Set(['x-goog-api-key', 'xi-api-key', 'authorization']);

/**
 * A server on 127.0.0.1 that speaks the wire formats of Gemini and ElevenLabs. Its answers follow from the requests
 * by fixed rules, and `exchanges` holds the usage it sent, so the exact bill of a run can be computed.
 */
export async function startLocalApi(options: LocalApiOptions = {}): Promise<LocalApi> {
  const { port = 0, latencyMs = 0, handlers = [], quota = { limit: 40_000, used: 0 } } = options;
  const exchanges: ApiExchange[] = [];
  const routes: readonly Handler[] = [...handlers, elevenLabs(quota), gemini];

  const answer = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(message.url ?? '/', 'http://localhost');
    const headers = singleHeaders(message);
    const exchange: ApiExchange = {
      method: message.method ?? 'GET',
      path: url.pathname,
      headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !CREDENTIALS.has(name))),
      status: 0,
      complete: false,
    };
    const sequence = exchanges.push(exchange);
    const body = await readBody(message);
    const { method, path } = exchange;
    const request: ApiRequest = { method, path, query: url.searchParams, headers, body, json: parse(body), sequence };
    for (const route of routes) {
      const reply = route(request, body);
      if (reply !== undefined) return send(reply, request, response, exchange, latencyMs);
    }
    return send({ status: 404, body: '' }, request, response, exchange, latencyMs);
  };

  const server = createServer((message, response) => {
    answer(message, response).catch((error: unknown) => {
      // A fault in a handler must be seen by the client that ran into it; a client that left needs no answer.
      if (response.headersSent) response.destroy();
      else response.writeHead(500, { 'content-type': 'text/plain' }).end(`The local API failed: ${error}`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function singleHeaders(message: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) headers[name] = String(value);
  return headers;
}

async function readBody(message: IncomingMessage): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of message) parts.push(part);
  return Buffer.concat(parts);
}

function parse(body: Uint8Array): JsonValue | undefined {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    // Multipart uploads are no JSON, and the routes refuse a missing body in the vendor's words.
    return undefined;
  }
}
