import { documents } from '../../core/documents.ts';
import { at, count, type JsonObject, type JsonValue, list, text } from '../../core/json.ts';
import { parseJson } from '../../core/parse-json.ts';
import { codePoints } from '../../core/text.ts';
import { ELEVENLABS, type Usage } from '../../core/usage/event.ts';
import type { CallMemory, Exchange, Provider, UsageFacts } from '../provider.ts';
import { DEFAULT_MODEL, dialogueCharacters } from './characters.ts';
import { readsConversation, settleConversation } from './conversation.ts';
import { type Endpoint, isElevenLabsRequest, readEndpoint } from './endpoint.ts';
import { errorCode, limitHit } from './error.ts';
import { openSocket } from './sockets.ts';
import { voiceName } from './voices.ts';

/** ElevenLabs over HTTP and WebSocket. The `character-cost` response header is the bill, in credits. */
export const elevenlabs: Provider = {
  id: ELEVENLABS,
  matches: isElevenLabsRequest,
  readUsage,
  // Credits are a quota, not money: nothing of ElevenLabs is metered in dollars.
  meter: () => [],
  wantsBody: ({ request, response }) =>
    response!.status >= 400 || readEndpoint(request)?.tells === true || readsConversation(request),
  isLaterAnswer: (request) => readsConversation(request) || readEndpoint(request)?.operation === 'agent_conversation',
  readLaterAnswer,
  openSocket: (request) => (isElevenLabsRequest(request) ? openSocket(request) : undefined),
};

function readUsage({ request, response }: Exchange): UsageFacts | undefined {
  const endpoint = readEndpoint(request);
  if (!endpoint) return undefined;
  const asked = request.body && isJson(request.header('content-type')) ? parseJson(request.body) : undefined;
  const facts = factsOf(endpoint, asked);
  const characters = countCharacters(asked, endpoint);
  const usage: Usage = characters === undefined ? {} : { characters };
  if (!response) return { ...facts, usage };
  facts.httpStatus = response.status;
  const body: JsonObject | undefined = response.body ? [...documents(response.body)][0] : undefined;
  const id = text(body?.conversation_id) ?? response.header('request-id');
  if (id) facts.id = id;
  if (response.status >= 400) {
    // No page says that a server error is free, so only client errors are taken as not charged.
    const outcome = response.status < 500 ? { status: 'failed' as const } : { status: 'incomplete' as const, usage };
    const hit = limitHit(body);
    const code = errorCode(body) ?? String(response.status);
    return { ...facts, ...outcome, errorCode: code, ...(hit ? { limitHit: `ElevenLabs ${hit}` } : {}) };
  }
  const credits = count(response.header('character-cost'));
  if (credits !== undefined) usage.credits = credits;
  const seconds = secondsIn(body);
  if (seconds !== undefined) usage.audioSeconds = seconds;
  facts.usage = usage;
  if (credits === undefined && endpoint.billedBy) facts.estimated = `${endpoint.billedBy}; no credits in the answer`;
  // The header is the bill, whether or not the audio is read to its end.
  facts.status = response.complete || credits !== undefined ? 'ok' : 'incomplete';
  return facts;
}

/** What the request alone tells. */
function factsOf(endpoint: Endpoint, asked: JsonValue | undefined): UsageFacts {
  const model = text(at(asked, 'model_id')) ?? (asked ? DEFAULT_MODEL[endpoint.operation] : undefined);
  const speakers = list(at(asked, 'inputs')).map((input) => text(at(input, 'voice_id')));
  const voices = new Set([endpoint.voice, ...speakers].filter((id) => id !== undefined));
  return {
    service: ELEVENLABS,
    operation: endpoint.operation,
    status: 'incomplete',
    ...(model ? { requestModel: model, responseModel: model } : {}),
    ...(voices.size > 0 ? { voice: [...voices].map(voiceName).join(' + ') } : {}),
  };
}

/** An alignment tells the end of its words only. */
function secondsIn(body: JsonObject | undefined): number | undefined {
  const seconds = count(body?.audio_duration_secs) ?? count(body?.expected_duration_sec);
  return seconds ?? count(at(list(body?.words).at(-1), 'end'));
}

function isJson(contentType: string | undefined): boolean {
  return contentType === undefined || contentType.includes('json');
}

function countCharacters(asked: JsonValue | undefined, endpoint: Endpoint): number | undefined {
  if (endpoint.text === 'inputs') return dialogueCharacters(asked) || undefined;
  const sent = endpoint.text === 'text' ? text(at(asked, 'text')) : undefined;
  return sent === undefined ? undefined : codePoints(sent);
}

/** What a call to an agent costs is told when its conversation is looked up. */
function readLaterAnswer(exchange: Exchange, memory: CallMemory): UsageFacts[] {
  if (readsConversation(exchange.request)) return settleConversation(exchange, memory);
  const facts = readUsage(exchange);
  if (facts?.id && facts.status === 'ok') memory.remember(facts.id, facts);
  return [];
}
