import { arrange, type FineGroup, type GroupNode } from '../ledger/grouping.ts';
import type { CostAccuracy } from '../ledger/metrics.ts';
import { divide, type Money, ZERO } from '../pricing/money.ts';
import { GEMINI } from '../usage/event.ts';

/** How amounts are spread over units. Money in pico-dollars; characters and credits as they are. */
export interface Spread {
  /** Units that have any of it. */
  units: number;
  total: bigint;
  mean: bigint;
  median: bigint;
  least: bigint;
  most: bigint;
}

export interface UnitCost {
  name: string;
  calls: number;
  cost: Money;
  accuracy: CostAccuracy;
}

/** What one unit of work costs, such as a panel: the calls that share one value of a grouping. */
export interface UnitInsight {
  /** The grouping: `label:panel`. */
  by: string;
  units: number;
  /** Calls that belong to a unit. */
  calls: number;
  /** Of units with Gemini calls; undefined where there is none. */
  cost: Spread | undefined;
  accuracy: CostAccuracy | null;
  characters: Spread | undefined;
  credits: Spread | undefined;
  dearest: UnitCost[];
  /** Calls that have no such value: they are in none of the above. */
  without: { calls: number; cost: Money; accuracy: CostAccuracy | null };
}

const NAMED = 3;

/** Sums up the units of one grouping. The groups are those of a ledger that grouped by it, among others. */
export function unitInsight(by: string, groups: Iterable<FineGroup>): UnitInsight {
  const nodes = arrange(groups, { by: [by] });
  const units = nodes.filter(({ key }) => key[by] !== null);
  const without = nodes.find(({ key }) => key[by] === null);
  const costs = units.flatMap((unit) => costOf(unit, by));
  const spoken = units.filter(({ metrics }) => metrics.counts.characters > 0 || metrics.counts.credits > 0);
  return {
    by,
    units: units.length,
    calls: units.reduce((sum, { metrics }) => sum + metrics.counts.calls, 0),
    cost: spreadOf(costs.map(({ cost }) => cost)),
    accuracy: worst(costs.map(({ accuracy }) => accuracy)),
    characters: spreadOf(spoken.map(({ metrics }) => whole(metrics.counts.characters))),
    credits: spreadOf(spoken.map(({ metrics }) => whole(metrics.counts.credits))),
    dearest: [...costs].sort(byCost).slice(0, NAMED),
    without: {
      calls: without?.metrics.counts.calls ?? 0,
      cost: without?.metrics.cost(GEMINI) ?? ZERO,
      accuracy: without?.metrics.toRow(GEMINI).costAccuracy ?? null,
    },
  };
}

function costOf({ key, metrics }: GroupNode, by: string): UnitCost[] {
  const cost = metrics.cost(GEMINI);
  if (cost === undefined) return [];
  return [
    {
      name: key[by]!,
      calls: metrics.counts.calls,
      cost,
      accuracy: metrics.toRow(GEMINI).costAccuracy ?? 'exact',
    },
  ];
}

/** The dearest first; those of one cost by name. */
function byCost(a: UnitCost, b: UnitCost): number {
  if (a.cost !== b.cost) return a.cost > b.cost ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}

/** Mean, middle and ends of some amounts, exact but for one rounding of mean and median each. */
export function spreadOf(amounts: readonly bigint[]): Spread | undefined {
  const sorted = [...amounts].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const [least] = sorted;
  const most = sorted.at(-1);
  if (least === undefined || most === undefined) return undefined;
  const total = sorted.reduce((sum, amount) => sum + amount, ZERO);
  const half = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 === 1 ? sorted[half]! : divide(sorted[half - 1]! + sorted[half]!, 2);
  return { units: sorted.length, total, mean: divide(total, sorted.length), median, least, most };
}

/** Counts of characters and credits, which may hold an estimate of half a credit. */
export function whole(count: number): bigint {
  return BigInt(Math.round(count));
}

/** How far a figure made of several can be trusted. */
export function worst(accuracies: readonly CostAccuracy[]): CostAccuracy | null {
  const order: CostAccuracy[] = ['lower-bound', 'estimated', 'exact'];
  return order.find((accuracy) => accuracies.includes(accuracy)) ?? null;
}
