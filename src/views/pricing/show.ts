import {
  findRate,
  type MovingAlias,
  type PricePeriod,
  type PriceSource,
  type Rates,
} from '../../core/pricing/book/book.ts';
import type { ListedPrice, PriceRow } from '../../core/pricing/book/list.ts';
import { cost, formatUsdLine } from '../../core/pricing/money.ts';
import type { PricedUsage } from '../../core/pricing/price.ts';
import { pricingUnit } from '../../core/pricing/quantity.ts';
import { plain } from '../../core/text.ts';
import { addDays } from '../../core/time/day.ts';
import type { Look } from '../terminal/look.ts';
import { tableLines } from '../terminal/table.ts';
import { indented } from '../terminal/wrap.ts';
import { describeChange } from './list.ts';
import { daysAgo, meterName, priceWithUnit, usd } from './price-text.ts';

export interface PriceDetails {
  day: string;
  row: PriceRow;
  aliases: readonly MovingAlias[];
  sources: Readonly<Record<string, PriceSource>>;
  /** The user's own periods for this model. */
  own: readonly PricePeriod[];
  example?: PricedUsage;
}

/** Everything that is known about the price of one model. */
export function renderPriceDetails(details: PriceDetails, look: Look): string {
  const { bold } = look.colors;
  const { model } = details.row;
  const say = (text: string) => indented(plain(text, 2000), look, '  ', '');
  const blocks = [
    [bold(plain(model.id)), ...facts(details).map(say)],
    ...(details.example ? [[bold('Worked example'), ...exampleLines(details.example)]] : []),
    ...details.own.map((period) => [bold(`Your own price, ${dates(period)}`), periodTable(period, details, look)]),
    ...model.periods
      .toReversed()
      .map((period) => [
        bold(dates(period)),
        periodTable(period, details, look),
        ...periodFacts(period).map((text) => indented(plain(text, 2000), look)),
      ]),
    ...sourceBlock(details, look),
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function facts({ row, day, aliases }: PriceDetails): string[] {
  const { model } = row;
  const lines = [`${model.family}, ${[model.kind, model.status].filter(Boolean).join(', ')}`];
  if (model.platform) lines.push(`On ${model.platform === 'vertex' ? 'Vertex AI' : 'the Gemini API'} only`);
  lines.push(`Price on ${day}, standard tier: ${nowLine(row)}`);
  if (row.answeredAs) lines.push(`Answered and billed as ${row.answeredAs} since ${model.reroute?.from}`);
  if (row.next) lines.push(`From ${row.next.day}: ${describeChange(row.next)}`);
  if (model.shutdown) lines.push(`${row.shutDown ? 'Shut down' : 'Shuts down'} ${model.shutdown}`);
  lines.push(`Names: ${model.ids.join(', ')}`);
  for (const alias of aliases) {
    const targets = alias.targets.map(({ from, model: target }) => `${target} from ${from}`);
    lines.push(`Moving name ${alias.id}: ${targets.join(', ')}`);
  }
  if (model.regional)
    lines.push(`Regional Vertex endpoints: list price x ${model.regional.factor} from ${model.regional.from}`);
  for (const [size, tokens] of Object.entries(model.imageTokens ?? {})) {
    const rate = row.prices.find(({ meter }) => meter === 'output.image');
    const dollars = rate ? ` = ${usd(cost(tokens, rate.price, pricingUnit(rate.meter)!.size))}` : '';
    lines.push(`One ${size} image: ${tokens.toLocaleString('en-US')} tokens${dollars}`);
  }
  if (model.checked)
    lines.push(`Checked ${model.checked}, ${daysAgo(row.checkedDaysAgo ?? 0)}; confidence ${model.confidence}`);
  if (model.unknown) lines.push(`Not known: ${model.unknown.join(', ')}`);
  return [...lines, ...(model.notes ?? []).map((note) => `Note: ${note}`)];
}

function nowLine({ prices, known }: PriceRow): string {
  if (prices.length === 0) return 'not known';
  const isToken = ({ unit }: ListedPrice) => unit === '1M tokens';
  const say = (price: ListedPrice) =>
    `${meterName(price.meter)} ${priceWithUnit(price)}${price.own ? ' (your own)' : ''}`;
  const perToken = prices.filter(isToken).map(say).join(', ');
  const others = prices.filter((price) => !isToken(price)).map(say);
  const parts = [...(perToken ? [`${perToken} per 1M tokens`] : []), ...others];
  return `${parts.join('; ')}${known ? '' : ' (nearest known price)'}`;
}

/** Ends are exclusive in the data; people read the last day. */
function dates({ from, to }: PricePeriod): string {
  if (from === null && to === null) return 'All dates';
  if (to === null) return `From ${from}`;
  const last = addDays(to, -1);
  return from === null ? `Until ${last}` : `${from} to ${last}`;
}

function periodFacts(period: PricePeriod): string[] {
  const lines = period.note ? [`Note: ${period.note}`] : [];
  if (period.fromConfidence && period.fromConfidence !== 'exact') lines.push(`First day: ${period.fromConfidence}`);
  if (period.sources.length > 0) lines.push(`Sources: ${period.sources.join(', ')}`);
  return lines;
}

function periodTable(period: PricePeriod, { row }: PriceDetails, look: Look): string {
  const tiers = [...period.tiers];
  const threshold = row.model.longContextThreshold?.toLocaleString('en-US');
  const lines = [
    ...meterRows(tiers.map(([, tier]) => tier.base)),
    ...variantRows(
      `of prompts above ${threshold} tokens`,
      tiers.map(([, tier]) => tier.longContext),
    ),
    ...variantRows(
      'of answers with thinking',
      tiers.map(([, tier]) => tier.thinking),
    ),
  ];
  const width = Math.max(...lines.map(([label = '']) => label.length)) + 2;
  const columns = tiers.map((_, index) => ({
    width: Math.max(10, ...lines.map((line) => (line[index + 1] ?? '').length + 2)),
    align: 'right' as const,
  }));
  const rows = [['', ...tiers.map(([tier]) => look.colors.dim(tier))], ...lines];
  return tableLines([{ width, align: 'left' }, ...columns], rows, 0).join('\n');
}

function variantRows(title: string, columns: (Rates | undefined)[]): string[][] {
  const rows = meterRows(columns);
  return rows.length > 0 ? [[`  ${title}`, ...columns.map(() => '')], ...rows] : [];
}

function meterRows(columns: (Rates | undefined)[]): string[][] {
  const meters = [...new Set(columns.flatMap((rates) => [...(rates?.keys() ?? [])]))];
  return meters.map((meter) => {
    const unit = pricingUnit(meter)?.name;
    const label = `  ${meterName(meter)}${unit === '1M tokens' ? '' : ` / ${unit}`}`;
    return [label, ...columns.map((rates) => cell(rates, meter))];
  });
}

function cell(rates: Rates | undefined, meter: string): string {
  const price = rates && findRate(rates, meter);
  return price === undefined ? '-' : usd(price);
}

function exampleLines(example: PricedUsage): string[] {
  const lines = example.charges.map((charge) => {
    const thing = `${meterName(charge.meter)}${charge.pricingUnit === '1M tokens' ? ' tokens' : ''}`;
    const times = `${charge.count.toLocaleString('en-US')} x ${thing}`;
    return `  ${times} at ${usd(charge.listUnitPrice)} / ${charge.pricingUnit} = ${formatUsdLine(charge.listCost)}`;
  });
  const total = example.cost === undefined ? [] : [`  Total ${formatUsdLine(example.cost)}`];
  return [...lines, ...(lines.length > 1 ? total : [])];
}

function sourceBlock({ row, sources }: PriceDetails, look: Look): string[][] {
  const used = new Set(row.model.periods.flatMap((period) => period.sources));
  const cited = [...used].filter((id) => Object.hasOwn(sources, id));
  if (cited.length === 0) return [];
  const lines = cited.map((id) =>
    indented(plain(`${id} (${sources[id]!.date}): ${sources[id]!.cite}`, 500), look, '    ', '  '),
  );
  return [[look.colors.bold('Sources'), ...lines]];
}
