import { UsageError } from '../../core/errors.ts';
import type { ModelPrices } from '../../core/pricing/book/book.ts';
import { isShutDown, priceRow } from '../../core/pricing/book/list.ts';
import { plain } from '../../core/text.ts';
import { ELEVENLABS } from '../../core/usage/event.ts';
import { overridesFile } from '../../store/files/paths.ts';
import { loadPriceBook } from '../../store/settings/price-book.ts';
import { renderPriceList } from '../../views/pricing/list.ts';
import { type CommandIo, look, utcDay } from '../command-io.ts';
import { type FormatArgs, jsonDocument, rowJson, wantsJson } from './json.ts';
import { allModels, findEntries } from './lookup.ts';

export interface ListArgs extends FormatArgs {
  /** Part of a name, a family or a service. */
  filter?: string;
}

/** Prints the prices in force today. */
export async function listPrices(args: ListArgs, io: CommandIo): Promise<number> {
  const day = utcDay(io.now);
  const book = loadPriceBook({ overridesFile: overridesFile(io.env) });
  const filter = args.filter?.toLowerCase() ?? '';
  const named = filter ? findEntries(filter, day, book) : [];
  const models = allModels(book).filter((model) => named.includes(model) || mentions(model, filter));
  const rows = models.sort(byNameRetiredLast(day)).map((model) => priceRow(model, day, book));
  const credits = [...book.credits]
    .filter(([model]) => model.includes(filter) || ELEVENLABS.includes(filter))
    .map(([model, perCharacter]) => ({ model, perCharacter }));
  if (rows.length + credits.length === 0) {
    throw new UsageError(`no model, family or service matches ${plain(args.filter ?? '')}`, {
      hint: 'All names: costwatch pricing list',
    });
  }
  if (wantsJson(args)) {
    const rates = credits.map(({ model, perCharacter }) => ({
      model,
      service: ELEVENLABS,
      creditsPerCharacter: Number(perCharacter),
    }));
    io.stdout.write(jsonDocument(book, day, { models: rows.map(rowJson), credits: rates }));
  } else {
    io.stdout.write(renderPriceList({ day, version: book.version, rows, credits }, look(io.stdout, io.env, args)));
  }
  return 0;
}

function mentions(model: ModelPrices, filter: string): boolean {
  return [model.service, model.family, model.kind, ...model.ids].some((name) => name.toLowerCase().includes(filter));
}

function byNameRetiredLast(day: string): (one: ModelPrices, other: ModelPrices) => number {
  const isRetired = (model: ModelPrices) => (isShutDown(model, day) ? 1 : 0);
  return (one, other) =>
    isRetired(one) - isRetired(other) ||
    one.id.localeCompare(other.id, 'en', { numeric: true }) ||
    (one.platform ? 1 : -1);
}
