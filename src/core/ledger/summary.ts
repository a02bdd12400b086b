import type { BudgetRow } from '../budget/row.ts';
import type { Diagnostic } from '../errors.ts';
import type { PriceBook } from '../pricing/book/book.ts';
import { toNumber } from '../pricing/money.ts';
import { type QuotaChange, type QuotaRow, quotaRow } from '../quota/quota.ts';
import type { WhatIfSummary } from '../what-if/compare.ts';
import { type Arrangement, arrange, type GroupKey, type GroupNode, rowOf } from './grouping.ts';
import { type Ledger, MIXED } from './ledger.ts';
import { type MetricRow, tidyCount } from './metrics.ts';
import type { PreviousPeriod } from './previous.ts';

/** What every output shows and `--json` prints: one shape for `run`, `report` and the library. */
export interface Summary {
  schemaVersion: 1;
  /** `recorded`: the books that own sessions were priced by when they were recorded, oldest first. */
  priceBook: { version: string; overrides: number; recorded?: readonly string[] };
  /** Whether any call is missing from the dollars: the total is then a lower bound. */
  incomplete: boolean;
  session?: SessionInfo;
  /** The ElevenLabs account around a run, where its key is in the environment. */
  quota?: QuotaRow;
  /** Set where the dollars are not what was charged, but what would have been. */
  whatIf?: WhatIfSummary;
  period: { from: string | null; to: string | null; timezone: string };
  totals: MetricRow;
  byService: ({ service: string } & MetricRow)[];
  byModel: ({ service: string; model: string } & MetricRow)[];
  byVoice: ({ service: string; voice: string } & MetricRow)[];
  /** The innermost groups of `--by`; they add up to the totals. */
  groups: GroupRow[];
  /** The groups around them, where there are several levels. Their keys hold the outer names only. */
  subtotals: ({ key: GroupKey } & MetricRow)[];
  charges: ChargeRow[];
  /** In a report of the own history since a day: the days before it. */
  previous?: PreviousPeriod;
  /** Why calls have no price, are estimates, or need a word, with the number of calls each. */
  reasons: { unpriced: Reason[]; estimated: Reason[]; notes: Reason[] };
  diagnostics: { records: number; duplicates: number; skipped: number; problems: Diagnostic[] };
  /** The budgets that held for a run, with what all sessions of the machine had spent of them at its end. */
  budgets?: BudgetRow[];
}

export interface SessionInfo {
  id: string;
  startedAt: string;
  endedAt?: string;
  command: string[];
  exitCode?: number;
  signal?: string;
  /** Sentences about what could not be watched. */
  unwatched?: string[];
}

export interface GroupRow extends MetricRow {
  key: GroupKey;
  /** Set where the row sums up this many groups that `--top` left out; the key then holds the outer names only. */
  others?: number;
  /** With `--breakdown`. */
  models?: ({ service: string; model: string } & MetricRow)[];
}

export interface ChargeRow {
  sku: string;
  meter: string;
  quantity: number;
  unit: string;
  /** Null where each call has an amount of its own, as its log recorded it. */
  unitPriceUsd: number | null;
  costUsd: number;
}

export interface Reason {
  reason: string;
  calls: number;
}

export interface SummaryContext {
  book: PriceBook;
  timezone: string;
  session?: SessionInfo;
  quota?: QuotaChange | undefined;
  budgets?: BudgetRow[];
  previous?: PreviousPeriod;
  recorded?: readonly string[];
  /** How to nest, sort and cut the groups; every grouping of the ledger in its order unless told. */
  arrangement?: Arrangement;
}

