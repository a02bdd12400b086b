import { UsageError } from '../../core/errors.ts';
import {
  bareModelId,
  type ModelPrices,
  matchesId,
  type PriceBook,
  resolveAlias,
} from '../../core/pricing/book/book.ts';
import { plain } from '../../core/text.ts';
import { nearest } from './nearest.ts';

/** Every model a user can ask about, own ones included; the rates of tools are listed as the model `*`. */
export function allModels(book: PriceBook): ModelPrices[] {
  const ownOnly = book.overrides.filter((own) => !book.models.some((model) => model.id === own.id));
  return [...book.models, ...ownOnly];
}

/** The entries for a name as a user types it: an id, a versioned id, a moving name, or with a path before it. */
export function findEntries(name: string, day: string, book: PriceBook): ModelPrices[] {
  const id = bareModelId(name).toLowerCase();
  const named = resolveAlias(book.aliases, id, day) ?? id;
  return allModels(book).filter((model) => model.ids.some((pattern) => matchesId(pattern, named)));
}

export function unknownModel(name: string, book: PriceBook): UsageError {
  const near = nearest(bareModelId(name), knownNames(book));
  const hint = near.length > 0 ? `Did you mean ${near.join(', ')}? ` : '';
  return new UsageError(`no price known for the model ${plain(name)}`, {
    hint: `${hint}All names: costwatch pricing list`,
  });
}

function knownNames(book: PriceBook): string[] {
  const ids = allModels(book).flatMap((model) => [model.id, ...model.ids.filter((id) => !id.endsWith('*'))]);
  return [...ids.filter((id) => id !== '*'), ...book.aliases.map(({ id }) => id), ...book.credits.keys()];
}
