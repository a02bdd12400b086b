/** A JSON object as parsed from outside. Its keys are data: read them with `Object.hasOwn`, never assign `__proto__`. */
export type JsonObject = { readonly [key: string]: JsonValue };
export type JsonValue = string | number | boolean | null | JsonObject | readonly JsonValue[];

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The JSON of a text; undefined for what is no JSON. */
export function jsonOf(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** The JSON object of a text; undefined for anything else. */
export function objectOf(text: string): JsonObject | undefined {
  const value = jsonOf(text);
  return isObject(value) ? value : undefined;
}

/** The value at a path of own keys; undefined where any step is missing. */
export function at(value: unknown, ...path: (string | number)[]): JsonValue | undefined {
  let current = value as JsonValue | undefined;
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as Record<string | number, JsonValue>)[key];
  }
  return current;
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function list(value: unknown): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

/** A count: a finite number that is not negative, or a string of digits. Anything else is no count. */
export function count(value: unknown): number | undefined {
  if (typeof value === 'number') return value >= 0 && value < Number.POSITIVE_INFINITY ? value : undefined;
  return typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? count(Number(value)) : undefined;
}
