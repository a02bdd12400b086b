import { type Money, moneyFromNumber, parseMoney, ZERO } from '../pricing/money.ts';
import type { CallCharge, CallRow } from './call-row.ts';
import { type FocusRow, focusRow, type Line, type Sums, tagsOf } from './focus-row.ts';

/** Adds up calls into FOCUS rows. `today` is the day of calls without a time, by whose prices they were charged. */
export function focusRows(calls: Iterable<CallRow>, today: string): FocusRow[] {
  const rows = new Map<string, { line: Line; sums: Sums }>();
  for (const call of calls) {
    for (const { line, sums } of linesOf(call, today)) {
      const id = idOf(line);
      const known = rows.get(id);
      if (known) known.sums = added(known.sums, sums);
      else rows.set(id, { line, sums });
    }
  }
  return [...rows.values()].map(({ line, sums }) => focusRow(line, sums));
}

/** The charges of a call; what has no charge but was used is a row that costs nothing and says why. */
function linesOf(call: CallRow, today: string): { line: Line; sums: Sums }[] {
  const day = call.timestamp?.slice(0, 10) ?? today;
  const { calls, characters, credits } = call.counts;
  const line = (meter: string, unit: string, charge?: CallCharge): Line => ({
    day,
    call,
    meter,
    unit,
    sku: charge?.sku ?? null,
    unitPriceUsd: charge?.unitPriceUsd ?? null,
  });
  const sums = (count: number, cost: Money = ZERO): Sums => ({
    quantity: moneyFromNumber(count) ?? ZERO,
    cost,
    calls,
    characters,
  });
  if (call.unpriced !== undefined) return [{ line: line('calls', 'call'), sums: sums(calls) }];
  if (credits > 0) return [{ line: line('credits', 'credit'), sums: sums(credits) }];
  return call.charges.map((charge) => ({
    line: line(charge.meter, charge.unit, charge),
    sums: sums(charge.quantity, parseMoney(charge.costUsd)),
  }));
}

function idOf({ day, call, sku, meter, unitPriceUsd }: Line): string {
  const { service, model, tier, platform, location, unpriced, estimates } = call;
  return JSON.stringify([
    [day, sku, meter, unitPriceUsd, service, model, tier, platform, location, unpriced, estimates],
    tagsOf(call),
  ]);
}

function added(a: Sums, b: Sums): Sums {
  return {
    quantity: a.quantity + b.quantity,
    cost: a.cost + b.cost,
    calls: a.calls + b.calls,
    characters: a.characters + b.characters,
  };
}
