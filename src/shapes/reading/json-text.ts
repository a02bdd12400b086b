import { isObject, type JsonObject, type JsonValue, objectOf } from '../../core/json.ts';

/** An object, also where a log keeps it as JSON text inside JSON; undefined for anything else. */
export function objectIn(value: JsonValue | undefined): JsonObject | undefined {
  if (typeof value !== 'string') return isObject(value) ? value : undefined;
  return value.startsWith('{') ? objectOf(value) : undefined;
}
