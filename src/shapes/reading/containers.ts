import { isObject, type JsonObject, list } from '../../core/json.ts';

/** Keys under which exports and list answers keep their records, such as `{"summary": …, "calls": [ … ]}`. */
export const CONTAINERS = ['calls', 'data', 'generations', 'records', 'entries', 'items', 'history'] as const;

/** The records of an export, or undefined for a record that is none. What stands beside the list is about the list. */
export function recordsIn(record: JsonObject): readonly JsonObject[] | undefined {
  const key = CONTAINERS.find((name) => list(record[name]).some(isObject));
  return key && list(record[key]).filter(isObject);
}
