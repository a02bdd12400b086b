import { isObject, type JsonObject, type JsonValue } from '../core/json.ts';

/** An object, also where a log keeps it as JSON text inside JSON; undefined for anything else. */
export function objectIn(value: JsonValue | undefined): JsonObject | undefined {
  if (typeof value !== 'string') return isObject(value) ? value : undefined;
  if (!value.startsWith('{')) return undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
