import { documents } from '../../../core/documents.ts';
import { at, count, isObject, type JsonObject, list, text } from '../../../core/json.ts';
import { parseJson } from '../../../core/parse-json.ts';
import type { Usage } from '../../../core/usage/event.ts';
import type { Exchange, RequestHead, UsageFacts } from '../../provider.ts';
import { askedTier, type Family, factsOf, modelIn, refused, setTier } from '../family.ts';

/** The OpenAI-compatible endpoints of both platforms. Videos and batches made through them are not told by their answers. */
export const openai: Family = {
  // `v1beta/openai` and `endpoints/openapi` are Google's own; other vendors have `openai/v1`.
  serves: ({ url }) => (PATH.test(url.pathname) ? 'unmistakable' : false),
  readUsage,
};

const PATH =
  /\/v\d+(?:alpha|beta)\d*\/(?:openai|projects\/[^/]+\/locations\/[^/]+\/endpoints\/openapi)\/|\/endpoints\/openapi\/chat\/completions$|\/v\d+(?:alpha|beta)\d*:chatCompletions$/;

/** What a path ends in, the operation that it is, and for what is billed elsewhere the reason why no answer tells it. */
const ROUTES: { path: RegExp; operation: string; unknown?: string }[] = [
  { path: /(\/chat\/completions|:chatCompletions)$/, operation: 'generate_content' },
  { path: /\/openai\/embeddings$/, operation: 'embed_content' },
  { path: /\/openai\/images\/(generations|edits)$/, operation: 'generate_images' },
  {
    path: /\/openai\/videos$/,
    operation: 'generate_videos',
    unknown: 'a video made through the OpenAI-compatible endpoint: its length is not in the answer',
  },
  {
    path: /\/openai\/batches$/,
    operation: 'create_batch',
    unknown: 'a batch made through the OpenAI-compatible endpoint is billed by its result file',
  },
];

function routeOf({ method, url }: RequestHead): (typeof ROUTES)[number] | undefined {
  return method === 'POST' ? ROUTES.find(({ path }) => path.test(url.pathname)) : undefined;
}

function readUsage({ request, response }: Exchange): UsageFacts | undefined {
  const route = routeOf(request);
  if (!route) return undefined;
  const asked = request.body ? parseJson(request.body) : undefined;
  const facts = factsOf(request, route.operation, modelIn(at(asked, 'model')));
  if (!response) return facts;
  facts.httpStatus = response.status;
  const chunks = response.body ? [...documents(response.body)] : [];
  const refusal = refused(facts, response.status, chunks.at(-1));
  if (refusal) return refusal;
  readAnswer(facts, chunks, route.unknown);
  const traffic = lastText(chunks, ...TRAFFIC);
  const serviceTier = lastText(chunks, 'service_tier');
  setTier(
    facts,
    { header: response.header('x-gemini-service-tier'), serviceTier, trafficType: traffic },
    askedTier(asked),
  );
  facts.status = response.complete && !chunks.some((chunk) => isObject(chunk.error)) ? 'ok' : 'incomplete';
  return facts;
}

const TRAFFIC = ['usage', 'extra_properties', 'google', 'traffic_type'] as const;

/** Every chunk of a stream repeats the usage so far: the last one counts. */
function readAnswer(facts: UsageFacts, chunks: JsonObject[], unknown: string | undefined): void {
  const id = lastText(chunks, 'id');
  if (id) facts.id = id;
  const model = modelIn(lastText(chunks, 'model')) ?? facts.requestModel;
  if (model) facts.responseModel = model;
  if (unknown) {
    facts.estimated = unknown;
    return;
  }
  const reported = chunks
    .map((chunk) => chunk.usage)
    .filter(isObject)
    .at(-1);
  const usage = reported ? usageOf(reported) : undefined;
  const images = list(chunks[0]?.data).filter((one) => at(one, 'b64_json') || at(one, 'url')).length;
  const pictures = facts.operation === 'generate_images' && images > 0 ? { images: [{ count: images }] } : undefined;
  if (usage ?? pictures) facts.usage = { ...usage, ...pictures };
}

function lastText(chunks: JsonObject[], ...path: string[]): string | undefined {
  return chunks
    .map((chunk) => text(at(chunk, ...path)))
    .filter((found) => found !== undefined)
    .at(-1);
}

/** `completion_tokens` leaves the thoughts out, so the output is what the total has beside the prompt. */
function usageOf(reported: JsonObject): Usage | undefined {
  const prompt = count(reported.prompt_tokens);
  if (prompt === undefined) return undefined;
  const completion = count(reported.completion_tokens) ?? 0;
  const reasoning = count(at(reported, 'completion_tokens_details', 'reasoning_tokens')) ?? 0;
  const total = count(reported.total_tokens);
  const output = total === undefined ? completion + reasoning : Math.max(0, total - prompt);
  const thoughts = Math.min(Math.max(reasoning, output - completion, 0), output);
  const cached = count(at(reported, 'prompt_tokens_details', 'cached_tokens')) ?? 0;
  return {
    inputTokens: prompt,
    outputTokens: output,
    ...(cached > 0 ? { cacheReadInputTokens: Math.min(cached, prompt) } : {}),
    ...(thoughts > 0 ? { reasoningOutputTokens: thoughts } : {}),
  };
}
