import { documents } from '../../core/documents.ts';
import { at, count, type JsonObject, text } from '../../core/json.ts';
import { ELEVENLABS } from '../../core/usage/event.ts';
import type { CallMemory, Exchange, RequestHead, UsageFacts } from '../provider.ts';

const PATH = /\/convai\/conversations\/[^/]+$/;

/** The look-up of one conversation with an agent, which is the only place where its cost is told. */
export function readsConversation({ method, url }: RequestHead): boolean {
  return method === 'GET' && PATH.test(url.pathname);
}

/** A conversation whose end was told, with the credits it cost; another time it costs nothing more. */
export function settleConversation({ response }: Exchange, memory: CallMemory): UsageFacts[] {
  if (!response?.body || response.status >= 400) return [];
  const body: JsonObject | undefined = [...documents(response.body)][0];
  const id = text(body?.conversation_id);
  const credits = count(at(body, 'metadata', 'cost'));
  if (!id || credits === undefined || !ENDED.has(text(body?.status) ?? '')) return [];
  const known = memory.recall(id);
  if (known?.usage?.credits !== undefined) return [];
  const seconds = count(at(body, 'metadata', 'call_duration_secs'));
  const usage = { credits, ...(seconds === undefined ? {} : { audioSeconds: seconds }) };
  const { estimated: _unknown, ...call } = known ?? { service: ELEVENLABS, operation: 'agent_conversation' };
  return [{ ...call, id, status: 'ok', usage, ...(known ? {} : { estimated: ELSEWHERE }) }];
}

const ENDED = new Set(['done', 'failed']);
const ELSEWHERE = 'a conversation that this program looked up: it may have been held before';
