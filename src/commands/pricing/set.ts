import { UsageError } from '../../core/errors.ts';
import { bareModelId, type ModelPrices, type PriceBook, resolveAlias } from '../../core/pricing/book/book.ts';
import { TIERS, type Tier } from '../../core/pricing/book/file.ts';
import { pricesOn } from '../../core/pricing/book/list.ts';
import { setOwnPrice } from '../../core/pricing/book/own-prices.ts';
import { plain } from '../../core/text.ts';
import { isDay } from '../../core/time/day.ts';
import { overridesFile } from '../../store/files/paths.ts';
import { readOverrides, writeOverrides } from '../../store/settings/overrides.ts';
import { loadPriceBook } from '../../store/settings/price-book.ts';
import { renderPriceChange } from '../../views/pricing/set.ts';
import { type CommandIo, look, utcDay } from '../command-io.ts';
import { findEntries, unknownModel } from './lookup.ts';
import { metersToSet, type PriceFlag } from './meters.ts';
import { priceWarnings } from './warnings.ts';

export interface SetArgs {
  model: string;
  prices: Partial<Record<PriceFlag, string>>;
  tier?: string;
  longContext?: boolean;
  from?: string;
  dryRun?: boolean;
  color?: boolean;
}

/** Sets own prices for a model; prints old and new before it writes. */
export async function setPrice(args: SetArgs, io: CommandIo): Promise<number> {
  const file = overridesFile(io.env);
  const today = utcDay(io.now);
  const book = loadPriceBook({ overridesFile: file });
  const tier = parseTier(args.tier);
  if (args.from !== undefined && !isDay(args.from)) {
    throw new UsageError(`--from ${plain(args.from, 40)} is not a day`, { hint: 'Give it as --from 2026-12-01' });
  }
  const known = entryToSet(args.model, today, book);
  const longContext = args.longContext === true;
  if (longContext && known?.longContextThreshold === undefined) {
    throw new UsageError(`${plain(args.model)} has no long-context price`, { hint: 'Leave out --long-context.' });
  }
  const model = known ?? { id: bareModelId(args.model), family: 'own', kind: 'text', service: 'gemini' };
  const day = args.from !== undefined && args.from > today ? args.from : today;
  const before = known ? pricesOn(known, day, book, { tier, longContext }).prices : [];
  const rates = metersToSet(
    args.prices,
    before.map(({ meter }) => meter),
  );

  const own = readOverrides(file);
  const models = setOwnPrice(own.models, { model, tier, longContext, from: args.from ?? null, rates, checked: today });
  const changed = models.find(({ id }) => id === model.id)!;
  const after = pricesOn(known ?? changed, day, { ...book, overrides: models }, { tier, longContext }).prices;
  const warnings = priceWarnings({
    model: known,
    name: model.id,
    before,
    after,
    rates,
    from: args.from ?? null,
    day,
    book,
  });
  const change = { model: model.id, tier, longContext, from: args.from ?? null, day, before, after, warnings };
  io.stdout.write(renderPriceChange(change, look(io.stdout, io.env, args)));
  if (args.dryRun) {
    io.stdout.write('Nothing was written (--dry-run).\n');
    return 0;
  }
  writeOverrides(file, { ...own, models });
  io.stdout.write(`Saved in ${file}. To undo: costwatch pricing reset ${plain(model.id)}\n`);
  return 0;
}

function parseTier(name = 'standard'): Tier {
  const tier = TIERS.find((known) => known === name);
  if (tier) return tier;
  throw new UsageError(`no tier is called ${plain(name, 40)}`, { hint: `Tiers: ${TIERS.join(', ')}` });
}

/** The entry of the book, if there is one: an own price may also be for a model that the book does not know. */
function entryToSet(name: string, today: string, book: PriceBook): ModelPrices | undefined {
  const id = bareModelId(name);
  if (book.credits.has(id)) {
    throw new UsageError(`${plain(id)} is billed in ElevenLabs credits, not in dollars`, {
      hint: 'costwatch counts ElevenLabs as characters of quota; there is no dollar price to set.',
    });
  }
  if (!/^[\w.:-]+$/.test(id)) throw unknownModel(name, book);
  const target = resolveAlias(book.aliases, id, today);
  if (target !== undefined) {
    throw new UsageError(`${plain(id)} is a moving name, now for ${target}`, {
      hint: `Set the price of the model itself: costwatch pricing set ${target} ...`,
    });
  }
  return findEntries(id, today, book)[0];
}
