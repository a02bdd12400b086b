import { IdTable } from './id-table.ts';
import type { Cell, ChargeLine, CountedCall } from './ledger/ledger.ts';
import { ZERO } from './pricing/money.ts';
import type { Charge, PricedEvent, PricedUsage } from './pricing/price.ts';
import { type PickedCounts, Tape } from './tape.ts';
import { imageCount, type Status, type Usage, type UsageEvent } from './usage/event.ts';

/** The hashes of an id as `IdTable` makes them, before they are finished with those of a service. */
export interface HashedId {
  one: number;
  two: number;
}

/** Whether a call was not known, or known as the very same. */
export type Kept = 'new' | 'again';

/** The plain numbers of a usage that a ledger counts. */
const COUNTS = [
  'inputTokens',
  'outputTokens',
  'cacheReadInputTokens',
  'reasoningOutputTokens',
  'toolUseInputTokens',
  'audioSeconds',
  'songs',
  'searchQueries',
  'characters',
  'credits',
] as const satisfies (keyof Usage)[];

const STATUSES: readonly Status[] = ['ok', 'failed', 'incomplete'];

// What a call has, as bits of its first number; the lowest two are its status.
const PRICED = 1 << 2;
const RETRY = 1 << 3;
const CALLS = 1 << 4;
const DURATION = 1 << 5;
const CREDITS = 1 << 6;
const COST = 1 << 7;
const USAGE = 1 << 8;
const IMAGES = 1 << 9;
const VIDEO = 1 << 10;
/** Every charge costs its count times the unit of its line, and the call costs their sum. */
const BY_UNIT = 1 << 11;
const FIRST_COUNT = 1 << 12;
/** Instead of all others: the call is kept as it is, or as a form and the counts that it is filled with. */
const UNUSUAL = 3;
const FORMED = 7;

const MOST_CHARGES = 100;
/** Which number is the index of the cell. */
const CELL = 1;

/**
 * The calls that a ledger counted, so that a fuller record of one can take its place. A call is kept as the numbers that
 * count, in about fifteen bytes, where its event would take two thousand.
 */
export class CountedCalls {
  private readonly ids = new IdTable();
  private readonly tape = new Tape();
  private readonly cells: readonly Cell[];
  private readonly lines: readonly ChargeLine[];
  private readonly words = new Words();
  private readonly unusual: CountedCall[] = [];
  private readonly numbers: number[] = [];
  private readonly forms: Form[] = [];

  /** The calls refer to these lists, which only grow, by index. */
  constructor(cells: readonly Cell[], lines: readonly ChargeLine[]) {
    this.cells = cells;
    this.lines = lines;
  }

  /** Finds the call with an id. To be asked before `keep`. */
  find(service: string, id: string): CountedCall | undefined {
    const position = this.ids.find(service, id);
    return position === undefined ? undefined : this.readCall(position);
  }

  /** Keeps a call under the id that was looked for last. */
  keep(call: CountedCall): void {
    if (!this.encode(call)) {
      this.replaceNumbers(UNUSUAL, this.unusual.length);
      this.unusual.push(call);
    }
    this.ids.set(this.tape.append(this.numbers));
  }

  /** The numbers that tell a call; undefined where it cannot be told in numbers. */
  numbersOf(call: CountedCall): number[] | undefined {
    return this.encode(call) ? [...this.numbers] : undefined;
  }

  /** The index of a form for calls of a cell. */
  formOf({ constants, slopes }: Form, { index }: Cell): number {
    return this.forms.push({ constants: constants.with(CELL, index), slopes }) - 1;
  }

  has(service: string, id: HashedId | string): boolean {
    return this.positionOf(service, id) !== undefined;
  }

  private positionOf(service: string, id: HashedId | string): number | undefined {
    return typeof id === 'string' ? this.ids.find(service, id) : this.ids.findHashed(service, id.one, id.two);
  }

