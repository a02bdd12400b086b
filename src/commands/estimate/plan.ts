import { dirname, resolve } from 'node:path';
import { CostwatchError, InputError, UsageError } from '../../core/errors.ts';
import type { PlanStep } from '../../core/estimate/plan.ts';
import { planCost } from '../../core/estimate/plan-cost.ts';
import type { PricingContext } from '../../core/pricing/price.ts';
import type { QuotaReading } from '../../core/quota/quota.ts';
import { ELEVENLABS } from '../../core/usage/event.ts';
import { readQuota } from '../../providers/elevenlabs/subscription.ts';
import { readPlan } from '../../store/settings/plan-file.ts';
import { renderPlan } from '../../views/estimate/plan.ts';
import { whileWaiting } from '../../views/terminal/spinner.ts';
import { type CommandIo, look } from '../command-io.ts';
import { compareWith } from './compare.ts';
import { readInputs } from './inputs.ts';
import { checkModel, estimateModel, type ModelEstimate } from './model.ts';
import { type EstimateOptions, pricingOf } from './options.ts';
import { planJson } from './plan-json.ts';

/** Prints what a whole plan would cost, step by step, and with `--compare` what a session of it did cost. */
export async function estimatePlan(
  files: string[],
  options: EstimateOptions & { plan: string },
  io: CommandIo,
): Promise<number> {
  refuseOthers(files, options);
  const context = pricingOf(options, io);
  const plan = readPlan(options.plan);
  for (const [index, { model }] of plan.steps.entries()) inPlan(options.plan, index, () => checkModel(model, context));
  const estimates: ModelEstimate[] = [];
  for (const step of plan.steps) estimates.push(await estimateStep(step, options.plan, context, io));
  const planned = plan.steps.map((step, index) => ({ step, estimate: estimates[index]! }));
  const result = {
    day: context.today,
    plan,
    planned,
    cost: planCost(plan, estimates),
    quota: estimates.some(({ service }) => service === ELEVENLABS) ? await quotaLeft(io) : undefined,
    compared: options.compare === undefined ? undefined : await compareWith(options.compare, planned, context, io),
  };
  io.stdout.write(options.json ? planJson(result, context.book) : renderPlan(result, look(io.stdout, io.env, options)));
  return 0;
}

/** Says of an error in which step of which plan it is. */
function inPlan(plan: string, index: number, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof CostwatchError)) throw error;
    const { message, hint } = error;
    throw new InputError(`${plan}: steps[${index}].model: ${message}`, { cause: error, ...(hint ? { hint } : {}) });
  }
}

const OF_ONE_CALL = ['model', 'inputTokens', 'outputTokens', 'images', 'count', 'tier', 'batch'] as const;

/** What describes one call is part of each step of a plan. */
function refuseOthers(files: readonly string[], options: EstimateOptions): void {
  const stray = OF_ONE_CALL.find((name) => options[name] !== undefined);
  const given = stray ? `--${stray.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}` : files[0];
  if (given === undefined) return;
  throw new UsageError(`${given} cannot be combined with --plan.`, { hint: 'Put it in a step of the plan.' });
}

async function estimateStep(
  step: PlanStep,
  planFile: string,
  context: PricingContext,
  io: CommandIo,
): Promise<ModelEstimate> {
  const paths = step.prompt.map((path) => resolve(dirname(planFile), path));
  const { model, tier, repeat, inputTokens, videoSeconds, outputTokens, images, imageSize, songs, characters } = step;
  const planned = {
    model,
    tier,
    calls: repeat,
    ...(inputTokens === undefined ? {} : { input: { text: inputTokens } }),
    ...(outputTokens === undefined ? {} : { outputTokens }),
    ...(images === undefined ? {} : { images }),
    ...(imageSize === undefined ? {} : { imageSize }),
    ...(songs === undefined ? {} : { songs }),
    ...(characters === undefined ? {} : { characters }),
    ...(videoSeconds === undefined
      ? {}
      : { video: { resolution: step.resolution, audio: step.sound, seconds: videoSeconds } }),
  };
  return estimateModel(planned, await readInputs(paths, {}, io), context, io.env);
}

/** Without a key there is no quota to compare with, which is nothing to remark on. */
async function quotaLeft(io: CommandIo): Promise<QuotaReading | undefined> {
  const reading = await whileWaiting('Asking ElevenLabs for the quota', readQuota(io.env));
  return !reading.known && reading.reason === 'no-key' ? undefined : reading;
}
