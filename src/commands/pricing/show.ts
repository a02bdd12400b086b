import { bareModelId, findModel, type ModelPrices, matchesId, type PriceBook } from '../../core/pricing/book/book.ts';
import { priceRow } from '../../core/pricing/book/list.ts';
import { periodRecord } from '../../core/pricing/book/period-record.ts';
import { toNumber } from '../../core/pricing/money.ts';
import { ELEVENLABS } from '../../core/usage/event.ts';
import { overridesFile } from '../../store/files/paths.ts';
import { loadPriceBook } from '../../store/settings/price-book.ts';
import { type PriceDetails, renderPriceDetails } from '../../views/pricing/show.ts';
import { type CommandIo, look, utcDay } from '../command-io.ts';
import { workedExample } from './example.ts';
import { type FormatArgs, jsonDocument, rowJson, wantsJson } from './json.ts';
import { findEntries, unknownModel } from './lookup.ts';

export interface ShowArgs extends FormatArgs {
  model: string;
}

/** Prints everything known about one model; both entries where the platforms differ in price. */
export async function showPrice(args: ShowArgs, io: CommandIo): Promise<number> {
  const day = utcDay(io.now);
  const book = loadPriceBook({ overridesFile: overridesFile(io.env) });
  const credits = book.credits.get(bareModelId(args.model));
  if (credits !== undefined) return showCredits(args, credits, book, io);
  const entries = findEntries(args.model, day, book).map((model) => details(model, day, book));
  if (entries.length === 0) throw unknownModel(args.model, book);
  if (wantsJson(args))
    io.stdout.write(jsonDocument(book, day, { models: entries.map((entry) => detailsJson(entry, book)) }));
  else io.stdout.write(entries.map((entry) => renderPriceDetails(entry, look(io.stdout, io.env, args))).join('\n'));
  return 0;
}

function showCredits(args: ShowArgs, perCharacter: string, book: PriceBook, io: CommandIo): number {
  const model = bareModelId(args.model);
  const row = { model, service: ELEVENLABS, creditsPerCharacter: Number(perCharacter) };
  if (wantsJson(args)) io.stdout.write(jsonDocument(book, utcDay(io.now), { models: [], credits: [row] }));
  else {
    io.stdout.write(
      `${model} (ElevenLabs): ${perCharacter} credits per character, before modifiers of the voice and the plan.\n` +
        'The character-cost header of each answer says what was billed; this rate is for calls without it.\n',
    );
  }
  return 0;
}

function details(model: ModelPrices, day: string, book: PriceBook): PriceDetails {
  const row = priceRow(model, day, book);
  const own = findModel(book.overrides, model.service, model.id, model.platform);
  const example = workedExample(row, book);
  return {
    day,
    row,
    aliases: book.aliases.filter(({ targets }) =>
      targets.some((target) => model.ids.some((pattern) => matchesId(pattern, target.model))),
    ),
    sources: book.sources,
    own: own && own !== model ? own.periods : [],
    ...(example ? { example } : {}),
  };
}

function detailsJson({ row, aliases, own, example }: PriceDetails, book: PriceBook): object {
  const { model } = row;
  const sources = [...new Set(model.periods.flatMap((period) => period.sources))];
  return {
    ...rowJson(row),
    ids: model.ids,
    aliases,
    longContextThreshold: model.longContextThreshold ?? null,
    reroute: model.reroute ?? null,
    regional: model.regional ? { ...model.regional, factor: Number(model.regional.factor) } : null,
    imageTokens: model.imageTokens ?? null,
    unknown: model.unknown ?? [],
    notes: model.notes ?? [],
    periods: model.periods.map((period) => periodRecord(period, toNumber)),
    ownPeriods: own.map((period) => periodRecord(period, toNumber)),
    sources: sources.filter((id) => Object.hasOwn(book.sources, id)).map((id) => ({ id, ...book.sources[id] })),
    example: example && {
      costUsd: example.cost === undefined ? null : toNumber(example.cost),
      charges: example.charges.map((charge) => ({
        meter: charge.meter,
        quantity: charge.count,
        unit: charge.pricingUnit,
        unitPriceUsd: toNumber(charge.listUnitPrice),
        costUsd: toNumber(charge.listCost),
      })),
    },
  };
}
