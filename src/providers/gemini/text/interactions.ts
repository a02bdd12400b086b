import { documents } from '../../../core/documents.ts';
import { at, isObject, type JsonObject, list, text } from '../../../core/json.ts';
import { parseJson } from '../../../core/parse-json.ts';
import type { CallMemory, Exchange, RequestHead, UsageFacts } from '../../provider.ts';
import { askedTier, completed, errorOf, type Family, factsOf, modelIn, refused, setTier } from '../family.ts';
import { askedImageSize } from '../media/image-size.ts';
import { addMedia, noSteps, readStep, type Steps, usageOfInteraction } from './interaction-usage.ts';

/**
 * The Interactions API, models and agents alike. One that runs in the background answers `in_progress`: what it used
 * comes with a later GET of the same id, perhaps in another process.
 */
export const interactions: Family = {
  serves: (request) => PATH.test(request.url.pathname),
  readUsage: (exchange) => (creates(exchange.request) ? readInteraction(exchange) : undefined),
  isLaterAnswer: (request) => creates(request) || readsOne(request),
  readLaterAnswer,
};

const PATH = /\/v\d\w*\/(?:projects\/[^/]+\/locations\/[^/]+\/)?interactions(?:\/[^/]+)?(?:\/cancel)?$/;

function creates({ method, url }: RequestHead): boolean {
  return method === 'POST' && url.pathname.endsWith('/interactions');
}

function readsOne({ method, url }: RequestHead): boolean {
  const named = /\/interactions\/[^/]+(\/cancel)?$/.exec(url.pathname);
  return named !== null && method === (named[1] ? 'POST' : 'GET');
}

/** Created ones are kept in mind until their end is known; others are calls of their own, known by their id. */
function readLaterAnswer(exchange: Exchange, memory: CallMemory): UsageFacts[] {
  const facts = readInteraction(exchange);
  if (!facts.id || facts.status === 'failed') return [];
  const known = memory.recall(facts.id);
  if (creates(exchange.request)) {
    memory.remember(facts.id, facts);
    return [];
  }
  const isNews = facts.usage !== undefined || facts.errorCode !== undefined || facts.status === 'ok';
  if (!isNews || known?.status === 'ok') return [];
  const elsewhere = 'made outside this program: counted when it was looked up';
  const estimated = facts.estimated ?? (known ? undefined : elsewhere);
  return [completed(known, { ...facts, ...(estimated ? { estimated } : {}) })];
}

/** What an interaction says of itself, in one body or in the events of a stream. */
interface InteractionState {
  interaction: JsonObject;
  usage: JsonObject | undefined;
  steps: Steps;
  error: string | undefined;
}

function readInteraction({ request, response }: Exchange): UsageFacts {
  const asked = request.body ? parseJson(request.body) : undefined;
  const facts = factsOf(request, 'create_interaction', modelIn(at(asked, 'model')) ?? text(at(asked, 'agent')));
  if (!response) return facts;
  facts.httpStatus = response.status;
  const chunks = response.body ? [...documents(response.body)] : [];
  const refusal = refused(facts, response.status, chunks.at(-1));
  if (refusal) return refusal;
  const { interaction, usage, steps, error } = fold(chunks);
  const id = text(interaction.id);
  if (id) facts.id = id;
  // An agent's interaction names no model: its price goes by the agent.
  const model = modelIn(interaction.model) ?? text(interaction.agent);
  if (model) facts.responseModel = model;
  const serviceTier = text(interaction.service_tier);
  setTier(facts, { header: response.header('x-gemini-service-tier'), serviceTier }, askedTier(asked));
  const read = usage && usageOfInteraction(usage, steps);
  if (read?.doubt) facts.estimated = read.doubt;
  if (read?.usage) {
    addMedia(read.usage, steps, model ?? facts.requestModel, askedImageSize(asked));
    facts.usage = read.usage;
  }
  setStatus(facts, text(interaction.status), error, response.complete);
  return facts;
}

/** Of several usages the last one counts. */
function fold(chunks: JsonObject[]): InteractionState {
  const state: InteractionState = { interaction: {}, usage: undefined, steps: noSteps(), error: undefined };
  for (const chunk of chunks) {
    const whole = isObject(chunk.interaction) ? chunk.interaction : chunk.event_type ? {} : chunk;
    const { status, interaction_id: id } = chunk;
    state.interaction = { ...state.interaction, ...(status ? { status } : {}), ...(id ? { id } : {}), ...whole };
    const usages = [whole.usage, chunk.usage, at(chunk, 'metadata', 'total_usage')];
    state.usage = usages.find(isObject) ?? state.usage;
    state.error = errorOf(chunk) ?? errorOf(whole) ?? state.error;
    for (const step of [...list(whole.steps), ...list(whole.outputs), chunk.step, chunk.delta, chunk.content])
      readStep(step ?? undefined, state.steps);
  }
  return state;
}

/** At these the model has done its work, whole or as far as it was allowed to. */
const ENDED = new Set(['completed', 'requires_action', 'requires_continuation', 'incomplete', 'budget_exceeded']);

function setStatus(facts: UsageFacts, status: string | undefined, error: string | undefined, complete: boolean): void {
  facts.status = complete && status !== undefined && ENDED.has(status) && !error ? 'ok' : 'incomplete';
  const failure = error ?? (status === 'failed' || status === 'cancelled' ? status : undefined);
  if (failure) facts.errorCode = failure;
  if (facts.status === 'ok' || !complete || facts.usage) return;
  facts.estimated = failure
    ? 'an interaction that failed and tells no usage: whether it is billed is not known'
    : 'an interaction whose end was not read: what it used is not known';
}
