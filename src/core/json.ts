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
  return atPath(value, path);
}

export function atPath(value: unknown, path: readonly (string | number)[]): JsonValue | undefined {
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

export const ABSENT = undefined as JsonValue | undefined;

/**
 * Reads the fields of `blank` from objects in one pass over the keys that an object has. Where the keys differ from one
 * object to the next, to ask for each of a dozen names would take as long as to parse the object.
 */
export function fieldReader<Fields extends object>(blank: () => Fields): (object: JsonObject) => Fields {
  const names: ReadonlySet<string> = new Set(Object.keys(blank()));
  return (object) => {
    const fields = blank();
    for (const key in object) if (names.has(key)) fields[key as keyof Fields] = object[key] as Fields[keyof Fields];
    return fields;
  };
}

/** Whether an object has any of these keys. */
export function hasAny(object: JsonObject, keys: ReadonlySet<string>): boolean {
  for (const key in object) if (keys.has(key)) return true;
  return false;
}
