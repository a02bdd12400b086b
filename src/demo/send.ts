import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { constants, createGzip } from 'node:zlib';
import type { ApiExchange, ApiRequest, Chunk, Reply } from './exchange.ts';

/** Writes a reply at its pace and notes in `exchange` what was really sent. Returns early when the client leaves. */
export async function send(
  reply: Reply,
  request: ApiRequest,
  response: ServerResponse,
  exchange: ApiExchange,
  latencyMs: number,
): Promise<void> {
  await delay(latencyMs * (reply.pace ?? 1));
  if (response.destroyed) return;
  const compressed = reply.gzip === true && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  const encoding = compressed && { 'content-encoding': 'gzip', vary: 'Accept-Encoding' };
  const headers: Record<string, string> = { ...reply.headers, ...encoding };
  exchange.status = reply.status ?? 200;
  const cost = headers['character-cost'];
  if (cost !== undefined) exchange.characterCost = Number(cost);
  response.writeHead(exchange.status, headers);

  const write = compressed ? gzipWriter(response) : plainWriter(response);
  let index = 0;
  for (const chunk of chunksOf(reply)) {
    if (index > 0) await pause(latencyMs, index);
    if (response.destroyed) return;
    if (chunk.usage !== undefined) exchange.usage = chunk.usage;
    await write(chunk.data);
    index++;
  }
  if (reply.ending === 'never' || response.destroyed) return;
  if (reply.ending === 'destroy') {
    response.destroy();
    return;
  }
  exchange.complete = true;
  await write(undefined);
}

function* chunksOf(reply: Reply): Iterable<Chunk> {
  if (reply.body !== undefined) yield { data: reply.body, ...(reply.usage && { usage: reply.usage }) };
  yield* reply.chunks ?? [];
}

// 60 to 120 ms apart, as a model writes; without latency one turn of the event loop keeps the writes apart.
function pause(latencyMs: number, index: number): Promise<void> {
  return latencyMs > 0 ? delay(60 + ((index * 37) % 61)) : delay(0);
}

/** Takes the next bytes, or undefined for the end. Waits while the client is slower than we are. */
type Write = (data: string | Uint8Array | undefined) => Promise<void>;

function plainWriter(response: ServerResponse): Write {
  return async (data) => {
    if (data === undefined) {
      response.end();
    } else if (!response.write(data)) {
      await drained(response);
    }
  };
}

function gzipWriter(response: ServerResponse): Write {
  const gzip = createGzip();
  gzip.pipe(response);
  response.once('close', () => gzip.destroy());
  return async (data) => {
    if (data === undefined) {
      gzip.end();
      return;
    }
    gzip.write(data);
    // Without the flush a stream would arrive in one piece at its end.
    await new Promise<void>((resolve) => {
      gzip.once('close', resolve);
      gzip.flush(constants.Z_SYNC_FLUSH, () => {
        gzip.off('close', resolve);
        resolve();
      });
    });
  };
}

async function drained(response: ServerResponse): Promise<void> {
  const stop = new AbortController();
  const gone = once(response, 'close', { signal: stop.signal });
  const drain = once(response, 'drain', { signal: stop.signal });
  await Promise.race([gone, drain]);
  stop.abort();
  await Promise.allSettled([gone, drain]);
}
