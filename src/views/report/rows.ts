import { type GroupKey, keyId } from '../../core/ledger/grouping.ts';
import type { MetricRow } from '../../core/ledger/metrics.ts';
import type { Summary } from '../../core/ledger/summary.ts';
import { formatCount } from '../terminal/format.ts';

/** A row of a report in the order of reading: each level under the one it is part of. */
export interface TreeRow {
  /** 0 for the outermost level. */
  depth: number;
  /** The value of the row's own grouping, `(none)`, or undefined for a row of `others`. */
  name: string | undefined;
  /** The name, or `3 others`. Not yet safe to show. */
  text: string;
  /** What the calls of this row have in common. */
  key: GroupKey;
  row: MetricRow;
  /** Whether no row of the same level follows under the same parent. */
  isLast: boolean;
}

/** What a report lists: the groups of `--by` with their subtotals and models, else the models of each service. */
export function treeRows(summary: Summary, by: readonly string[]): TreeRow[] {
  const rows = by.length > 0 ? groupTree(summary, by) : serviceTree(summary);
  return withEnds(rows);
}

type OpenRow = Omit<TreeRow, 'isLast'>;

function serviceTree(summary: Summary): OpenRow[] {
  return summary.byService.flatMap(({ service, ...row }) => [
    rowFor({ service }, 'service', 0, row),
    ...summary.byModel
      .filter((model) => model.service === service)
      .map(({ service: _, model, ...metrics }) => rowFor({ service, model }, 'model', 1, metrics)),
  ]);
}

/** Groups come in the order of their tree, so a row of an outer level is due where its part of the key changes. */
function groupTree({ groups, subtotals }: Summary, by: readonly string[]): OpenRow[] {
  const outer = new Map(subtotals.map((subtotal) => [idOf(subtotal.key), subtotal]));
  const rows: OpenRow[] = [];
  let open: string[] = [];
  for (const group of groups) {
    const { key, others, models } = group;
    const path = by.slice(0, others === undefined ? by.length - 1 : Object.keys(key).length);
    const ids = path.map((_, depth) => keyId(key, by.slice(0, depth + 1)));
    for (let depth = ids.findIndex((id, index) => id !== open[index]); depth >= 0 && depth < path.length; depth++) {
      const outerKey = pick(key, by.slice(0, depth + 1));
      rows.push(rowFor(outerKey, by[depth]!, depth, outer.get(idOf(outerKey)) ?? group));
    }
    open = ids;
    if (others === undefined) rows.push(rowFor(key, by.at(-1)!, path.length, group));
    else rows.push({ depth: path.length, name: undefined, text: othersText(others), key, row: group });
    for (const { service, model, ...row } of models ?? [])
      rows.push(rowFor({ ...key, service, model }, 'model', by.length, row));
  }
  return rows;
}

function rowFor(key: GroupKey, own: string, depth: number, row: MetricRow): OpenRow {
  const name = key[own] ?? '(none)';
  return { depth, name, text: name, key, row };
}

function othersText(count: number): string {
  return count === 1 ? '1 other' : `${formatCount(count)} others`;
}

function pick(key: GroupKey, names: readonly string[]): GroupKey {
  return Object.fromEntries(names.map((name) => [name, key[name] ?? null]));
}

function idOf(key: GroupKey): string {
  return keyId(key, Object.keys(key));
}

/** From the last row up: a row is the last of its level when none of it has come since one of a level around it. */
function withEnds(rows: readonly OpenRow[]): TreeRow[] {
  const later: boolean[] = [];
  const ended: TreeRow[] = [];
  for (const row of [...rows].reverse()) {
    ended.push({ ...row, isLast: later[row.depth] !== true });
    later.length = row.depth;
    later[row.depth] = true;
  }
  return ended.reverse();
}

/** `Day / Model` */
export function treeTitle(by: readonly string[], hasModels: boolean): string {
  const names = by.length > 0 ? by : ['service', 'model'];
  return [...names.map(titleOf), ...(by.length > 0 && hasModels ? ['Model'] : [])].join(' / ');
}

/** `label:phase` is `Phase`. */
export function titleOf(name: string): string {
  const bare = name.replace(/^label:/, '');
  return bare.charAt(0).toUpperCase() + bare.slice(1);
}
