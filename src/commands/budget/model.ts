import type { Budget } from '../../core/budget/budget.ts';
import { UsageError } from '../../core/errors.ts';
import { matchesId, type PriceBook } from '../../core/pricing/book/book.ts';
import { plain } from '../../core/text.ts';
import { matchesModel } from '../../core/usage/model-name.ts';

/**
 * What is to be said of the model of a budget, where no price knows it.
 * @throws UsageError for a model of ElevenLabs in dollars.
 */
export function modelWarning({ model, unit, period }: Omit<Budget, 'id'>, book: PriceBook): string | undefined {
  if (model === undefined) return undefined;
  const speaks = [...book.credits.keys()].some((id) => matchesModel(id, model));
  const generates = isOfGemini(model, book);
  if (unit === 'usd' && !generates && (speaks || model.startsWith('eleven_'))) {
    const scope = `${period === 'run' ? '--per-run' : `--${period}`} --model '${plain(model, 60)}'`;
    throw new UsageError(
      `'${plain(model, 60)}' is an ElevenLabs model and uses the credits of your plan, so its budget cannot be in dollars.`,
      { hint: `Set it in credits: costwatch budget set 20000 --characters ${scope}` },
    );
  }
  if (unit === 'usd' ? generates : speaks) return undefined;
  const service = unit === 'usd' ? 'Gemini' : 'ElevenLabs';
  return `no price is known for the ${service} model '${plain(model, 60)}'. All names: costwatch pricing list`;
}

function isOfGemini(pattern: string, { models, overrides, aliases }: PriceBook): boolean {
  const start = pattern.replace(/\*$/, '');
  // An id of the price book may leave its version open, as a pattern leaves its ending.
  const isKnown = (id: string) => matchesId(id, start) || matchesModel(id.replace(/-\*$/, ''), pattern);
  return [...models, ...overrides].some(({ ids }) => ids.some(isKnown)) || aliases.some(({ id }) => isKnown(id));
}
