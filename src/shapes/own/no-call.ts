import { at, count, isObject, type JsonObject, list, text } from '../../core/json.ts';
import { type LogShape, RecordError } from '../shape.ts';
import { keysOf } from './line-names.ts';

/** Keys that a record of a call has beside a total. */
const CALL_KEYS = new Set([...keysOf('model', 'input', 'output'), 'timestamp', 'ts', 'time', 'label']);

/** What is logged beside calls and looks like them. Saying what it is beats pricing it, and beats `no known log shape`. */
const LOOK_ALIKES: { what: string; is: (record: JsonObject) => boolean }[] = [
  { what: 'a countTokens answer, which is free', is: isTokenCount },
  { what: 'a context cache, not a call', is: (record) => named(record, 'cachedContents/') },
  { what: 'an uploaded file, not a call', is: (record) => named(record, 'files/') && !isObject(record.usageMetadata) },
  { what: 'a model, not a call', is: (record) => named(record, 'models/') && !has(record, 'usage') },
  {
    what: 'a list of models, not a call',
    is: (record) => list(record.models).some((model) => text(at(model, 'name'))),
  },
  { what: 'an OAuth answer, not a call', is: (record) => has(record, 'access_token') },
  {
    what: 'HTTP headers without a body',
    is: (record) => has(record, 'content-type') && has(record, 'date') && !has(record, 'character-cost'),
  },
  {
    what: 'a batch request, not its result',
    is: (record) => has(record, 'key') && has(record, 'request') && !has(record, 'response') && !has(record, 'error'),
  },
  { what: 'a summary of many calls, not a call', is: isSummary },
  {
    what: 'statistics of an account, not a call',
    is: (record) => list(record.time).length > 0 && isObject(record.usage) && !has(record, 'model'),
  },
  {
    what: 'an ElevenLabs subscription, not a call',
    is: (record) => [record, record.subscription].some((each) => isObject(each) && has(each, 'character_limit')),
  },
  {
    what: 'an HTTP response without its headers and body',
    is: (record) => has(record, 'redirected') && has(record, 'statusText'),
  },
];

/** Of these each of them has one. */
const KEYS: ReadonlySet<string> = new Set([
  ...['totalTokens', 'total_tokens', 'tokensInfo', 'name', 'models', 'access_token', 'content-type', 'key', 'summary'],
  ...['by_model', 'by_provider', 'time', 'character_limit', 'subscription', 'redirected'],
]);

/** Known records that are no calls: each is skipped with its name. */
export const noCall: LogShape = {
  id: 'no-call',
  summary: 'countTokens answers, caches, model lists, summaries: known, and never counted as calls',
  keys: [...KEYS],
  recognises: isNoCall,
  toEvents: (record) => {
    throw new RecordError(LOOK_ALIKES.find(({ is }) => is(record))!.what);
  },
};

export function isNoCall(record: JsonObject): boolean {
  for (const key of Object.keys(record)) if (KEYS.has(key)) return LOOK_ALIKES.some(({ is }) => is(record));
  return false;
}

function has(record: JsonObject, key: string): boolean {
  return Object.hasOwn(record, key);
}

function named(record: JsonObject, collection: string): boolean {
  const name = text(record.name) ?? '';
  return name.startsWith(collection) || (name.startsWith('projects/') && name.includes(`/${collection}`));
}

function isTokenCount(record: JsonObject): boolean {
  if (has(record, 'tokensInfo')) return true;
  const total = count(record.totalTokens) ?? count(record.total_tokens);
  return total !== undefined && !Object.keys(record).some((key) => CALL_KEYS.has(key));
}

function isSummary(record: JsonObject): boolean {
  const calls = at(record, 'summary', 'total_calls') ?? at(record, 'summary', 'total_generations');
  const isSum =
    calls !== undefined || ((has(record, 'by_model') || has(record, 'by_provider')) && !has(record, 'model'));
  return isSum && !['calls', 'generations'].some((key) => list(record[key]).length > 0);
}