/** The ledger as plain data. Money becomes a number here, and only here. */
export function summarize(ledger: Ledger, context: SummaryContext): Summary {
  const totals = ledger.totals.toRow(MIXED);
  const fine = [...ledger.groups.values()];
  const arrangement = context.arrangement ?? { by: Object.keys(fine[0]?.key ?? {}) };
  const nodes = arrange(fine, arrangement);
  return {
    schemaVersion: 1,
    priceBook: {
      version: context.book.version,
      overrides: context.book.overrides.length,
      ...(context.recorded ? { recorded: context.recorded } : {}),
    },
    incomplete: totals.unpriced > 0 || totals.incomplete > 0,
    ...(context.session ? { session: context.session } : {}),
    ...(context.quota ? { quota: quotaRow(context.quota) } : {}),
    period: { from: ledger.first ?? null, to: ledger.last ?? null, timezone: context.timezone },
    totals: { ...totals, costUsd: totals.costUsd ?? 0, costAccuracy: totals.costAccuracy ?? 'exact' },
    byService: rowsOf(ledger.byService, (key) => key.service),
    byModel: rowsOf(ledger.byModel, (key) => key.service).sort(byCost),
    byVoice: rowsOf(ledger.byVoice, (key) => key.service).sort((a, b) => b.characters - a.characters),
    groups: groupRows(nodes, arrangement),
    subtotals: subtotalRows(nodes, arrangement.by.length),
    charges: chargeRows(ledger),
    ...(context.previous ? { previous: context.previous } : {}),
    reasons: { unpriced: reasons(ledger.unpriced), estimated: reasons(ledger.estimates), notes: reasons(ledger.notes) },
    diagnostics: {
      records: totals.calls + ledger.duplicates + ledger.skipped,
      duplicates: ledger.duplicates,
      skipped: ledger.skipped,
      problems: ledger.problems,
    },
    ...(context.budgets?.length ? { budgets: context.budgets } : {}),
  };
}

function rowsOf<K extends object>(
  rows: Map<string, { key: K; metrics: { toRow(service: string): MetricRow } }>,
  serviceOf: (key: K) => string,
): (K & MetricRow)[] {
  return [...rows.values()].map(({ key, metrics }) => ({ ...key, ...metrics.toRow(serviceOf(key)) }));
}

function groupRows(nodes: GroupNode[], { by, breakdown }: Arrangement): GroupRow[] {
  const listsModels = breakdown === true && !by.includes('model');
  return leaves(nodes, by.length).map((node) => ({
    key: node.key,
    ...(node.others === undefined ? {} : { others: node.others }),
    ...rowOf(node),
    ...(listsModels && node.others === undefined ? { models: node.children.map(modelRow) } : {}),
  }));
}

function modelRow(node: GroupNode): { service: string; model: string } & MetricRow {
  return { service: node.key.service ?? 'unknown', model: node.key.model ?? 'unknown', ...rowOf(node) };
}

/** The nodes of the innermost level, and those that sum up what `--top` left out of any level. */
function leaves(nodes: GroupNode[], levels: number): GroupNode[] {
  return nodes.flatMap((node) =>
    levels <= 1 || node.others !== undefined ? [node] : leaves(node.children, levels - 1),
  );
}

function subtotalRows(nodes: GroupNode[], levels: number): ({ key: GroupKey } & MetricRow)[] {
  if (levels <= 1) return [];
  return nodes
    .filter((node) => node.others === undefined)
    .flatMap((node) => [{ key: node.key, ...rowOf(node) }, ...subtotalRows(node.children, levels - 1)]);
}

function chargeRows(ledger: Ledger): ChargeRow[] {
  return [...ledger.charges.values()]
    .map((total) => ({ ...total, quantity: tidyCount(total.quantity) }))
    .filter(({ quantity }) => quantity > 0)
    .map(({ charge, quantity, cost, isByAmount }) => ({
      sku: charge.skuPriceId,
      meter: charge.meter,
      quantity,
      unit: charge.pricingUnit,
      unitPriceUsd: isByAmount ? null : toNumber(charge.listUnitPrice),
      costUsd: toNumber(cost),
    }))
    .sort((a, b) => (a.sku < b.sku ? -1 : 1));
}

function reasons(counts: Map<string, number>): Reason[] {
  return [...counts]
    .filter(([, calls]) => calls > 0)
    .map(([reason, calls]) => ({ reason, calls }))
    .sort((a, b) => b.calls - a.calls);
}

function byCost(a: MetricRow, b: MetricRow): number {
  return (b.costUsd ?? -1) - (a.costUsd ?? -1) || b.calls - a.calls;
}
