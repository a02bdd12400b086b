import { PriceBookError } from '../../errors.ts';
import { isObject } from '../../json.ts';
import { plain } from '../../text.ts';
import { isDay } from '../../time/day.ts';
import { parseMoney } from '../money.ts';

/** A value of a price file together with its place, so that every complaint names file, model and field. */
export interface Field {
  value: unknown;
  file: string;
  model?: string;
  path: string;
}

export function refuse(field: Field, expected: string): never {
  const place = [field.file, field.model, field.path].filter((part) => part !== undefined && part !== '').join(': ');
  const found = field.value === undefined ? 'nothing' : JSON.stringify(field.value);
  throw new PriceBookError(`${plain(place, 300)}: expected ${expected}, found ${plain(found, 60)}`, {
    hint: `Correct that field of ${plain(field.file, 300)}, then run: costwatch pricing check`,
  });
}

/** The fields of an object; refuses anything else, and any key that is not one of `keys`. */
export function fields<Key extends string>(field: Field, keys: readonly Key[]): (key: Key) => Field {
  const { value } = field;
  if (!isObject(value)) return refuse(field, 'an object');
  const stray = Object.keys(value).find((key) => !(keys as readonly string[]).includes(key));
  if (stray !== undefined) return refuse(child(field, stray, value[stray]), `one of the fields ${keys.join(', ')}`);
  return (key) => member(field, key);
}

/** One member of an object, which may be absent; refuses anything that is not an object. */
export function member(field: Field, key: string): Field {
  const { value } = field;
  if (!isObject(value)) return refuse(field, 'an object');
  return child(field, key, Object.hasOwn(value, key) ? value[key] : undefined);
}

/** All entries of an object whose keys are free. */
export function entries(field: Field): [string, Field][] {
  const { value } = field;
  if (!isObject(value)) return refuse(field, 'an object');
  return Object.keys(value).map((key) => [key, child(field, key, value[key])]);
}

export function items(field: Field): Field[] {
  if (!Array.isArray(field.value)) return refuse(field, 'a list');
  return field.value.map((value, index) => ({ ...field, value, path: `${field.path}[${index}]` }));
}

export function optional<Result>(field: Field, read: (field: Field) => Result): Result | undefined {
  return field.value === undefined ? undefined : read(field);
}

export function text(field: Field): string {
  return typeof field.value === 'string' && field.value !== '' ? field.value : refuse(field, 'a text');
}

export function texts(field: Field): string[] {
  return items(field).map(text);
}

export function oneOf<Word extends string>(words: readonly Word[]): (field: Field) => Word {
  return (field) => words.find((word) => word === field.value) ?? refuse(field, `one of ${words.join(', ')}`);
}

export function wholeNumber(field: Field): number {
  const { value } = field;
  return Number.isSafeInteger(value) && (value as number) > 0
    ? (value as number)
    : refuse(field, 'a whole number above 0');
}

/** An exact decimal, kept as text. */
export function decimal(field: Field): string {
  const { value } = field;
  if (typeof value === 'string' && parseMoney(value) !== undefined) return value;
  return refuse(field, 'a price as decimal text such as "0.75", not negative and without exponent');
}

export function day(field: Field): string {
  return isDay(field.value) ? field.value : refuse(field, 'a day such as "2026-12-01"');
}

export function dayOrNull(field: Field): string | null {
  return field.value === null ? null : day(field);
}

function child(field: Field, key: string, value: unknown): Field {
  return { ...field, value, path: field.path ? `${field.path}.${key}` : key };
}