  /** Keeps a call as a form and its counts, which are small and whole. False where there is another of that id. */
  keepFormed(service: string, id: HashedId | string, form: number, counts: PickedCounts): Kept | false {
    const position = this.positionOf(service, id);
    if (position !== undefined) return this.tape.hasCounts(position, FORMED, form, counts) ? 'again' : false;
    this.ids.set(this.tape.appendCounts(FORMED, form, counts));
    return 'new';
  }

  /** Forgets a call that was kept as a form. */
  forgetFormed(service: string, { one, two }: HashedId): void {
    this.ids.findHashed(service, one, two);
    this.ids.unset();
  }

  private replaceNumbers(...numbers: number[]): void {
    this.numbers.splice(0, this.numbers.length, ...numbers);
  }

  /** Whether the call could be told in numbers. */
  private encode({ priced, cell, lines }: CountedCall): boolean {
    const { numbers } = this;
    const { event } = priced;
    numbers.length = 0;
    numbers.push(0, cell.index, this.words.indexOf(priced));
    let flags = STATUSES.indexOf(event.status);
    if (flags < 0 || lines.length > MOST_CHARGES) return false;
    if ((event.attempt ?? 1) > 1) flags |= RETRY;
    if (event.calls !== undefined) {
      flags |= CALLS;
      numbers.push(event.calls);
    }
    if (event.durationMs !== undefined) {
      flags |= DURATION;
      numbers.push(event.durationMs);
    }
    if (event.usage) flags |= USAGE | this.encodeUsage(event.usage);
    if (priced.status === 'unpriced') return this.finish(flags);
    flags |= PRICED;
    if (priced.credits !== undefined) {
      flags |= CREDITS;
      numbers.push(priced.credits);
    }
    if (isByUnit(priced, lines)) flags |= BY_UNIT;
    else if (priced.cost !== undefined) {
      flags |= COST;
      numbers.push(Number(priced.cost));
    }
    numbers.push(lines.length);
    for (let i = 0; i < lines.length; i++) {
      const charge = priced.charges[i]!;
      numbers.push(lines[i]!.index, charge.count);
      if ((flags & BY_UNIT) === 0) numbers.push(Number(charge.listCost));
    }
    return this.finish(flags);
  }

  private encodeUsage(usage: Usage): number {
    const { numbers } = this;
    let flags = 0;
    for (let i = 0, bit = FIRST_COUNT; i < COUNTS.length; i++, bit *= 2) {
      const count = usage[COUNTS[i]!];
      if (count === undefined) continue;
      flags |= bit;
      numbers.push(count);
    }
    if (usage.images) {
      flags |= IMAGES;
      numbers.push(imageCount(usage));
    }
    if (usage.video) {
      flags |= VIDEO;
      numbers.push(usage.video.reduce((sum, { seconds }) => sum + seconds, 0));
    }
    return flags;
  }

  /** Money beyond what a number holds exactly, and counts that are none, cannot be told in numbers. */
  private finish(flags: number): boolean {
    this.numbers[0] = flags;
    for (const number of this.numbers) if (!(number < Number.MAX_SAFE_INTEGER)) return false;
    return true;
  }

  private readCall(position: number): CountedCall {
    const next = this.tape.read(position);
    const flags = next();
    if (flags === UNUSUAL) return this.unusual[next()]!;
    if (flags !== FORMED) return this.decode(flags, next);
    const filled = fill(this.forms[next()]!, next);
    return this.decode(filled(), filled);
  }

