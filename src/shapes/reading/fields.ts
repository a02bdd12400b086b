import { atPath, count, isObject, type JsonObject, type JsonValue, text } from '../../core/json.ts';
import { decimalFromNumber } from '../../core/pricing/money.ts';
import { remember } from '../../core/remember.ts';
import { plain } from '../../core/text.ts';
import type { RecordedCost, Status } from '../../core/usage/event.ts';
import { RecordError } from '../shape.ts';
import { toUtc } from './time.ts';

/** A dotted path, or several of which the first that holds anything counts. */
export type Paths = string | readonly string[];

/** The value at a dotted path of own keys. */
export function valueAt(record: JsonObject, path: string): JsonValue | undefined {
  if (Object.hasOwn(record, path)) return record[path];
  return path.includes('.') ? atPath(record, keysOf(path)) : undefined;
}

/** The same few paths are asked of every record. */
const split = new Map<string, string[]>();

function keysOf(path: string): string[] {
  let keys = split.get(path);
  if (!keys) {
    keys = path.split('.');
    split.set(path, keys);
  }
  return keys;
}

function isHeld(value: JsonValue | undefined): value is NonNullable<JsonValue> {
  return value !== undefined && value !== null;
}

/** The count at the first path that holds anything. What is there but is no count is refused by name. */
export function countAt(record: JsonObject, paths: Paths): number | undefined {
  if (typeof paths === 'string') return countOf(valueAt(record, paths), paths);
  for (const path of paths) {
    const value = valueAt(record, path);
    if (isHeld(value)) return countOf(value, path);
  }
  return undefined;
}

/** A count that is named in an error by its path. */
export function countOf(value: JsonValue | undefined, path: string): number | undefined {
  if (!isHeld(value)) return undefined;
  const number = count(value);
  if (number === undefined) throw new RecordError(`${path} is not a count: ${show(value)}`);
  return number;
}

/** The recorded cost at the first path that holds anything, as an exact decimal. */
export function costAt(record: JsonObject, currency: string, paths: Paths): RecordedCost | undefined {
  if (typeof paths === 'string') return costOf(valueAt(record, paths), paths, currency);
  for (const path of paths) {
    const value = valueAt(record, path);
    if (isHeld(value)) return costOf(value, path, currency);
  }
  return undefined;
}

function costOf(value: JsonValue | undefined, path: string, currency: string): RecordedCost | undefined {
  if (!isHeld(value)) return undefined;
  const amount = decimalFromNumber(typeof value === 'string' ? Number(value) : Number(count(value)));
  if (amount === undefined) throw new RecordError(`${path} is not an amount: ${show(value)}`);
  return { amount, currency };
}

export function textAt(record: JsonObject, paths: Paths): string | undefined {
  if (typeof paths === 'string') return text(valueAt(record, paths));
  for (const path of paths) {
    const found = text(valueAt(record, path));
    if (found !== undefined) return found;
  }
  return undefined;
}

export function timeAt(record: JsonObject, paths: Paths): string | undefined {
  if (typeof paths === 'string') return toUtc(valueAt(record, paths));
  for (const path of paths) {
    const value = valueAt(record, path);
    if (isHeld(value)) return toUtc(value);
  }
  return undefined;
}

/** The part of an object that has a value: spreads into an event without making absent fields `undefined`. */
export function present<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const result: Partial<T> = {};
  for (const key in fields) if (fields[key] !== undefined) result[key] = fields[key];
  return result as { [K in keyof T]: Exclude<T[K], undefined> };
}

/** Sets a field that has a value: the cheaper `present`, for the shapes that logs have a million of. */
export function put<T, K extends keyof T>(target: T, key: K, value: T[K] | undefined): void {
  if (value !== undefined) target[key] = value;
}

/** Keys that may hold a prompt, an answer or a secret. */
export const CONTENT: ReadonlySet<string> = new Set([
  ...['prompt', 'prompt_text', 'negative_prompt', 'system_prompt', 'system', 'text', 'content', 'contents', 'message'],
  ...['messages', 'input', 'output', 'response', 'answer', 'completion', 'description', 'script', 'topic'],
  ...['api_key', 'apikey', 'key', 'authorization', 'token', 'secret', 'password'],
]);

/** The scalars of an object as they are, and its lists of scalars joined by `+`, without the excepted keys. */
export function labelsOf(value: unknown, except: ReadonlySet<string> = CONTENT): Record<string, string> | undefined {
  if (!isObject(value)) return undefined;
  let labels: Record<string, string> | undefined;
  for (const key in value) labels = addLabel(labels, key, value[key]!, except);
  return labels;
}

/** Adds a label to those there are, if any; see `labelsOf`. */
export function addLabel(
  labels: Record<string, string> | undefined,
  key: string,
  value: JsonValue,
  except: ReadonlySet<string> = CONTENT,
): Record<string, string> | undefined {
  const label = except.has(lowerCase(key)) ? undefined : labelText(value);
  if (label === undefined) return labels;
  const all = labels ?? {};
  // A key `__proto__` is a label like any other.
  if (key === '__proto__') Object.defineProperty(all, key, { value: label, ...OWN_PROPERTY });
  else all[key] = label;
  return all;
}

const lowerCase = remember((key) => key.toLowerCase());
const OWN_PROPERTY = { enumerable: true, writable: true, configurable: true };

function labelText(value: JsonValue): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const parts = value.map((item) => (Array.isArray(item) ? undefined : labelText(item)));
  return parts.every((part) => part !== undefined) ? parts.join('+') : undefined;
}

/** What projects call the outcome of a call; no word for it means that it went well. */
export function statusOf(value: unknown): Status {
  const word = text(value);
  return word === undefined ? 'ok' : outcomeOf(word);
}

const outcomeOf = remember((value): Status => {
  const word = value.toLowerCase().replace(/[\s-]/g, '_');
  if (FAILED.has(word)) return 'failed';
  return UNFINISHED.has(word) ? 'incomplete' : 'ok';
});

const FAILED = new Set(['failed', 'failure', 'error', 'errored', 'cancelled', 'canceled', 'timeout', 'rejected']);
const UNFINISHED = new Set(['pending', 'queued', 'processing', 'running', 'in_progress', 'started', 'incomplete']);

/** The provider's word for a failure, from an error of any form; a sentence is cut to its first words. */
export function errorCodeOf(error: unknown): string | undefined {
  const word = isObject(error) ? (error.status ?? error.code ?? error.type ?? error.message) : error;
  if (typeof word === 'number') return String(word);
  return text(word) && plain(String(word), 80);
}

/** A refused value, for a message. */
export function show(value: JsonValue): string {
  return typeof value === 'object' && value !== null ? 'an object' : plain(JSON.stringify(value), 40);
}
