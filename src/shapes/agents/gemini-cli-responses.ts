import { isObject, type JsonObject, list, text } from '../../core/json.ts';
import { asBody, readBody } from '../google/body.ts';
import { type LoggedEvent, type LogShape, RecordError } from '../shape.ts';

const OPERATIONS: Record<string, string> = {
  generateContent: 'generate_content',
  generateContentStream: 'generate_content',
  embedContent: 'embed_content',
};

/** A line of a gemini-cli recording (`--record-responses`): a stream is the list of its chunks. No model, no time. */
export const geminiCliResponse: LogShape = {
  id: 'gemini-cli-response',
  summary: 'gemini-cli recorded response: method, response',
  keys: ['method'],
  recognises: ({ method, response }) =>
    (Object.hasOwn(OPERATIONS, text(method) ?? '') || method === 'countTokens') &&
    (isObject(response) || Array.isArray(response)),
  toEvents: readLine,
};

function readLine({ method, response }: JsonObject): LoggedEvent[] {
  if (method === 'countTokens') throw new RecordError('a countTokens answer, which is free');
  const chunks = (isObject(response) ? [response] : list(response)).map(asBody).filter((body) => body !== undefined);
  const operation = OPERATIONS[text(method)!]!;
  if (chunks.length === 0) return [{ service: 'gemini', operation, status: 'incomplete' }];
  return [{ ...readBody(chunks), operation }];
}
