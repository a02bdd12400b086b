import type { JsonObject } from '../core/json.ts';
import type { Role } from '../core/layout.ts';
import type { Blank } from '../core/layout-blanks.ts';

/**
 * What records of a shape may differ in and still be read alike: as the same event but for these values. Paths are those
 * of a layout, such as `usage.images[0].count`. Of ids, times and labels any text does; counts are within what is said here.
 */
export interface Variance {
  ids: readonly string[];
  times: readonly string[];
  /** Each has to be above 0 in both records, or 0 in both. */
  counts: readonly string[];
  /** As `counts`, and may be large. */
  durations: readonly string[];
  /** Counts that are the sum of others, as far as these are there; each holds where its first part is. */
  sums: readonly (readonly [total: string, ...parts: string[]])[];
  /** Counts that are less than another. */
  parts: readonly (readonly [part: string, whole: string])[];
  /** Amounts that do not matter where counts are priced. */
  asides: readonly string[];
  /** Texts that only name groups: sessions, and the object of labels. */
  sessions: readonly string[];
  labels: string;
}

/** What the counts of alike records keep to, by their places in a layout. */
export interface Rules {
  paths: readonly string[];
  most: readonly number[];
  /** The counts that may be anything up to their most; the others are sums. */
  free: readonly number[];
  sums: readonly { total: number; parts: readonly number[] }[];
  parts: readonly (readonly [part: number, whole: number])[];
}

/** Within any price for short prompts. */
const MOST = 131_071;
const LONGEST = 100_000_000;

export function rulesOf(blanks: readonly Blank[], roles: readonly Role[], variance: Variance): Rules {
  const paths = blanks.filter((_, index) => roles[index] === 'count').map(({ path }) => path);
  const placesOf = (names: readonly string[]) => names.map((name) => paths.indexOf(name)).filter((at) => at !== -1);
  const sums = variance.sums.flatMap(([total, ...names]) => {
    const isThere = paths.includes(total) && paths.includes(names[0]!);
    return isThere ? [{ total: paths.indexOf(total), parts: placesOf(names) }] : [];
  });
  const totals = new Set(sums.map(({ total }) => total));
  return {
    paths,
    most: paths.map((path, count) => (variance.durations.includes(path) || totals.has(count) ? LONGEST : MOST)),
    free: [...paths.keys()].filter((count) => !totals.has(count)),
    sums,
    parts: variance.parts.flatMap((pair) => {
      const [part, whole] = placesOf(pair);
      return part === undefined || whole === undefined ? [] : [[part, whole] as const];
    }),
  };
}

/** Whether counts keep to the rules; `wasm/matcher.ts` asks the same of records. */
function keepsTo({ most, sums, parts }: Rules, counts: readonly number[]): boolean {
  return (
    counts.every((count, at) => count <= most[at]!) &&
    sums.every(({ total, parts }) => counts[total] === parts.reduce((sum, part) => sum + counts[part]!, 0)) &&
    parts.every(([part, whole]) => counts[part] === 0 || counts[part]! < counts[whole]!)
  );
}

/** Counts by which to learn how they matter, each with those that are sums filled in; counts of 0 stay 0. */
export interface Trials {
  /** Those that matter by themselves. */
  free: number[];
  low: number[];
  steps: number[][];
  checks: number[][];
}

/** Undefined where no counts but those at hand keep to the rules. */
export function trialsOf(rules: Rules, example: readonly number[]): Trials | undefined {
  const isPart = (count: number): boolean =>
    rules.parts.some(([part]) => part === count) ||
    rules.sums.some(({ total, parts }) => parts.length === 1 && parts[0] === count && isPart(total));
  const filled = (valueAt: (count: number) => number) => {
    const counts = example.map((value, count) => (value === 0 ? 0 : valueAt(count)));
    for (const { total, parts } of rules.sums)
      if (example[total] !== 0) counts[total] = parts.reduce((sum, part) => sum + counts[part]!, 0);
    return counts;
  };
  const low = (count: number) => (isPart(count) ? 1 : 3);
  const high = (count: number) => (isPart(count) ? rules.most[count]! >> 1 : rules.most[count]!);
  const free = rules.free.filter((count) => example[count] !== 0);
  const trials = {
    free,
    low: filled(low),
    steps: free.map((raised) => filled((count) => low(count) + (count === raised ? 1 : 0))),
    checks: [
      filled(high),
      ...free.map((raised) => filled((count) => (count === raised && !isPart(count) ? high(count) : low(count)))),
    ],
  };
  const all = [trials.low, ...trials.steps, ...trials.checks];
  return all.every((counts) => keepsTo(rules, counts)) ? trials : undefined;
}

/** A copy of a record with other values at some paths. */
export function withValues(record: JsonObject, values: ReadonlyMap<string, string | number>): JsonObject {
  const copy = JSON.parse(JSON.stringify(record)) as JsonObject;
  for (const [path, value] of values) {
    const steps = path.split(/[.[]/).map((step) => (step.endsWith(']') ? Number(step.slice(0, -1)) : step));
    const last = steps.pop()!;
    let at = copy as Record<string | number, unknown>;
    for (const step of steps) at = at[step] as Record<string | number, unknown>;
    at[last] = value;
  }
  return copy;
}
