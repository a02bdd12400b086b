import { at, count, isObject, type JsonObject, type JsonValue, list, text } from '../../core/json.ts';
import { type ApiRequest, type Chunk, jsonReply, type Reply } from '../exchange.ts';
import { pieces, STORY } from '../story.ts';
import { geminiError } from './errors.ts';
import { factsIn, idOf } from './token.ts';
import { tokensOf } from './tokens.ts';

const PATH = /\/interactions(?:\/([^/]+))?$/;
const THOUGHTS = 64;
/** Queries of an agent's search, and the tokens that they brought back. */
const SEARCHES = 3;
const RETRIEVED = 357;

/** The Interactions API. One in the background is done when it is read for the first time. */
export function interactions(request: ApiRequest): Reply | undefined {
  const match = PATH.exec(request.path);
  if (!match) return undefined;
  if (request.method === 'POST' && match[1] === undefined) return create(request);
  const facts = factsIn(match[1]?.replace(/^v1_/, ''));
  if (request.method !== 'GET' || !facts) return geminiError(404);
  return whole(match[1]!, facts);
}

function create(request: ApiRequest): Reply {
  const { json, sequence } = request;
  const named: JsonObject = text(at(json, 'model'))
    ? { model: at(json, 'model')! }
    : { agent: at(json, 'agent') ?? null };
  const tier = text(at(json, 'service_tier')) ?? 'standard';
  const facts: JsonObject = { ...named, input: tokensOf(inputText(at(json, 'input'))), tier, sequence };
  const id = `v1_${idOf(facts)}`;
  if (at(json, 'background') === true) return jsonReply({ id, status: 'in_progress', object: 'interaction', ...named });
  if (at(json, 'stream') !== true) return whole(id, facts);
  return { headers: { 'content-type': 'text/event-stream' }, chunks: events(id, facts) };
}

function inputText(input: JsonValue | undefined): string {
  const parts = Array.isArray(input) ? list(input) : [input];
  return parts.map((part) => text(part) ?? text(at(part, 'text')) ?? '').join('');
}

function whole(id: string, facts: JsonObject): Reply {
  const usage = usageOf(facts);
  const steps = [{ type: 'model_output', content: [{ type: 'text', text: STORY }] }];
  return jsonReply({ ...interaction(id, facts), usage, steps }, { usage });
}

function interaction(id: string, facts: JsonObject): JsonObject {
  const { model, agent, tier } = facts;
  return {
    id,
    object: 'interaction',
    status: 'completed',
    service_tier: tier ?? null,
    ...(model ? { model } : { model: null, agent: agent ?? null }),
  };
}

/** An agent searches; a model only thinks. */
function usageOf(facts: JsonObject): JsonObject {
  const input = count(facts.input) ?? 0;
  const output = tokensOf(STORY);
  const tools = facts.agent ? RETRIEVED : 0;
  return {
    total_input_tokens: input,
    total_output_tokens: output,
    total_thought_tokens: THOUGHTS,
    total_tool_use_tokens: tools,
    total_cached_tokens: 0,
    total_tokens: input + output + THOUGHTS + tools,
    input_tokens_by_modality: [{ modality: 'text', tokens: input }],
    ...(tools > 0 && { grounding_tool_count: [{ type: 'google_search', count: SEARCHES }] }),
  };
}

function* events(id: string, facts: JsonObject): Iterable<Chunk> {
  const open = { ...interaction(id, facts), status: 'in_progress' };
  yield event({ event_type: 'interaction.created', interaction: open });
  for (const [index, piece] of pieces(STORY).entries())
    yield event({ event_type: 'step.delta', index, delta: { type: 'text', text: piece } });
  const usage = usageOf(facts);
  yield event({ event_type: 'interaction.completed', interaction: { ...interaction(id, facts), usage } });
  yield { data: 'data: [DONE]\n\n' };
}

function event(body: JsonObject): Chunk {
  const usage = at(body, 'interaction', 'usage');
  const data = `event: ${body.event_type}\ndata: ${JSON.stringify(body)}\n\n`;
  return isObject(usage) ? { data, usage } : { data };
}
