import type { Diagnostic } from '../errors.ts';
import type { PricedEvent } from '../pricing/price.ts';
import { callOf, KnownTerms, type PricedCall } from '../pricing/terms.ts';
import type { Dimension } from '../usage/dimension.ts';
import { GEMINI, type UsageEvent } from '../usage/event.ts';
import { weightOf } from '../usage/same-call.ts';
import { type CallRows, Calls, rowsWithoutId, WITHOUT_ID, weightIn } from './calls.ts';
import { type Cell, Cells } from './cells.ts';
import { type ChargeTotal, type Fold, fold } from './fold.ts';
import type { GroupKey } from './grouping.ts';
import { MEASURES, type Metrics, measure, sumOf } from './metrics.ts';

/** Rows of one kind, by key, in order of first appearance. */
type Rows<K> = Map<string, { key: K; metrics: Metrics }>;

/** How many problems are kept for display; the count is exact beyond that. */
const KEPT_PROBLEMS = 100;

/** What a ledger counted. `ids` is the table of `CallIds`. */
export interface LedgerState extends CallRows {
  problems: readonly Diagnostic[];
  duplicates: number;
  skipped: number;
  first: string | undefined;
  last: string | undefined;
  ids: Int32Array;
  cells: readonly Cell[];
}

/**
 * The calls of a run or a log: a table with one row a call, added up when a total is asked for. The order of events does
 * not matter.
 */
export class Ledger {
  readonly problems: Diagnostic[] = [];
  duplicates = 0;
  skipped = 0;
  first: string | undefined;
  last: string | undefined;
  private readonly cells: Cells;
  private readonly isGrouped: boolean;
  private readonly calls = new Calls();
  private readonly terms = new KnownTerms();
  /** The rows of calls that are still running, by the keys of the caller. */
  private readonly running = new Map<string, number>();
  private readonly remarks = new Map<string, number>();
  private folded: Fold | undefined;

  constructor(dimensions: readonly Dimension[] = []) {
    this.cells = new Cells(dimensions);
    this.isGrouped = dimensions.length > 0;
  }

  /** Counts a call. Of two events of one service with one id, the one with more tokens is the call and the other a duplicate. */
  add(priced: PricedEvent): void {
    const { event } = priced;
    const { ids } = this.calls;
    if (event.isPlace && !event.ids) {
      this.addRow(callOf(priced, this.terms), WITHOUT_ID);
      return;
    }
    const known = ids.find(event.service, event.id);
    const weight = weightOf(priced);
    if (known !== -1) {
      this.duplicates++;
      if (weight <= this.calls.weightOf(known)) return;
    }
    const row = this.addRow(callOf(priced, this.terms), weight, known === -1 ? undefined : known);
    ids.set(row);
    if (event.ids) this.addAggregate(event, row);
  }

  /** All that was counted, as plain data that another thread can be given. */
  get state(): LedgerState {
    const { problems, duplicates, skipped, first, last, calls, cells } = this;
    const { pages, ends, ids } = calls;
    return { problems, duplicates, skipped, first, last, pages, ends, ids: ids.entries, cells: cells.all };
  }

  /** Counts what another ledger counted, as if its calls came now. Its groupings have to be the same. */
  merge(other: LedgerState): void {
    const after = this.cells.all.length;
    for (const cell of other.cells) this.cells.all.push({ ...cell, index: after + cell.index });
    this.duplicates += other.duplicates;
    this.skipped += other.skipped;
    for (const problem of other.problems) this.note(problem);
    this.widenPeriod(other.first);
    this.widenPeriod(other.last);
    const widthOf = (cell: number) => other.cells[cell]!.width;
    for (const row of rowsWithoutId(other, widthOf)) this.calls.copy(other, row, widthOf, after);
    const copied = new Map<number, number>();
    for (let at = 0; at < other.ids.length; at += 3) {
      if (other.ids[at + 2] === 0) continue;
      const row = (other.ids[at + 2]! >>> 0) - 1;
      const known = this.calls.ids.look(other.ids[at]!, other.ids[at + 1]!);
      const weight = weightIn(other, row);
      // Several ids lead to the row of an aggregate.
      const made = weight === Number.POSITIVE_INFINITY ? copied.get(row) : undefined;
      if (known !== -1 && made === undefined) this.duplicates++;
      if (known !== -1 && (made !== undefined || weight <= this.calls.weightOf(known))) continue;
      const put = made ?? this.calls.copy(other, row, widthOf, after, known === -1 ? undefined : known);
      if (weight === Number.POSITIVE_INFINITY) copied.set(row, put);
      // To copy a row leaves what was looked for as it is.
      this.calls.ids.set(put);
    }
    this.folded = undefined;
  }

