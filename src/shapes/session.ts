import { at, type JsonObject, text } from '../core/json.ts';
import type { LogShape } from './shape.ts';

/** The first and last line of our own session logs. They are no calls; the first names the session of the lines between. */
export const sessionLine: LogShape = {
  id: 'session-line',
  summary: 'first or last line of a costwatch session log',
  keys: ['costwatch'],
  paths: ['costwatch', 'session.id', 'closed?'],
  recognises: (record) => typeof record.costwatch === 'number',
  toEvents: () => [],
  opens: (record: JsonObject) => {
    const sessionId = text(at(record, 'session', 'id'));
    return sessionId === undefined ? undefined : { sessionId };
  },
};
