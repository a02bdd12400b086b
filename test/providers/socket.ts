import type { Provider, SocketCall } from '../../src/providers/provider.ts';
import { exchange } from './exchange.ts';

const encoder = new TextEncoder();

/** A WebSocket with a script: what was sent (`>`) and received (`<`), and the calls that each message told. */
export function socket(provider: Provider, url: string, headers: Record<string, string> = {}) {
  const { request } = exchange({ method: 'GET', url, headers });
  const reader = provider.openSocket!(request);
  if (!reader) throw new Error(`no reader for ${url}`);
  const bytes = (message: unknown) => encoder.encode(typeof message === 'string' ? message : JSON.stringify(message));
  return {
    matches: provider.matches(request),
    sent: (message: unknown): SocketCall[] => reader.sent(bytes(message), true),
    received: (message: unknown): SocketCall[] => reader.received(bytes(message), false),
    closed: (): SocketCall[] => reader.closed(),
  };
}
