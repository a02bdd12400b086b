import { isObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { ALIASES, COSTS, LABELS } from './aliases.ts';

/** All that a line may name, with the names for each; where `usage` or `tokens` is an object, its keys count too. */
const FIELDS = {
  ...ALIASES,
  costs: COSTS.map(({ path }) => path),
  ownCurrency: ['cost', 'total_cost'],
  labels: LABELS,
} as const;

type Field = keyof typeof FIELDS;

type Names = readonly string[];
const NONE: Names = [];

/** For each field the names of it that a line has, the first to count first. */
export class LineNames implements Record<Field, Names> {
  timestamp = NONE;
  model = NONE;
  service = NONE;
  operation = NONE;
  session = NONE;
  id = NONE;
  elevenLabsId = NONE;
  voice = NONE;
  duration = NONE;
  error = NONE;
  input = NONE;
  output = NONE;
  total = NONE;
  cached = NONE;
  cacheWrite = NONE;
  reasoning = NONE;
  images = NONE;
  size = NONE;
  characters = NONE;
  credits = NONE;
  seconds = NONE;
  costs = NONE;
  ownCurrency = NONE;
  labels = NONE;
}

interface Place {
  field: Field;
  path: string;
  alone: Names;
  /** Among the names of its field. */
  rank: number;
}

/** By the keys of a line, and by those within its `usage` and its `tokens`. */
const PLACES = new Map<string, Place[]>();
const WITHIN = { usage: new Map<string, Place[]>(), tokens: new Map<string, Place[]>() };

for (const [field, paths] of Object.entries(FIELDS) as [Field, Names][]) {
  for (const [rank, path] of paths.entries()) {
    const [key, inner] = path.split('.') as [string, string?];
    const places = inner === undefined ? PLACES : WITHIN[key as keyof typeof WITHIN];
    const name = inner ?? key;
    places.set(name, [...(places.get(name) ?? []), { field, path, alone: [path], rank }]);
  }
}

/** A line has a dozen keys, and a field as many names: looking the keys up is quicker than trying the names. */
export function namesIn(record: JsonObject): LineNames {
  const names = new LineNames();
  for (const key of Object.keys(record)) {
    add(names, PLACES.get(key));
    if (key === 'usage' || key === 'tokens') addWithin(names, key, record[key]);
  }
  return names;
}

function addWithin(names: LineNames, key: 'usage' | 'tokens', value: JsonValue | undefined): void {
  if (isObject(value)) for (const inner of Object.keys(value)) add(names, WITHIN[key].get(inner));
}

function add(names: LineNames, places: readonly Place[] | undefined): void {
  if (places === undefined) return;
  for (const { field, path, alone, rank } of places) {
    const before = names[field];
    names[field] = before === NONE ? alone : inOrder(field, before, path, rank);
  }
}

function inOrder(field: Field, before: Names, path: string, rank: number): Names {
  const all: Names = FIELDS[field];
  const at = before.findIndex((name) => all.indexOf(name) > rank);
  return at === -1 ? [...before, path] : [...before.slice(0, at), path, ...before.slice(at)];
}

/** The top-level keys of all names of these fields. */
export function keysOf(...fields: Field[]): string[] {
  return [...new Set(fields.flatMap((field) => FIELDS[field]).map((path) => path.replace(/\..*/, '')))];
}
