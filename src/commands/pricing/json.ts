import type { PriceBook } from '../../core/pricing/book/book.ts';
import type { DayPrices, ListedPrice, PriceRow } from '../../core/pricing/book/list.ts';
import { toNumber } from '../../core/pricing/money.ts';
import { jsonText } from '../../views/formats/json.ts';

export interface FormatArgs {
  json?: boolean;
  format?: string;
  color?: boolean;
}

export function wantsJson(args: FormatArgs): boolean {
  return args.json === true || args.format === 'json';
}

/** The document around every JSON answer of `pricing`. */
export function jsonDocument(book: PriceBook, day: string, body: object): string {
  const head = { schemaVersion: 1, priceBook: { version: book.version, overrides: book.overrides.length }, day };
  return jsonText({ ...head, ...body });
}

export function rowJson(row: PriceRow): object {
  const { model } = row;
  return {
    model: model.id,
    service: model.service,
    family: model.family,
    kind: model.kind,
    platform: model.platform ?? null,
    status: model.status ?? null,
    shutdown: model.shutdown ?? null,
    ...dayJson(row),
    checked: model.checked ?? null,
    checkedDaysAgo: row.checkedDaysAgo ?? null,
    confidence: model.confidence,
    override: row.prices.some((price) => price.own),
    nextChange: row.next ? { date: row.next.day, ...dayJson(row.next) } : null,
  };
}

export function dayJson({ prices, known, answeredAs }: DayPrices): object {
  return { known, answeredAs: answeredAs ?? null, prices: prices.map(priceJson) };
}

function priceJson({ meter, unit, price, own }: ListedPrice): object {
  return { meter, unit, priceUsd: toNumber(price), override: own };
}
