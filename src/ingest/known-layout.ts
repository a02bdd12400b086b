import { type JsonObject, at as valueAt } from '../core/json.ts';
import { type Layout, layoutOf, type Role } from '../core/layout.ts';
import { type Blank, blanked } from '../core/layout-blanks.ts';
import type { UsageEvent } from '../core/usage/event.ts';
import { toUtc } from '../shapes/reading/time.ts';
import type { LogShape } from '../shapes/shape.ts';
import { type Rules, rulesOf, type Trials, type Variance } from './alike-rules.ts';
import { MOST_COUNTS } from './matcher.ts';

/** A layout of the records of one shape. */
export interface KnownLayout {
  layout: Layout;
  shape: LogShape;
  rules: Rules;
  hasId: boolean;
  hasTime: boolean;
  /** The paths that may vary, for trials. */
  varying: { id?: string | undefined; time?: string | undefined; texts: string[]; numbers: string[] };
  trials: Map<string, Trials | undefined>;
  found: number;
  missed: number;
}

/** What of a record matters beside what its shape reads. */
export interface Mattering {
  labels: ReadonlySet<string>;
  sessions: boolean;
}

/** The layout of the record in `bytes[start, end)`, which is read as `record` and `event`; undefined for one too unusual. */
export function knownLayout(
  { record, event, shape }: { record: JsonObject; event: UsageEvent; shape: LogShape },
  bytes: Uint8Array,
  start: number,
  end: number,
  mattering: Mattering,
): KnownLayout | undefined {
  const text = blanked(bytes, start, bytes[end - 1] === 0x0d ? end - 1 : end, record);
  if (!text) return undefined;
  const { literal, blanks } = text;
  const variance = (shape as LogShape & { variance(): Variance }).variance();
  const roles = blanks.map((blank) => roleOf(blank, blanks, record, event, variance, mattering));
  if (roles.filter((role) => role === 'count').length > MOST_COUNTS) return undefined;
  const pathsOf = (...wanted: Role[]) =>
    blanks.filter((_, index) => wanted.includes(roles[index]!)).map(({ path }) => path);
  const [id] = pathsOf('id');
  const [time] = pathsOf('time');
  return {
    layout: layoutOf(literal, blanks, roles),
    shape,
    rules: rulesOf(blanks, roles, variance),
    hasId: id !== undefined,
    hasTime: time !== undefined,
    varying: { id, time, texts: pathsOf('any'), numbers: pathsOf('aside') },
    trials: new Map(),
    found: 0,
    missed: 0,
  };
}

function roleOf(
  { path, isText, isRead }: Blank,
  blanks: readonly Blank[],
  record: JsonObject,
  event: UsageEvent,
  variance: Variance,
  { labels, sessions }: Mattering,
): Role {
  if (!isRead) return 'skip';
  const label = path.startsWith(`${variance.labels}.`) ? path.slice(variance.labels.length + 1) : undefined;
  if (label !== undefined) return labels.has(label) ? 'key' : isText ? 'any' : 'aside';
  if (!isText) {
    if (variance.counts.includes(path) || variance.durations.includes(path)) return 'count';
    return variance.asides.includes(path) ? 'aside' : 'key';
  }
  const isFirst = (names: readonly string[], isIt: (value: unknown) => boolean) =>
    path === names.find((name) => blanks.some((blank) => blank.path === name && isIt(textIn(record, name))));
  if (variance.ids.includes(path)) return isFirst(variance.ids, (value) => value === event.id) ? 'id' : 'any';
  if (variance.times.includes(path))
    return isFirst(variance.times, (value) => toUtc(value) === event.timestamp) ? 'time' : 'any';
  return variance.sessions.includes(path) && !sessions ? 'any' : 'key';
}

export function textIn(record: JsonObject, path: string): unknown {
  return valueAt(record, ...path.split('.'));
}
