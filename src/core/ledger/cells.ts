import type { PricedEvent } from '../pricing/price.ts';
import { type Dimension, modelName } from '../usage/dimension.ts';
import type { Cell } from './ledger.ts';
import { Metrics } from './metrics.ts';

type Value = string | undefined;

/** One level for each value that cells are told apart by. */
interface Level {
  below: Map<Value, Level>;
  cell: Cell | undefined;
}

/** The cells of a ledger, found by a step for each value: joining the values to a text would cost more than all else. */
export class Cells {
  /** In order of first appearance. */
  readonly all: Cell[] = [];
  private readonly root = level();

  of(priced: PricedEvent, dimensions: readonly Dimension[]): Cell {
    const { service, voice } = priced.event;
    const model = modelName(priced) ?? 'unknown';
    let end = step(step(step(this.root, service), model), voice);
    for (const dimension of dimensions) end = step(end, dimension.valueOf(priced));
    end.cell ??= this.make(service, model, voice, group(priced, dimensions));
    return end.cell;
  }

  private make(service: string, model: string, voice: Value, group: Cell['group']): Cell {
    const cell = { index: this.all.length, service, model, voice, group, metrics: new Metrics() };
    this.all.push(cell);
    return cell;
  }
}

function level(): Level {
  return { below: new Map(), cell: undefined };
}

function step(from: Level, value: Value): Level {
  let next = from.below.get(value);
  if (!next) {
    next = level();
    from.below.set(value, next);
  }
  return next;
}

function group(priced: PricedEvent, dimensions: readonly Dimension[]): Cell['group'] {
  return Object.fromEntries(dimensions.map((by) => [by.name, by.valueOf(priced) ?? null]));
}
