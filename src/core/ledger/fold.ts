import { type Money, MoneySum, ZERO } from '../pricing/money.ts';
import type { Charge } from '../pricing/price.ts';
import { addCost, type Line } from '../pricing/terms.ts';
import type { Calls } from './calls.ts';
import type { Cell } from './cells.ts';
import { category, MEASURES, Metrics } from './metrics.ts';

/** What was charged for one SKU at one price. */
export interface ChargeTotal {
  charge: Charge;
  quantity: number;
  cost: Money;
  /** Whether each call had an amount of its own, so that there is no price of a unit. */
  isByAmount: boolean;
}

/** The calls of one cell, added up. */
export interface CellTotal {
  cell: Cell;
  metrics: Metrics;
}

/** All that a table of calls comes to. */
export interface Fold {
  cells: CellTotal[];
  charges: Map<string, ChargeTotal>;
  /** Reasons with the number of calls they hold for. */
  unpriced: Map<string, number>;
  estimates: Map<string, number>;
  notes: Map<string, number>;
}

/** What is said of a record with the calls of an aggregate. */
export const SEVERAL_CALLS = 'a record may stand for several calls';

/** Adds up the rows of a cell as numbers; money is exact. */
class CellSum {
  readonly cell: Cell;
  records = 0;
  readonly measured = new Float64Array(MEASURES.length);
  readonly quantities: Float64Array;
  readonly costs: MoneySum[];

  constructor(cell: Cell) {
    this.cell = cell;
    this.quantities = new Float64Array(cell.terms.lines.length);
    this.costs = cell.terms.lines.map(() => new MoneySum());
  }

  add(numbers: Float64Array, start: number): void {
    const { cell, measured, quantities, costs } = this;
    const { measures } = cell;
    const { lines } = cell.terms;
    this.records++;
    let at = start;
    for (let index = 0; index < measures.length; index++) measured[measures[index]!]! += numbers[at++]!;
    for (let index = 0; index < lines.length; index++) {
      quantities[index]! += numbers[at]!;
      at = addCost(lines[index]!, numbers, at, costs[index]!);
    }
  }
}

/** Adds up a table of calls: its rows by cell, and then what the cells are charged, once each. */
export function fold(calls: Calls, cells: readonly Cell[]): Fold {
  const sums = cells.map((cell) => new CellSum(cell));
  calls.each(
    (cell) => cells[cell]!.width,
    (cell, numbers, at) => sums[cell]!.add(numbers, at),
  );
  const folded: Fold = {
    cells: [],
    charges: new Map(),
    unpriced: new Map(),
    estimates: new Map(),
    notes: new Map(),
  };
  // A cell without rows: all its calls turned out to be in others.
  for (const sum of sums) if (sum.records > 0) addCell(sum, folded);
  return folded;
}

function addCell(sum: CellSum, folded: Fold): void {
  const { cell, records, measured, quantities, costs } = sum;
  const { terms } = cell;
  const metrics = new Metrics();
  metrics.addCalls(
    cell,
    measured,
    costs.reduce((total, { total: cost }) => total + cost, ZERO),
  );
  folded.cells.push({ cell, metrics });
  terms.lines.forEach((line, index) => {
    addCharge(folded.charges, line, quantities[index]!, costs[index]!.total);
  });
  const counted = cell.isAggregate ? records : measured[0]!;
  if (cell.isAggregate) tally(folded.notes, SEVERAL_CALLS, records);
  if (terms.status === 'unpriced') {
    if (category(cell) !== 'failed') tally(folded.unpriced, terms.reason, counted);
    return;
  }
  for (const reason of new Set(terms.estimates)) tally(folded.estimates, reason, counted);
  for (const note of new Set(terms.notes)) tally(folded.notes, note, counted);
}

function addCharge(charges: Map<string, ChargeTotal>, line: Line, quantity: number, cost: Money): void {
  const { meter, skuPriceId, unit, listUnitPrice, isByAmount } = line;
  const key = `${skuPriceId} ${listUnitPrice}`;
  const known = charges.get(key);
  if (known) {
    known.quantity += quantity;
    known.cost += cost;
    return;
  }
  const charge: Charge = { meter, count: 0, skuPriceId, pricingUnit: unit.name, listUnitPrice, listCost: ZERO };
  if (line.assumption !== undefined) charge.assumption = line.assumption;
  charges.set(key, { charge, quantity, cost, isByAmount });
}

export function tally(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
