import { documents } from '../../../core/documents.ts';
import { at, count, isObject, type JsonObject, list, text } from '../../../core/json.ts';
import type { CallMemory, Exchange, RequestHead, UsageFacts } from '../../provider.ts';
import { modelMethod } from '../endpoint.ts';
import { errorOf, type Family, factsOf, refused } from '../family.ts';
import { askedVideo } from './video-request.ts';

/**
 * Veo. Only the request tells length and resolution, and only the last poll of its operation how many videos were
 * made: what was asked for is kept in mind until then.
 */
export const video: Family = {
  serves: (request) => submits(request) || polls(request),
  readUsage: (exchange) => (submits(exchange.request) ? readSubmit(exchange) : undefined),
  isLaterAnswer: (request) => submits(request) || polls(request),
  readLaterAnswer: (exchange, memory) =>
    submits(exchange.request) ? keepInMind(exchange, memory) : settlePolled(exchange, memory),
};

function submits({ method, url }: RequestHead): boolean {
  return method === 'POST' && modelMethod(url)?.method === 'predictLongRunning';
}

function polls({ method, url }: RequestHead): boolean {
  if (method === 'POST') return modelMethod(url)?.method === 'fetchPredictOperation';
  return method === 'GET' && operationIn(url.pathname) !== undefined;
}

/** The operation's own name: the polls of the two platforms put different paths before it. */
function operationIn(name: string | undefined): string | undefined {
  return name?.match(/operations\/[^/:]+$/)?.[0];
}

function bodyOf(bytes: Uint8Array | undefined): JsonObject | undefined {
  return bytes ? [...documents(bytes)][0] : undefined;
}

function readSubmit({ request, response }: Exchange): UsageFacts {
  const model = modelMethod(request.url)!.model;
  const facts: UsageFacts = { ...factsOf(request, 'generate_videos', model), responseModel: model };
  if (!response) return facts;
  facts.httpStatus = response.status;
  const body = bodyOf(response.body);
  const refusal = refused(facts, response.status, body);
  if (refusal) return refusal;
  const id = operationIn(text(body?.name));
  const estimated = 'unknown whether the video was made: its operation was not read to the end';
  return { ...facts, ...(id ? { id } : {}), estimated };
}

function keepInMind(exchange: Exchange, memory: CallMemory): UsageFacts[] {
  const { estimated: _unknown, ...facts } = readSubmit(exchange);
  const asked = askedVideo(facts.requestModel!, exchange.request.body);
  if (facts.id && facts.status !== 'failed') memory.remember(facts.id, { ...facts, ...asked });
  return [];
}

function settlePolled({ request, response }: Exchange, memory: CallMemory): UsageFacts[] {
  const body = bodyOf(response?.body);
  if (body?.done !== true || response!.status >= 400) return [];
  const id = operationIn(text(body.name)) ?? operationIn(request.url.pathname);
  const known = id ? memory.recall(id) : undefined;
  // Other things are done in operations too, and every later poll says the same.
  if (!id || (known ? known.status !== 'incomplete' : !delivered(body))) return [];
  const model = /\/models\/([^/:]+)/.exec(request.url.pathname)?.[1];
  return [outcome(known ?? factsOf(request, 'generate_videos', model), id, body)];
}

/** Only videos that were made are billed. */
function outcome({ usage: asked, estimated, ...call }: UsageFacts, id: string, body: JsonObject): UsageFacts {
  const facts: UsageFacts = { ...call, id, status: 'ok' };
  const failure = errorOf(body);
  if (failure) return { ...facts, status: 'failed', errorCode: failure };
  const videos = delivered(body);
  if (!videos) return { ...facts, estimated: 'the answer does not say how many videos were made' };
  if (videos.made === 0) return { ...facts, usage: {}, errorCode: 'RAI_FILTERED' };
  const [one] = asked?.video ?? [];
  if (!one)
    return { ...facts, estimated: 'a video asked for elsewhere: its length and resolution are not in the answer' };
  const usage = { video: [{ ...one, seconds: one.seconds * videos.made }] };
  return { ...facts, usage, ...(estimated ? { estimated } : {}) };
}

/** Undefined where the answer does not speak of videos at all. */
function delivered(body: JsonObject): { made: number } | undefined {
  const ofGemini = at(body, 'response', 'generateVideoResponse');
  const answer = isObject(ofGemini) ? ofGemini : at(body, 'response');
  const samples = list(at(answer, 'generatedSamples')).filter((sample) => at(sample, 'video'));
  const videos = list(at(answer, 'videos')).filter((one) => at(one, 'gcsUri') || at(one, 'bytesBase64Encoded'));
  const made = samples.length + videos.length;
  const speaks = made > 0 || isObject(ofGemini) || count(at(answer, 'raiMediaFilteredCount')) !== undefined;
  return speaks ? { made } : undefined;
}
