// What a log adds up to, kept while it is written: the report has to come to the same.
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

export const PRICING = resolve(import.meta.dirname, '../../../pricing');
const PICO_DIGITS = 12;
/** A day of the time in which all calls with a time are. */
const SOME_DAY = '2026-09-15';

/**
 * A call is `{ input, output }` in tokens, what it is `billed` for as `[meter, count]`, its `model`, `tier` and whether it
 * has a time (`dated`); or, where it has no model, what its log says it cost, in micro-dollars (`recorded`).
 */
export class Sums {
  constructor({ calls = 0, input = 0, output = 0, recorded = 0, billed = {} } = {}) {
    Object.assign(this, { calls, input, output, recorded, billed });
  }

  add(call) {
    this.count(call, 1);
  }

  /** A fuller record of a call that was added. */
  replace(call, fuller) {
    this.count(call, -1);
    this.count(fuller, 1);
  }

  count({ model, tier = 'standard', dated = true, input = 0, output = 0, recorded = 0, billed = [] }, sign) {
    this.calls += sign;
    this.input += sign * input;
    this.output += sign * output;
    this.recorded += sign * recorded;
    for (const [meter, tokens] of billed) {
      const key = [model, tier, meter, dated ? 'dated' : 'today'].join(' ');
      this.billed[key] = (this.billed[key] ?? 0) + sign * tokens;
    }
  }

  /** Dollars, exact to the digit until the last step. */
  get costUsd() {
    const today = new Date().toISOString().slice(0, 10);
    let pico = BigInt(this.recorded) * 1_000_000n;
    for (const [key, tokens] of Object.entries(this.billed)) {
      const [model, tier, meter, when] = key.split(' ');
      pico += BigInt(tokens) * picoDollars(model, tier, meter, when === 'today' ? today : SOME_DAY);
    }
    const digits = String(pico).padStart(PICO_DIGITS + 1, '0');
    return Number(`${digits.slice(0, -PICO_DIGITS)}.${digits.slice(-PICO_DIGITS)}`);
  }
}

/** The bundled prices of a model, in the format of the price files. */
export function modelPrices(id) {
  models ??= readdirSync(PRICING).flatMap(
    (name) => JSON.parse(readFileSync(`${PRICING}/${name}`, 'utf8')).models ?? [],
  );
  return models.find((model) => model.id === id);
}

let models;

/** Price lists are in dollars for a million tokens, those of tools in dollars for a thousand requests. */
function picoDollars(model, tier, meter, day) {
  const isTool = meter.startsWith('grounding');
  const { periods } = modelPrices(isTool ? '*' : model);
  const period = periods.find(({ from, to }) => (from ?? '') <= day && (to === null || day < to));
  const rates = period.tiers[isTool ? 'standard' : tier];
  const dollars = rates[meter] ?? rates[meter.replace(/\.[^.]*$/, '')];
  return BigInt(Math.round(Number(dollars) * 1e6)) * (isTool ? 1000n : 1n);
}
