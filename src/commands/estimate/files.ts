import { UsageError } from '../../core/errors.ts';
import type { PlannedCall } from '../../core/estimate/estimate.ts';
import { renderEstimate } from '../../views/estimate/estimate.ts';
import { type CommandIo, look } from '../command-io.ts';
import { readInputs } from './inputs.ts';
import { estimateJson } from './json.ts';
import { checkModel, estimateModel, type ModelEstimate } from './model.ts';
import { type EstimateOptions, lengthOf, pricingOf, tierOf, wholeNumber } from './options.ts';

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
