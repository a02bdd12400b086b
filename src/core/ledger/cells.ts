import type { PricedCall, Terms } from '../pricing/terms.ts';
import { Trie } from '../trie.ts';
import type { Dimension } from '../usage/dimension.ts';
import type { RowForm } from './calls.ts';
import type { GroupKey } from './grouping.ts';
import { type CallKind, kindOf, MEASURES } from './metrics.ts';

/** Calls that agree in all that a ledger tells apart: they differ in the numbers of their rows alone. */
export interface Cell extends CallKind, RowForm {
  terms: Terms;
  model: string;
  voice: string | undefined;
  /** The value of each grouping, null where a call has none. */
  group: GroupKey;
  /** Whether its records may each stand for several calls that the log does not tell apart. */
  isAggregate: boolean;
}

/** The cells of a ledger. */
export class Cells {
  /** In order of first appearance. */
  readonly all: Cell[] = [];
  private readonly root = new Trie<Cell>();
  private readonly dimensions: readonly Dimension[];

  constructor(dimensions: readonly Dimension[]) {
    this.dimensions = dimensions;
  }

  /** The cell of a call of which these were measured. */
  of(call: PricedCall, measured: number): Cell {
    const { event, terms } = call;
    const isAggregate = (event.calls ?? 1) > 1 && !event.ids;
    const bits = (isAggregate ? 8 : 0) | ((event.attempt ?? 1) > 1 ? 4 : 0) | STATUSES[event.status];
    const flags = (bits << 2) | (event.durationMs === undefined ? 0 : 2) | (event.voice === undefined ? 0 : 1);
    let place = this.root.step(terms).step(measured | (flags << MEASURES.length));
    const model = terms.model ?? event.responseModel ?? event.requestModel;
    if (event.voice !== undefined) place = place.step(event.voice);
    if (terms.model === undefined) place = place.step(model);
    for (const dimension of this.dimensions) place = place.step(dimension.valueOf(call as never));
    place.value ??= this.make(call, measured, model ?? 'unknown', isAggregate);
    return place.value;
  }

  private make(call: PricedCall, measured: number, model: string, isAggregate: boolean): Cell {
    const { event, terms } = call;
    const measures = [...MEASURES.keys()].filter((index) => (measured & (1 << index)) !== 0);
    const cell: Cell = {
      ...kindOf(event, terms),
      index: this.all.length,
      terms,
      model,
      voice: event.voice,
      group: Object.fromEntries(this.dimensions.map((by) => [by.name, by.valueOf(call as never) ?? null])),
      isAggregate,
      measures,
      width: measures.length + call.amounts.length,
    };
    this.all.push(cell);
    return cell;
  }
}

const STATUSES = { ok: 0, failed: 1, incomplete: 2 } as const;
