import type { ModelPrices, PriceBook } from '../../core/pricing/book/book.ts';
import type { ListedPrice } from '../../core/pricing/book/list.ts';
import type { Money } from '../../core/pricing/money.ts';
import { plain } from '../../core/text.ts';
import { allModels } from './lookup.ts';
import { nearest } from './nearest.ts';

export interface PriceChangeFacts {
  /** The entry of the book; undefined for a model that it does not know. */
  model: ModelPrices | undefined;
  name: string;
  before: readonly ListedPrice[];
  after: readonly ListedPrice[];
  rates: ReadonlyMap<string, Money>;
  from: string | null;
  day: string;
  book: PriceBook;
}

/** What might not be meant about a price that is about to be set. */
export function priceWarnings(facts: PriceChangeFacts): string[] {
  return [...unknownName(facts), ...largeSteps(facts), ...notUsed(facts), ...hidesOfficial(facts), ...rerouted(facts)];
}

function unknownName({ model, name, book }: PriceChangeFacts): string[] {
  if (model) return [];
  const near = nearest(
    name,
    allModels(book).map(({ id }) => id),
  );
  const hint = near.length > 0 ? ` (did you mean ${near.join(', ')}?)` : '';
  return [`${plain(name)} is not in the price book${hint}: it will have only the prices you set`];
}

function largeSteps({ before, rates }: PriceChangeFacts): string[] {
  return [...rates].flatMap(([meter, price]) => {
    const old = before.find((listed) => listed.meter === meter)?.price;
    const isLarge = old !== undefined && (price > old * 2n || price * 2n < old);
    return isLarge ? [`${meter} changes by more than a factor of two: check the unit`] : [];
  });
}

/** Models that answer with image tokens are billed by them; a price per image then only serves logs without tokens. */
function notUsed({ before, rates }: PriceChangeFacts): string[] {
  if (!rates.has('image') || !before.some(({ meter }) => meter === 'output.image')) return [];
  return [
    'this model is billed by image tokens: --image only prices logs that count images without tokens; for the others set --image-output',
  ];
}

function hidesOfficial({ model, rates, from, day }: PriceChangeFacts): string[] {
  const later = model?.periods.filter(
    (period) => period.from !== null && period.from > (from ?? day) && period.from > day,
  );
  return (later ?? [])
    .slice(0, 1)
    .map(
      (period) =>
        `the official price changes on ${period.from}; yours still applies then, for ${[...rates.keys()].join(', ')}`,
    );
}

function rerouted({ model }: PriceChangeFacts): string[] {
  const reroute = model?.reroute;
  if (!reroute) return [];
  return [`from ${reroute.from} ${model.id} is answered by ${reroute.to}: calls that report that name keep its price`];
}
