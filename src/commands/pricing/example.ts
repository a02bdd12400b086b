import type { PriceBook } from '../../core/pricing/book/book.ts';
import type { PriceRow } from '../../core/pricing/book/list.ts';
import { type PricedUsage, price } from '../../core/pricing/price.ts';
import type { Quantity } from '../../core/pricing/quantity.ts';

/** A call of a size that is easy to check by hand, priced like any other call. */
export function workedExample(row: PriceRow, book: PriceBook): PricedUsage | undefined {
  const { model, day } = row;
  const quantities = exampleQuantities(row);
  const priced = price(
    {
      id: 'example',
      service: model.service,
      operation: 'example',
      responseModel: model.id,
      timestamp: `${day}T00:00:00Z`,
      status: 'ok',
      usage: { inputTokens: tokensOf('input', quantities), outputTokens: tokensOf('output', quantities) },
      ...(model.platform ? { platform: model.platform } : {}),
    },
    { book, today: day, meter: () => quantities },
  );
  return priced.status === 'priced' ? priced : undefined;
}

function tokensOf(head: string, quantities: Quantity[]): number {
  return quantities.reduce((sum, { meter, count }) => (meter.startsWith(head) ? sum + count : sum), 0);
}

function exampleQuantities({ model, prices }: PriceRow): Quantity[] {
  const media = prices.find(({ meter }) => /^(?:image|video|song)/.test(meter))?.meter;
  if (media) return [{ meter: media, count: media.startsWith('video') ? 8 : 1 }];
  if (prices.some(({ meter }) => meter === 'character')) return [{ meter: 'character', count: 1_000_000 }];
  const tools = prices.filter(({ meter }) => meter.startsWith('grounding.'));
  if (tools.length > 0) return tools.map(({ meter }) => ({ meter, count: 1 }));
  const isSmall = prices.some(({ meter }) => /^output(?:$|\.(?:image|video|audio))/.test(meter));
  // A prompt that stays below every long-context threshold, where a model has one.
  const prompt = isSmall ? 1000 : model.longContextThreshold ? 100_000 : 1_000_000;
  const output = prices.filter(({ meter }) => meter.startsWith('output'));
  return [
    { meter: 'input.text', count: prompt },
    ...output.map(({ meter }) => outputQuantity(meter, model.imageTokens)),
  ];
}

function outputQuantity(meter: string, imageTokens: Readonly<Record<string, number>> | undefined): Quantity {
  if (meter === 'output.image') return { meter, count: imageTokens?.['1K'] ?? 1000 };
  return { meter, count: meter === 'output.text' ? 50_000 : 1000 };
}
