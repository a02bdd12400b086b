import { addDays, daysBetween } from '../time/day.ts';
import { GEMINI } from '../usage/event.ts';
import type { FineGroup, GroupKey } from './grouping.ts';
import { type MetricRow, Metrics } from './metrics.ts';

/** Days from and to, both inclusive. */
export interface TimeBucket {
  from: string;
  to: string;
}

/** Calls over time in equal buckets of days, for charts. Built on groups whose keys hold `day` and `service`. */
export class Trend {
  readonly buckets: readonly TimeBucket[];
  private readonly dated: FineGroup[];
  private readonly daysEach: number;

  /** Takes no more than `most` buckets; they are days where the days are no more. */
  constructor(fine: Iterable<FineGroup>, most: number) {
    this.dated = [...fine].filter(({ key }) => key.day);
    const days = this.dated.map(({ key }) => key.day!).sort();
    const [first, last] = [days[0], days.at(-1)];
    const count = first === undefined || last === undefined ? 0 : daysBetween(first, last) + 1;
    this.daysEach = Math.max(1, Math.ceil(count / most));
    this.buckets = Array.from({ length: Math.ceil(count / this.daysEach) }, (_, index) => {
      const from = addDays(first!, index * this.daysEach);
      return { from, to: addDays(from, this.daysEach - 1) };
    });
  }

  /** The metrics of each bucket, for each set of calls with one name; undefined where a set has no calls. */
  by(nameOf: (key: GroupKey) => string): Map<string, (MetricRow | undefined)[]> {
    const sets = new Map<string, { services: Set<string>; sums: (Metrics | undefined)[] }>();
    for (const { key, metrics } of this.dated) {
      const name = nameOf(key);
      const set = sets.get(name) ?? { services: new Set(), sums: this.buckets.map(() => undefined) };
      sets.set(name, set);
      set.services.add(key.service ?? GEMINI);
      const index = Math.floor(daysBetween(this.buckets[0]!.from, key.day!) / this.daysEach);
      set.sums[index] ??= new Metrics();
      set.sums[index].merge(metrics);
    }
    return new Map(
      [...sets].map(([name, { services, sums }]) => {
        // The dollars of several vendors are never added up: a mixed set has Gemini's.
        const [service = GEMINI] = services.size === 1 ? services : [];
        return [name, sums.map((sum) => sum?.toRow(service))];
      }),
    );
  }
}
