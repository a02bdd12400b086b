import { UsageError } from '../../core/errors.ts';
import { type CallEstimate, estimateCall, type PlannedCall, serviceOf } from '../../core/estimate/estimate.ts';
import { sumTokens } from '../../core/estimate/tokens.ts';
import { bareModelId } from '../../core/pricing/book.ts';
import type { PricingContext } from '../../core/pricing/price.ts';
import { plain } from '../../core/text.ts';
import { ELEVENLABS } from '../../core/usage/event.ts';
import { renderEstimate } from '../../views/estimate/estimate.ts';
import { type CommandIo, look } from '../command-io.ts';
import { findEntries, unknownModel } from '../pricing/lookup.ts';
import { countInput } from './count.ts';
import { type InputFile, readInputs } from './inputs.ts';
import { estimateJson } from './json.ts';
import { type EstimateOptions, lengthOf, pricingOf, tierOf, wholeNumber } from './options.ts';

/** One model's estimate, and how its input was counted. */
export interface ModelEstimate extends CallEstimate {
  /** Whether all input is counted rather than guessed. */
  exact: boolean;
  assumptions: string[];
}

/** Prints what calls that send these files would cost on each of the models. */
export async function estimateFiles(paths: string[], options: EstimateOptions, io: CommandIo): Promise<number> {
  if (options.compare !== undefined)
    throw new UsageError('--compare needs a plan to compare with.', {
      hint: 'Type: costwatch estimate --plan plan.json --compare <session>',
    });
  const models = options.model ?? [];
  if (models.length === 0)
    throw new UsageError('No model is named.', {
      hint: 'Add --model gemini-3.8-flash, several times to compare models, or --plan plan.json.',
    });
  const context = pricingOf(options, io);
  for (const model of models) checkModel(model, context);
  const call = callOf(options);
  const seconds = options.seconds?.map(lengthOf) ?? [];
  const pages = options.pages?.map((text) => wholeNumber(text, '--pages', 1)!) ?? [];
  const files = await readInputs(paths, { seconds, pages }, io);
  if (files.length === 0 && !call.input && !call.outputTokens && !call.images)
    throw new UsageError('There is nothing to estimate.', {
      hint: 'Name files to send, or add --input-tokens, --output-tokens or --images.',
    });

  const estimates: ModelEstimate[] = [];
  for (const model of models) estimates.push(await estimateModel({ ...call, model }, files, context, io.env));
  const estimated = { day: context.today, calls: call.calls, tier: call.tier ?? 'standard', files, estimates };
  io.stdout.write(
    options.json
      ? estimateJson(estimated, context.book)
      : renderEstimate({ ...estimated, version: context.book.version }, look(io.stdout, io.env, options)),
  );
  return 0;
}

function callOf(options: EstimateOptions): Omit<PlannedCall, 'model'> {
  const inputTokens = wholeNumber(options.inputTokens, '--input-tokens');
  const outputTokens = wholeNumber(options.outputTokens, '--output-tokens');
  const images = wholeNumber(options.images, '--images');
  return {
    calls: wholeNumber(options.count, '--count', 1) ?? 1,
    tier: tierOf(options),
    ...(inputTokens ? { input: { text: inputTokens } } : {}),
    ...(outputTokens ? { outputTokens } : {}),
    ...(images ? { images } : {}),
    ...(options.imageSize ? { imageSize: options.imageSize } : {}),
  };
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
  const { tokens, exact, assumptions } = await countInput(files, planned.model, context, env);
  const input = sumTokens([planned.input ?? {}, tokens]);
  return { ...estimateCall({ ...planned, input }, context), exact, assumptions };
}

function charactersOf(files: readonly InputFile[], model: string): number {
  const media = files.find(({ modality }) => modality !== 'text');
  if (media)
    throw new UsageError(`${plain(model)} speaks text, and ${media.name} is none.`, {
      hint: 'Estimate speech from text files alone.',
    });
  return files.reduce((sum, { codePoints = 0 }) => sum + codePoints, 0);
}