  /** Replaces what is known of a running call. `key` is the caller's own: the id of a call may come with its answer. */
  update(key: string, priced: PricedEvent): void {
    const known = this.running.get(key);
    this.running.set(key, this.addRow(callOf(priced, this.terms), WITHOUT_ID, known));
  }

  /** Counts a record that is no call, with the reason. */
  skip(problem: Diagnostic): void {
    this.skipped++;
    this.note(problem);
  }

  /** Keeps a problem that is not a record of its own, such as a file that could not be opened. */
  note(problem: Diagnostic): void {
    if (this.problems.length < KEPT_PROBLEMS) this.problems.push(problem);
  }

  /** Says something of so many calls that is in none of their records. */
  addRemark(note: string, calls: number): void {
    this.remarks.set(note, calls);
  }

  get totals(): Metrics {
    return sumOf(this.fold.cells.map(({ metrics }) => metrics));
  }

  get byService(): Rows<{ service: string }> {
    return this.rows((cell) => [cell.service, { service: cell.service }]);
  }

  get byModel(): Rows<{ service: string; model: string }> {
    return this.rows(({ service, model }) => [`${service} ${model}`, { service, model }]);
  }

  get byVoice(): Rows<{ service: string; voice: string }> {
    return this.rows(({ service, voice }) => (voice ? [`${service} ${voice}`, { service, voice }] : undefined));
  }

  get groups(): Rows<GroupKey> {
    return this.rows(({ group }) => (this.isGrouped ? [JSON.stringify(group), group] : undefined));
  }

  get charges(): Map<string, ChargeTotal> {
    return this.fold.charges;
  }

  /** Reasons with the number of calls they hold for. */
  get unpriced(): Map<string, number> {
    return this.fold.unpriced;
  }

  get estimates(): Map<string, number> {
    return this.fold.estimates;
  }

  get notes(): Map<string, number> {
    return new Map([...this.fold.notes, ...this.remarks]);
  }

  /** Takes a time into the period. */
  widenPeriod(timestamp: string | undefined): void {
    if (timestamp === undefined) return;
    if (this.first === undefined || timestamp < this.first) this.first = timestamp;
    if (this.last === undefined || timestamp > this.last) this.last = timestamp;
  }

  private get fold(): Fold {
    this.folded ??= fold(this.calls, this.cells.all);
    return this.folded;
  }

  /** `instead` is the row that this one takes the place of. */
  private addRow(call: PricedCall, weight: number, instead?: number): number {
    const { event, amounts } = call;
    this.folded = undefined;
    this.widenPeriod(event.timestamp);
    if (event.lastTimestamp !== undefined) this.widenPeriod(event.lastTimestamp);
    const cell = this.cells.of(call, measure(call, measured));
    return this.calls.put(cell, weight, measured, amounts, instead);
  }

  /** Further records of the calls of an aggregate are duplicates, however full they are. */
  private addAggregate({ service, ids = [] }: UsageEvent, row: number): void {
    this.calls.seal(row);
    for (const id of ids) this.calls.ids.claim(service, id, row);
  }

  private rows<K>(rowOf: (cell: Cell) => [id: string, key: K] | undefined): Rows<K> {
    const found = new Map<string, { key: K; all: Metrics[] }>();
    for (const { cell, metrics } of this.fold.cells) {
      const [id, key] = rowOf(cell) ?? [];
      if (id === undefined || key === undefined) continue;
      const row = found.get(id);
      if (row) row.all.push(metrics);
      else found.set(id, { key, all: [metrics] });
    }
    return new Map([...found].map(([id, { key, all }]) => [id, { key, metrics: sumOf(all) }]));
  }
}

/** For the call at hand. */
const measured = new Float64Array(MEASURES.length);

/** Dollars of a mixed set are Gemini's. */
export const MIXED = GEMINI;
