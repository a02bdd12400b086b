import { at, type JsonObject, list, text } from '../../core/json.ts';
import { type ApiRequest, type Chunk, jsonReply, type Reply } from '../exchange.ts';
import { base64, idFor, png } from '../media.ts';
import { pieces, STORY } from '../story.ts';
import { tokensOf } from './tokens.ts';

const PATH = /\/(?:openai|endpoints\/openapi)\/(chat\/completions|embeddings|images\/generations)$/;
const THOUGHTS = 64;

/** The OpenAI-compatible endpoints: `completion_tokens` leaves the thoughts out, the total does not. */
export function openai(request: ApiRequest): Reply | undefined {
  const kind = request.method === 'POST' ? PATH.exec(request.path)?.[1] : undefined;
  if (kind === undefined) return undefined;
  if (kind === 'embeddings') return embeddings(request);
  return kind === 'chat/completions' ? complete(request) : pictures(request);
}

function complete(request: ApiRequest): Reply {
  const prompt = list(at(request.json, 'messages')).map((message) => text(at(message, 'content')) ?? '');
  const shared = { id: idFor(`chat ${request.sequence}`), model: at(request.json, 'model') ?? null };
  const usage = (written: string) => counts(tokensOf(prompt.join('')), tokensOf(written));
  if (at(request.json, 'stream') === true)
    return { headers: { 'content-type': 'text/event-stream' }, chunks: chunks(shared, usage) };
  const message = { role: 'assistant', content: STORY };
  const choices = [{ index: 0, message, finish_reason: 'stop' }];
  return jsonReply({ ...shared, object: 'chat.completion', choices, usage: usage(STORY) }, { usage: usage(STORY) });
}

function counts(prompt: number, completion: number): JsonObject {
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion + THOUGHTS };
}

/** Each chunk repeats the usage so far. */
function* chunks(shared: JsonObject, usage: (written: string) => JsonObject): Iterable<Chunk> {
  let written = '';
  for (const piece of pieces(STORY)) {
    written += piece;
    const choices = [{ index: 0, delta: { content: piece } }];
    const chunk = { ...shared, object: 'chat.completion.chunk', choices, usage: usage(written) };
    yield { data: `data: ${JSON.stringify(chunk)}\n\n`, usage: chunk.usage };
  }
  yield { data: 'data: [DONE]\n\n' };
}

function embeddings({ json }: ApiRequest): Reply {
  const input = at(json, 'input');
  const texts = Array.isArray(input) ? list(input) : [input];
  const tokens = texts.reduce<number>((sum, content) => sum + tokensOf(text(content) ?? ''), 0);
  const usage = { prompt_tokens: tokens, total_tokens: tokens };
  const data = texts.map((_, index) => ({ object: 'embedding', index, embedding: [0.5, -0.5] }));
  return jsonReply({ object: 'list', data, model: at(json, 'model') ?? null, usage }, { usage });
}

function pictures({ json }: ApiRequest): Reply {
  const wanted = at(json, 'n');
  const picture = { b64_json: base64(png(1024, text(at(json, 'prompt')) ?? '')) };
  return jsonReply({ created: 1, data: Array(typeof wanted === 'number' ? wanted : 1).fill(picture) });
}
