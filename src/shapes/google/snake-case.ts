import { isObject, type JsonObject, type JsonValue } from '../../core/json.ts';

/** Python's names for projection paths: `usageMetadata.*` becomes `usage_metadata.*`. */
export function snakePath(path: string): string {
  return path.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** What Python's `model_dump` wrote, as the wire has it: camel-case keys, and `STOP` for `FinishReason.STOP`. */
export function fromPython(value: JsonObject): JsonObject {
  return fields(value, 0);
}

function fields(value: JsonObject, depth: number): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [camel(key), wire(item, depth + 1)]));
}

function wire(value: JsonValue, depth: number): JsonValue {
  if (depth > DEEPEST) return null;
  if (Array.isArray(value)) return value.map((item) => wire(item, depth + 1));
  if (isObject(value)) return fields(value, depth);
  return typeof value === 'string' ? value.replace(/^[A-Z][A-Za-z]+\.([A-Z][A-Z0-9_]*)$/, '$1') : value;
}

/** Deeper than any response, and far from the end of the stack. */
const DEEPEST = 50;

function camel(key: string): string {
  return key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
