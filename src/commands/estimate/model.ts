import { UsageError } from '../../core/errors.ts';
import { type CallEstimate, estimateCall, type PlannedCall, serviceOf } from '../../core/estimate/estimate.ts';
import { sumTokens } from '../../core/estimate/tokens.ts';
import { bareModelId } from '../../core/pricing/book/book.ts';
import type { PricingContext } from '../../core/pricing/price.ts';
import { plain } from '../../core/text.ts';
import { ELEVENLABS } from '../../core/usage/event.ts';
import { whileWaiting } from '../../views/terminal/spinner.ts';
import { findEntries, unknownModel } from '../pricing/lookup.ts';
import { countInput } from './count.ts';
import type { InputFile } from './inputs.ts';

/** One model's estimate, and how its input was counted. */
export interface ModelEstimate extends CallEstimate {
  /** Whether all input is counted rather than guessed. */
  exact: boolean;
  assumptions: string[];
}

/** Refuses a model that has neither a price nor a rate, with the names most like it. */
export function checkModel(model: string, { book, today }: PricingContext): void {
  if (book.credits.has(bareModelId(model)) || findEntries(model, today, book).length > 0) return;
  throw unknownModel(model, book);
}

/** One planned call with the files it sends, counted for its model. */
export async function estimateModel(
  planned: PlannedCall,
  files: readonly InputFile[],
  context: PricingContext,
  env: NodeJS.ProcessEnv,
): Promise<ModelEstimate> {
  if (serviceOf(planned.model, context.book) === ELEVENLABS) {
    const characters = (planned.characters ?? 0) + charactersOf(files, planned.model);
    return { ...estimateCall({ ...planned, characters }, context), exact: true, assumptions: [] };
  }
  const { tokens, exact, assumptions } = await whileWaiting(
    `Counting the tokens for ${plain(planned.model, 60)}`,
    countInput(files, planned.model, context, env),
  );
  const input = sumTokens([planned.input ?? {}, tokens]);
  return { ...estimateCall({ ...planned, input }, context), exact, assumptions };
}

function charactersOf(files: readonly InputFile[], model: string): number {
  const media = files.find(({ modality }) => modality !== 'text');
  if (media)
    throw new UsageError(`${plain(model)} speaks text, and ${media.name} is not text.`, {
      hint: 'Estimate speech from text files alone.',
    });
  return files.reduce((sum, { codePoints = 0 }) => sum + codePoints, 0);
}
