import { at, count, text } from '../../core/json.ts';
import { type ApiRequest, jsonReply, type Reply } from '../exchange.ts';
import { geminiError } from './errors.ts';
import { promptTokens, sum } from './tokens.ts';

const PATH = /\/cachedContents(?:\/([^/:]+))?$/;
const NAME = /^c(\d+)-(\d+)-(\d+)$/;
const DEFAULT_TTL = '3600s';

/** Context caches. A name carries the time of creation in seconds, the request's number and, last, the size in tokens. */
export function caches({ method, path, json, sequence }: ApiRequest): Reply | undefined {
  const match = PATH.exec(path);
  if (!match) return undefined;
  if (method === 'POST' && match[1] === undefined) {
    const created = Math.floor(Date.now() / 1000);
    return cache(`c${created}-${sequence}-${sum(promptTokens(json))}`, json);
  }
  if (match[1] === undefined || !NAME.test(match[1])) return geminiError(404);
  if (method === 'DELETE') return jsonReply({});
  return cache(match[1], json);
}

function cache(id: string, asked: unknown): Reply {
  const [, created, , tokens] = NAME.exec(id) ?? [];
  const createdMs = Number(created) * 1000;
  const ttl = count((text(at(asked, 'ttl')) ?? DEFAULT_TTL).replace(/s$/, '')) ?? 0;
  const expireTime = text(at(asked, 'expireTime')) ?? new Date(createdMs + ttl * 1000).toISOString();
  const createTime = new Date(createdMs).toISOString();
  const model = text(at(asked, 'model')) ?? 'models/gemini-3.8-flash';
  const usageMetadata = { totalTokenCount: Number(tokens) };
  return jsonReply({
    name: `cachedContents/${id}`,
    model,
    createTime,
    updateTime: createTime,
    expireTime,
    usageMetadata,
  });
}
