import { documents } from '../../../core/documents.ts';
import { at, count, type JsonObject, text } from '../../../core/json.ts';
import { parseJson } from '../../../core/parse-json.ts';
import type { CallMemory, Exchange, RequestHead, UsageFacts } from '../../provider.ts';
import { type Family, factsOf, modelIn, refused } from '../family.ts';

/**
 * Explicit context caches. Creating one bills its tokens as input, and their storage by the hour from creation to expiry:
 * a new expiry time or a deletion by this program corrects that call.
 */
export const caches: Family = {
  serves: (request) => creates(request) || changes(request),
  readUsage: (exchange) => (creates(exchange.request) ? readCreated(exchange) : undefined),
  isLaterAnswer: (request) => creates(request) || changes(request),
  readLaterAnswer: (exchange, memory) =>
    creates(exchange.request) ? keepInMind(exchange, memory) : correct(exchange, memory),
};

const ONE = /cachedContents\/[^/:]+$/;
const HOUR_MS = 3_600_000;

function creates({ method, url }: RequestHead): boolean {
  return method === 'POST' && url.pathname.endsWith('/cachedContents');
}

function changes({ method, url }: RequestHead): boolean {
  return (method === 'PATCH' || method === 'DELETE') && ONE.test(url.pathname);
}

/** The same in the paths of both platforms. */
function nameIn(path: string | undefined): string | undefined {
  return path?.match(ONE)?.[0];
}

function bodyOf(bytes: Uint8Array | undefined): JsonObject | undefined {
  return bytes ? [...documents(bytes)][0] : undefined;
}

function readCreated({ request, response }: Exchange): UsageFacts {
  const asked = request.body ? parseJson(request.body) : undefined;
  const facts = factsOf(request, 'create_cache', modelIn(at(asked, 'model')));
  if (!response) return facts;
  facts.httpStatus = response.status;
  const body = bodyOf(response.body);
  const refusal = refused(facts, response.status, body);
  if (refusal) return refusal;
  const id = nameIn(text(body?.name));
  const model = modelIn(body?.model) ?? facts.requestModel;
  const known: UsageFacts = { ...facts, ...(id ? { id } : {}), ...(model ? { responseModel: model } : {}) };
  const tokens = count(at(body, 'usageMetadata', 'totalTokenCount'));
  if (tokens === undefined) return { ...known, status: response.complete ? 'ok' : 'incomplete' };
  return { ...known, status: 'ok', ...stored(tokens, time(body?.createTime), time(body?.expireTime)) };
}

function stored(tokens: number, from: number | undefined, to: number | undefined): Partial<UsageFacts> {
  if (from === undefined || to === undefined)
    return { usage: { inputTokens: tokens }, estimated: 'without cache storage: the answer names no expiry time' };
  const hours = Math.max(0, to - from) / HOUR_MS;
  return {
    usage: { inputTokens: tokens, cacheStorageTokenHours: tokens * hours },
    expiresAt: new Date(to).toISOString(),
  };
}

function time(value: unknown): number | undefined {
  const ms = Date.parse(text(value) ?? '');
  return Number.isNaN(ms) ? undefined : ms;
}

function keepInMind(exchange: Exchange, memory: CallMemory): UsageFacts[] {
  const facts = readCreated(exchange);
  if (facts.id && facts.status === 'ok') memory.remember(facts.id, facts);
  return [];
}

function correct({ request, response }: Exchange, memory: CallMemory): UsageFacts[] {
  const id = nameIn(request.url.pathname);
  if (!id || !response || response.status >= 400) return [];
  const known = memory.recall(id);
  const isDeletion = request.method === 'DELETE';
  if (!known) return isDeletion ? [] : [extendedElsewhere(request, id)];
  // A deletion answers nothing but says when it answered.
  const end = isDeletion ? time(response.header('date')) : time(bodyOf(response.body)?.expireTime);
  const until = time(known.expiresAt);
  const { inputTokens = 0, cacheStorageTokenHours = 0 } = known.usage ?? {};
  if (until === undefined || inputTokens === 0) return [];
  if (end === undefined)
    return [{ ...known, estimated: 'the cache was changed at a time that is not known: storage as first set' }];
  // What was deleted after its expiry had ended by then.
  const ended = isDeletion ? Math.min(end, until) : end;
  const from = Math.round(until - (cacheStorageTokenHours / inputTokens) * HOUR_MS);
  return [{ ...known, ...stored(inputTokens, from, ended) }];
}

function extendedElsewhere(request: RequestHead, id: string): UsageFacts {
  const estimated = 'a cache made elsewhere got another expiry time: the storage that this adds is not known';
  return { ...factsOf(request, 'update_cache'), id: `${id}/update`, status: 'ok', estimated };
}
