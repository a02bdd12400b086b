import { UsageError } from '../../core/errors.ts';
import { bareModelId } from '../../core/pricing/book/book.ts';
import { plain } from '../../core/text.ts';
import { overridesFile } from '../../store/files/paths.ts';
import { readOverrides, writeOverrides } from '../../store/settings/overrides.ts';
import { loadPriceBook } from '../../store/settings/price-book.ts';
import { type CommandIo, utcDay } from '../command-io.ts';
import { findEntries, unknownModel } from './lookup.ts';

export interface ResetArgs {
  /** Without a model, every own price goes. */
  model?: string;
}

/** Removes own prices, so that the bundled ones hold again. */
export async function resetPrices(args: ResetArgs, io: CommandIo): Promise<number> {
  const file = overridesFile(io.env);
  const prices = readOverrides(file);
  const ids = args.model === undefined ? undefined : canonicalIds(args.model, io);
  const isMeant = (id: string) => ids === undefined || ids.includes(id);
  const removed = prices.models.filter((model) => isMeant(model.id));
  if (removed.length === 0) {
    io.stdout.write(`Nothing to reset: you have set no price${args.model ? ` for ${plain(args.model)}` : ''}.\n`);
    return 0;
  }
  writeOverrides(file, { ...prices, models: prices.models.filter((model) => !isMeant(model.id)) });
  const names = removed.map((model) => plain(model.id)).join(', ');
  io.stdout.write(
    `Removed your own ${removed.length === 1 ? 'price' : 'prices'} for ${names}. The bundled prices apply again.\n`,
  );
  return 0;
}

function canonicalIds(name: string, io: CommandIo): string[] {
  const book = loadPriceBook({ overridesFile: overridesFile(io.env) });
  const ids = findEntries(name, utcDay(io.now), book).map((model) => model.id);
  if (ids.length === 0) throw unknownModel(name, book);
  if (book.aliases.some((alias) => alias.id === bareModelId(name))) {
    throw new UsageError(`${plain(name)} is a moving name, now for ${ids[0]}`, {
      hint: `To drop your price of that model: costwatch pricing reset ${ids[0]}`,
    });
  }
  return ids;
}
