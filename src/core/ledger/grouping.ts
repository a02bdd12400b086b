import { GEMINI } from '../usage/event.ts';
import { type MetricRow, type Metrics, type NumericMetric, sumOf } from './metrics.ts';

/** The value of each grouping by name; null for calls that have none. */
export type GroupKey = Record<string, string | null>;

/** Calls that agree in every grouping that the ledger was asked for. */
export interface FineGroup {
  key: GroupKey;
  metrics: Metrics;
}

/** How the groups of a report are nested, sorted and cut. */
export interface Arrangement {
  /** The names of `--by`, outermost first. */
  by: readonly string[];
  /** Whether each innermost group lists its models. */
  breakdown?: boolean;
  /** The metric to sort by; without one, groups are in the order of their names and times. */
  sort?: NumericMetric;
  /** Ascending for names and descending for metrics unless told. */
  order?: 'asc' | 'desc';
  /** How many groups are listed at each level; the rest are summed as one. */
  top?: number;
}

export interface GroupNode extends FineGroup {
  children: GroupNode[];
  /** Set where the node sums up this many groups that `top` left out; its key then holds the outer names only. */
  others?: number;
}

/** Merges fine groups into the levels of an arrangement. Each level adds up to the one above it. */
export function arrange(fine: Iterable<FineGroup>, arrangement: Arrangement): GroupNode[] {
  const { by, breakdown, top } = arrangement;
  const sort = arrangement.sort ?? (top === undefined ? undefined : 'costUsd');
  const levels: Level[] = by.map((name) => ({ names: [name], sort, order: arrangement.order, top }));
  if (breakdown && !by.includes('model')) levels.push({ names: ['service', 'model'], sort: sort ?? 'costUsd' });
  return nodesOf([...fine], {}, levels);
}

function metricsOf({ metrics }: FineGroup): Metrics {
  return metrics;
}

/** The metrics of a group. Its dollars are those of its service, or Gemini's where it has several. */
export function rowOf({ key, metrics }: FineGroup): MetricRow {
  return metrics.toRow(key.service ?? GEMINI);
}

/** One text for the values of some groupings, to look groups up by. */
export function keyId(key: GroupKey, names: readonly string[]): string {
  return JSON.stringify(names.map((name) => key[name] ?? null));
}

interface Level {
  names: string[];
  sort?: NumericMetric | undefined;
  order?: 'asc' | 'desc' | undefined;
  top?: number | undefined;
}

function nodesOf(fine: FineGroup[], path: GroupKey, levels: Level[]): GroupNode[] {
  const [level, ...deeper] = levels;
  if (!level) return [];
  const members = new Map<string, FineGroup[]>();
  for (const one of fine) {
    const id = keyId(one.key, level.names);
    const same = members.get(id);
    if (same) same.push(one);
    else members.set(id, [one]);
  }
  const sorted = [...members.values()]
    .map((same) => {
      const own = Object.fromEntries(level.names.map((name) => [name, same[0]!.key[name] ?? null]));
      const group = { key: { ...path, ...own }, metrics: sumOf(same.map(metricsOf)) };
      // Made once: it is compared many times.
      return { ...group, same, row: level.sort ? rowOf(group) : undefined };
    })
    .sort(comparator(level));
  const cut = level.top ?? sorted.length;
  const nodes: GroupNode[] = sorted
    .slice(0, cut)
    .map(({ key, metrics, same }) => ({ key, metrics, children: nodesOf(same, key, deeper) }));
  const rest = sorted.slice(cut);
  if (rest.length > 0) {
    nodes.push({ key: path, metrics: sumOf(rest.map(metricsOf)), children: [], others: rest.length });
  }
  return nodes;
}

interface Sortable {
  key: GroupKey;
  row: MetricRow | undefined;
}

function comparator({ names, sort, order }: Level): (a: Sortable, b: Sortable) => number {
  const byName = (a: Sortable, b: Sortable) => compareKeys(a.key, b.key, names, order === 'desc' && !sort ? -1 : 1);
  if (!sort) return byName;
  const direction = order === 'asc' ? 1 : -1;
  return (a, b) => {
    const metrics = [sort, 'characters', 'calls'] as const;
    for (const metric of metrics) {
      const difference = compareMetric(a.row![metric], b.row![metric], direction);
      if (difference !== 0) return difference;
    }
    return byName(a, b);
  };
}

/** Null comes last whatever the direction. */
function compareMetric(a: number | null, b: number | null, direction: number): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return direction * (a - b);
}

/** By time and name; calls without a value come last. */
function compareKeys(a: GroupKey, b: GroupKey, names: readonly string[], direction: number): number {
  for (const name of names) {
    const [left, right] = [a[name] ?? null, b[name] ?? null];
    if (left === right) continue;
    if (left === null) return 1;
    if (right === null) return -1;
    return left < right ? -direction : direction;
  }
  return 0;
}