  private decode(flags: number, next: () => number): CountedCall {
    const has = (flag: number) => (flags & flag) !== 0;
    const cell = this.cells[next()]!;
    const words = next();
    const event: UsageEvent = {
      id: '',
      operation: '',
      service: cell.service,
      status: STATUSES[flags % 4]!,
      ...(has(RETRY) ? { attempt: 2 } : {}),
      ...(has(CALLS) ? { calls: next() } : {}),
      ...(has(DURATION) ? { durationMs: next() } : {}),
      ...(has(USAGE) ? { usage: readUsage(flags, next) } : {}),
    };
    const { model } = cell;
    if (!has(PRICED))
      return { priced: { status: 'unpriced', event, model, reason: this.words.reason(words) }, cell, lines: [] };
    const credits = has(CREDITS) ? { credits: next() } : {};
    const told = has(COST) ? BigInt(next()) : undefined;
    const charged = Array.from({ length: next() }, () => this.readCharge(next, has(BY_UNIT)));
    const charges = charged.map(({ charge }) => charge);
    const cost = has(BY_UNIT) ? charges.reduce((sum, { listCost }) => sum + listCost, ZERO) : told;
    const priced: PricedEvent = {
      status: 'priced',
      event,
      model,
      charges,
      cost,
      ...credits,
      ...this.words.remarks(words),
    };
    return { priced, cell, lines: charged.map(({ line }) => line) };
  }

  private readCharge(next: () => number, isByUnit: boolean): { line: ChargeLine; charge: Charge } {
    const line = this.lines[next()]!;
    const count = next();
    const listCost = BigInt(isByUnit ? count * line.unitCost : next());
    return { line, charge: { ...line.charge, count, listCost } };
  }
}

/** The numbers of a call as a constant each, and one multiple for each count. */
export interface Form {
  constants: readonly number[];
  slopes: readonly (readonly number[])[];
}

/** A reader of the numbers of a form, with counts read from `next`. */
function fill({ constants, slopes }: Form, next: () => number): () => number {
  const counts = (slopes[0] ?? []).map(() => next());
  const numbers = constants.map((constant, at) =>
    slopes[at]!.reduce((sum, slope, count) => sum + slope * counts[count]!, constant),
  );
  let at = 0;
  return () => numbers[at++]!;
}

function isByUnit(priced: PricedUsage, lines: readonly ChargeLine[]): boolean {
  let sum = 0;
  for (let i = 0; i < lines.length; i++) {
    const { count, listCost } = priced.charges[i]!;
    const cost = count * lines[i]!.unitCost;
    if (cost !== Number(listCost)) return false;
    sum += cost;
  }
  return priced.cost !== undefined && Number(priced.cost) === sum && sum < Number.MAX_SAFE_INTEGER;
}

function readUsage(flags: number, next: () => number): Usage {
  const usage: Usage = {};
  for (const [index, name] of COUNTS.entries()) if (flags & (FIRST_COUNT << index)) usage[name] = next();
  if (flags & IMAGES) usage.images = [{ count: next() }];
  if (flags & VIDEO) usage.video = [{ resolution: '', audio: false, seconds: next() }];
  return usage;
}

/** What is said of calls, each saying once: the reason of an unpriced call, the estimates and notes of a priced one. */
class Words {
  private readonly sayings: { reason: string; estimates: string[]; notes: string[] }[] = [
    { reason: '', estimates: [], notes: [] },
  ];
  private readonly indexes = new Map<string, number>();

  indexOf(priced: PricedEvent): number {
    const isPriced = priced.status === 'priced';
    if (isPriced && priced.estimates.length === 0 && priced.notes.length === 0) return 0;
    const reason = isPriced ? '' : priced.reason;
    const { estimates, notes } = isPriced ? priced : { estimates: [], notes: [] };
    const text = JSON.stringify([reason, estimates, notes]);
    let index = this.indexes.get(text);
    if (index === undefined) {
      index = this.sayings.push({ reason, estimates, notes }) - 1;
      this.indexes.set(text, index);
    }
    return index;
  }

  reason(index: number): string {
    return this.sayings[index]!.reason;
  }

  remarks(index: number): { estimates: string[]; notes: string[] } {
    const { estimates, notes } = this.sayings[index]!;
    return { estimates, notes };
  }
}
