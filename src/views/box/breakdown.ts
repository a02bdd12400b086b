import type { ChargeRow, Summary } from '../../core/ledger/summary.ts';
import { type Money, moneyFromNumber, ZERO } from '../../core/pricing/money.ts';
import { GEMINI } from '../../core/usage/event.ts';

/** One line of the tree under a service: what was used and what it cost. */
export interface BreakdownLine {
  name: string;
  count: number;
  /** A part of the count that has a price of its own. */
  part?: { name: string; count: number };
  cost: Money;
}

interface Kind {
  name: string;
  meters: RegExp;
  part?: { name: string; meters: RegExp };
  /** A count that people know better than the billed quantity, such as images instead of their tokens. */
  count?: (summary: Summary) => number;
}

const KINDS: Kind[] = [
  { name: 'Input Tokens', meters: /^input\.(?!not_charged)/, part: { name: 'cached', meters: /^input\.cached/ } },
  { name: 'Search Result Tokens (not charged)', meters: /^input\.not_charged/ },
  { name: 'Output Tokens', meters: /^output\.text/, part: { name: 'thinking', meters: /reasoning$/ } },
  { name: 'Images', meters: /^(output\.image|image\.)/, count: ({ totals }) => totals.images },
  { name: 'Speech Tokens', meters: /^output\.audio$/ },
  { name: 'Video Tokens', meters: /^output\.video$/ },
  { name: 'Video Seconds', meters: /^video\./ },
  { name: 'Songs', meters: /^song$/ },
  { name: 'Characters', meters: /^character$/ },
  { name: 'Grounding Requests (list price)', meters: /^grounding\./ },
  { name: 'Cache Storage Token-Hours', meters: /^cache\.storage$/ },
  { name: 'Recorded Costs', meters: /^recorded$/ },
  { name: 'Other', meters: /^/ },
];

/** What Gemini was used for, line by line; the costs add up to its total. */
export function geminiBreakdown(summary: Summary): BreakdownLine[] {
  const charges = summary.charges.filter((charge) => charge.sku.startsWith(`${GEMINI}/`));
  return KINDS.flatMap((kind) => {
    const own = charges.filter((charge) => kindOf(charge) === kind);
    if (own.length === 0) return [];
    const line: BreakdownLine = {
      name: kind.name === 'Images' && !summary.totals.images ? 'Image Tokens' : kind.name,
      count: kind.count?.(summary) || quantityOf(own),
      cost: own.reduce((total, charge) => total + (moneyFromNumber(charge.costUsd) ?? ZERO), ZERO),
    };
    const part = quantityOf(own.filter((charge) => kind.part?.meters.test(charge.meter)));
    if (kind.part && part > 0) line.part = { name: kind.part.name, count: part };
    return [line];
  });
}

/** Every charge is on one line, so the lines add up. */
function kindOf(charge: ChargeRow): Kind | undefined {
  return KINDS.find(({ meters }) => meters.test(charge.meter));
}

function quantityOf(charges: ChargeRow[]): number {
  return charges.reduce((total, charge) => total + charge.quantity, 0);
}
