import type { ListedPrice } from '../../core/pricing/book/list.ts';
import { plain } from '../../core/text.ts';
import type { Look } from '../terminal/look.ts';
import { type DrawnColumn, tableLines } from '../terminal/table.ts';
import { indented } from '../terminal/wrap.ts';
import { meterName, usd } from './price-text.ts';

export interface PriceChange {
  model: string;
  tier: string;
  longContext: boolean;
  /** The first day; null for all dates. */
  from: string | null;
  /** The day whose prices are compared. */
  day: string;
  before: readonly ListedPrice[];
  after: readonly ListedPrice[];
  warnings: readonly string[];
}

/** Old and new price of every meter, the unchanged ones too, and what to look at twice. */
export function renderPriceChange(change: PriceChange, look: Look): string {
  const { bold, dim, yellow } = look.colors;
  const tier = `${change.tier} tier${change.longContext ? ', long context' : ''}`;
  const dates = change.from === null ? 'all dates, past and future' : `from ${change.from} on`;
  const rows = change.after.map((price) => {
    const old = change.before.find(({ meter }) => meter === price.meter);
    const isSame = old?.price === price.price;
    const next = isSame ? dim('unchanged') : bold(usd(price.price));
    return [`  ${meterName(price.meter)}`, old ? usd(old.price) : 'none', next, price.unit];
  });
  const head = ['', dim('old'), dim('new'), ''];
  const table = tableLines(COLUMNS, [head, ...rows.map(padUnit)], 0);
  const warnings = change.warnings.map((text) => yellow(indented(plain(`Warning: ${text}`, 500), look, '  ', '')));
  return `${[`${bold(plain(change.model))}, ${tier}: your own price, ${dates}`, ...table, ...warnings].join('\n')}\n`;
}

const COLUMNS: readonly DrawnColumn[] = [
  { width: 28, align: 'left' },
  { width: 17, align: 'right' },
  { width: 17, align: 'right' },
  { width: 18, align: 'left' },
];

function padUnit(row: string[]): string[] {
  return [...row.slice(0, 3), ` / ${row[3]}`];
}
