import { at, count, isObject, type JsonObject, list, text } from '../../../core/json.ts';
import { GEMINI } from '../../../core/usage/event.ts';
import type { UsageFacts } from '../../provider.ts';
import { errorOf } from '../family.ts';
import { readResponse } from '../text/response.ts';

/** The call that a result stands for; undefined for a record of another kind. Nothing in the response tells of the batch. */
export function readResult(result: JsonObject, batch: UsageFacts, name: string): UsageFacts | undefined {
  const call: UsageFacts = { ...callOf(batch), id: name, status: 'ok' };
  const error = errorOf(result);
  if (error) return { ...call, status: 'failed', errorCode: error };
  const { response } = result;
  if (!isObject(response)) return undefined;
  if (isObject(response.embedding) || response.tokenCount !== undefined) return embedded(call, response, batch);
  const answer = readResponse([response]);
  const { usage, doubt } = answer.read ?? {};
  if (usage && answer.images > 0) usage.images = [{ count: answer.images }];
  if (usage && answer.songs > 0) usage.songs = answer.songs;
  return {
    ...call,
    ...(answer.id ? { id: answer.id } : {}),
    ...asked(answer.model ?? batch.responseModel),
    ...(answer.blocked ? { errorCode: answer.blocked } : {}),
    ...(usage ? { usage } : {}),
    ...(doubt ? { estimated: doubt } : {}),
  };
}

/** An embedding's count stands alone, as text. */
function embedded(call: UsageFacts, response: JsonObject, batch: UsageFacts): UsageFacts {
  const tokens = count(response.tokenCount);
  const usage = tokens === undefined ? {} : { usage: { inputTokens: tokens } };
  return { ...call, operation: 'embed_content', ...usage, ...asked(batch.responseModel) };
}

function asked(responseModel: string | undefined): Partial<UsageFacts> {
  return responseModel ? { responseModel } : {};
}

function callOf({ platform, location, requestModel }: UsageFacts): UsageFacts {
  return {
    service: GEMINI,
    operation: 'generate_content',
    status: 'ok',
    tier: 'batch',
    ...(platform ? { platform } : {}),
    ...(location ? { location } : {}),
    ...(requestModel ? { requestModel } : {}),
  };
}

/** The results in the answer of a finished batch, which may hold them twice. */
export function inlineResults(body: JsonObject): readonly JsonObject[] {
  const places = [at(body, 'response'), at(body, 'metadata', 'output')].map((output) => [
    ...list(at(output, 'inlinedResponses', 'inlinedResponses')),
    ...list(at(output, 'inlinedEmbedContentResponses', 'inlinedResponses')),
  ]);
  return (places.find((results) => results.length > 0) ?? []).filter(isObject);
}

/** The file with the results, where they are not in the answer: `files/batch-abc`. */
export function resultFile(body: JsonObject): string | undefined {
  return text(at(body, 'response', 'responsesFile')) ?? text(at(body, 'metadata', 'output', 'responsesFile'));
}
