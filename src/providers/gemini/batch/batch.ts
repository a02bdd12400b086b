import { documents } from '../../../core/documents.ts';
import { at, isObject, type JsonObject, text } from '../../../core/json.ts';
import { parseJson } from '../../../core/parse-json.ts';
import type { CallMemory, Exchange, RequestHead, UsageFacts } from '../../provider.ts';
import { modelMethod } from '../endpoint.ts';
import { type Family, factsOf, modelIn, refused } from '../family.ts';
import { inlineResults, readResult, resultFile } from './results.ts';

/**
 * Batches. To submit one is free; each of its results is a call at the batch price. They come in the answer of
 * `GET batches/{id}`, or in a file that this answer names. A batch whose results were not read has a cost that is not known.
 */
export const batch: Family = {
  serves: (request) => submits(request) || polls(request) || downloads(request),
  readUsage: (exchange) => (submits(exchange.request) ? readSubmit(exchange) : undefined),
  isLaterAnswer: (request) => submits(request) || polls(request) || downloads(request),
  readLaterAnswer: (exchange, memory) => {
    if (submits(exchange.request)) return keepInMind(exchange, memory);
    return polls(exchange.request) ? settlePolled(exchange, memory) : settleFile(exchange, memory);
  },
};

const METHODS = new Set(['batchGenerateContent', 'asyncBatchEmbedContent']);
const VERTEX_JOBS = /\/locations\/[^/]+\/batchPredictionJobs$/;
const BATCH = /batches\/[^/:]+$/;
const FILE = /(files\/[^/:]+):download$/;

function submits({ method, url }: RequestHead): boolean {
  if (method !== 'POST') return false;
  return METHODS.has(modelMethod(url)?.method ?? '') || VERTEX_JOBS.test(url.pathname);
}

function polls({ method, url }: RequestHead): boolean {
  return method === 'GET' && BATCH.test(url.pathname);
}

function downloads({ method, url }: RequestHead): boolean {
  return method === 'GET' && FILE.test(url.pathname);
}

function bodyOf(bytes: Uint8Array | undefined): JsonObject | undefined {
  return bytes ? [...documents(bytes)][0] : undefined;
}

function readSubmit({ request, response }: Exchange): UsageFacts {
  const asked = request.body ? parseJson(request.body) : undefined;
  const model = modelMethod(request.url)?.model ?? modelIn(at(asked, 'model'));
  const facts: UsageFacts = {
    ...factsOf(request, 'create_batch', model),
    tier: 'batch',
    ...(model ? { responseModel: model } : {}),
  };
  if (!response) return facts;
  facts.httpStatus = response.status;
  const body = bodyOf(response.body);
  const refusal = refused(facts, response.status, body);
  if (refusal) return refusal;
  const name = text(body?.name);
  return {
    ...facts,
    ...(name ? { id: name } : {}),
    estimated: VERTEX_JOBS.test(request.url.pathname) ? FILES : UNREAD,
  };
}

const UNREAD = 'a batch is billed by its results, which were not read';
const FILES =
  'a batch is billed by its results, which are in Cloud Storage or BigQuery: give its files to costwatch report';

function keepInMind(exchange: Exchange, memory: CallMemory): UsageFacts[] {
  const facts = readSubmit(exchange);
  if (facts.id && facts.status !== 'failed') memory.remember(facts.id, facts);
  return [];
}

function settlePolled({ request, response }: Exchange, memory: CallMemory): UsageFacts[] {
  const name = BATCH.exec(request.url.pathname)![0];
  const known = memory.recall(name);
  if (known && known.status !== 'incomplete') return [];
  const body = bodyOf(response?.body);
  if (!body || response!.status >= 400) return [];
  const submitted = known ?? submittedElsewhere(request, name, body);
  const file = resultFile(body);
  if (file) memory.remember(file, submitted);
  const results = inlineResults(body);
  if (results.length > 0) return withResults(submitted, results);
  // Done, and neither results nor a file of them: nothing was made. A cancelled one may be charged in part.
  return isFailed(body) ? [failed(submitted, text(at(body, 'metadata', 'state')) ?? 'error')] : [];
}

function failed({ estimated: _unread, ...submitted }: UsageFacts, errorCode: string): UsageFacts {
  return { ...submitted, status: 'failed', errorCode };
}

function submittedElsewhere(request: RequestHead, id: string, body: JsonObject): UsageFacts {
  const model = modelIn(at(body, 'metadata', 'model'));
  return { ...factsOf(request, 'create_batch', model), id, tier: 'batch', ...(model ? { responseModel: model } : {}) };
}

function isFailed(body: JsonObject): boolean {
  return isObject(body.error) || /STATE_FAILED$/.test(text(at(body, 'metadata', 'state')) ?? '');
}

/** A file that no poll has named may still be one of results: its lines tell. */
function settleFile({ request, response }: Exchange, memory: CallMemory): UsageFacts[] {
  const file = FILE.exec(request.url.pathname)?.[1];
  if (!file || !response?.body || !response.complete || response.status >= 400) return [];
  const submitted = memory.recall(file);
  if (submitted?.id && memory.recall(submitted.id)?.status === 'ok') return [];
  if (submitted) return withResults(submitted, documents(response.body));
  const elsewhere: UsageFacts = { ...factsOf(request, 'create_batch'), id: file, tier: 'batch' };
  return withResults(elsewhere, withKeys(documents(response.body))).slice(1);
}

function* withKeys(lines: Iterable<JsonObject>): Generator<JsonObject> {
  for (const line of lines) if (text(line.key) !== undefined) yield line;
}

/** The batch itself, which costs nothing once its results are known, and a call for each of them. */
function withResults({ estimated: _unread, ...submitted }: UsageFacts, results: Iterable<JsonObject>): UsageFacts[] {
  const calls: UsageFacts[] = [{ ...submitted, status: 'ok', usage: {} }];
  let count = 0;
  for (const result of results) {
    // Not by their keys, which are the program's own words.
    const call = readResult(result, submitted, `${submitted.id}/${++count}`);
    if (call) calls.push(call);
  }
  return calls;
}
