import { at, isObject, type JsonObject, list, text } from '../../core/json.ts';
import { GEMINI } from '../../core/usage/event.ts';
import { present, put, textAt, timeAt } from '../reading/fields.ts';
import { type Places, readCounts } from '../reading/usage-counts.ts';
import type { LoggedEvent, LogShape } from '../shape.ts';

const PLACES: Places = {
  prompt: 'tokens.input',
  candidates: 'tokens.output',
  thoughts: 'tokens.thoughts',
  toolUse: 'tokens.tool',
  cached: 'tokens.cached',
  total: 'tokens.total',
};

/**
 * A chat session of gemini-cli: one document with `messages` up to 0.39; then a header line, a line a message, and
 * `$set` patches that may hold messages. A message is written again under its id when its tool call ends.
 */
export const geminiCliSession: LogShape = {
  id: 'gemini-cli-session',
  summary: 'gemini-cli chat session, as a document or by line',
  keys: ['projectHash', '$set', 'type'],
  recognises: (record) => isHeader(record) || isPatch(record) || isMessage(record),
  toEvents: (record) => messagesOf(record).flatMap(readMessage),
  opens: (record) => {
    const sessionId = isHeader(record) ? text(record.sessionId) : undefined;
    const model = messagesOf(record)
      .map((message) => text(message.model))
      .findLast((name) => name !== undefined);
    return present({ sessionId, model });
  },
};

function isHeader(record: JsonObject): boolean {
  return text(record.sessionId) !== undefined && text(record.projectHash) !== undefined;
}

function isPatch({ $set: patch }: JsonObject): boolean {
  return isObject(patch) && (text(patch.lastUpdated) !== undefined || Array.isArray(patch.messages));
}

const TYPES = new Set(['user', 'gemini', 'info', 'warning', 'error']);

function isMessage(record: JsonObject): boolean {
  const { type, tokens } = record;
  if (text(record.id) === undefined || text(record.timestamp) === undefined) return false;
  if (type === 'gemini') return Object.hasOwn(record, 'content') || isObject(tokens);
  return TYPES.has(text(type) ?? '') && Object.hasOwn(record, 'content') && !isObject(record.usage) && !tokens;
}

function messagesOf(record: JsonObject): JsonObject[] {
  if (isHeader(record) || isPatch(record))
    return list(record.messages ?? at(record, '$set', 'messages')).filter(isObject);
  return [record];
}

/** A message without counts is no answer of a model, or one that reported nothing at all. */
function readMessage(message: JsonObject): LoggedEvent[] {
  if (message.type !== 'gemini' || !isObject(message.tokens)) return [];
  const event: LoggedEvent = { service: GEMINI, operation: 'generate_content', status: 'ok' };
  put(event, 'id', textAt(message, 'id'));
  put(event, 'timestamp', timeAt(message, 'timestamp'));
  put(event, 'responseModel', textAt(message, 'model'));
  return [{ ...event, ...readCounts(message, PLACES) }];
}
