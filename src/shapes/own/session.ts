import { at, isObject, type JsonObject, text } from '../../core/json.ts';
import type { LogShape } from '../shape.ts';

/**
 * The lines of our own session logs that are no calls: the first names the session of the lines behind it, the last
 * closes it, and one with prices says what the calls behind it were priced at.
 */
export const sessionLine: LogShape = {
  id: 'session-line',
  summary: 'first, last or prices line of a costwatch session log',
  keys: ['costwatch'],
  recognises: (record) => typeof record.costwatch === 'number',
  toEvents: () => [],
  opens: (record: JsonObject) => {
    const sessionId = text(at(record, 'session', 'id'));
    const { prices } = record;
    return { ...(sessionId === undefined ? {} : { sessionId }), ...(isObject(prices) ? { prices } : {}) };
  },
};
