import { InputError, PriceBookError } from '../errors.ts';
import {
  entries,
  type Field,
  fields,
  items,
  oneOf,
  optional,
  refuse,
  text,
  wholeNumber,
} from '../pricing/book/field.ts';
import { TIERS, type Tier } from '../pricing/book/file.ts';
import { moneyFromNumber, toDecimal } from '../pricing/money.ts';

/** A whole production: its steps, and what to add for safety. */
export interface Plan {
  name?: string;
  /** What the production is counted in, such as 12 panels. */
  unit?: { name: string; count: number };
  /** Per cent added for safety, as a decimal. */
  margin: string;
  steps: PlanStep[];
}

/** One kind of call, made `repeat` times. */
export interface PlanStep {
  name: string;
  model: string;
  tier: Tier;
  repeat: number;
  /** Files that each call sends, relative to the plan. */
  prompt: string[];
  inputTokens?: number;
  outputTokens?: number;
  images?: number;
  imageSize?: string;
  videoSeconds?: number;
  resolution: string;
  /** Whether videos have sound. */
  sound: boolean;
  songs?: number;
  /** Characters of speech. */
  characters?: number;
  /** Labels that the calls of this step carry; empty where they carry none. */
  labels: Record<string, string>;
}

const DEFAULT_MARGIN = '10';
const PLAN_FIELDS = ['$schema', 'name', 'unit', 'margin', 'steps'] as const;
const STEP_FIELDS = [
  ...['name', 'model', 'tier', 'repeat', 'prompt', 'inputTokens', 'outputTokens', 'images', 'imageSize'],
  ...['videoSeconds', 'resolution', 'sound', 'songs', 'characters', 'labels'],
];

/**
 * Checks a plan as read from JSON.
 * @throws InputError naming the file and the field that is wrong.
 */
export function parsePlan(value: unknown, file: string): Plan {
  try {
    return planIn({ value, file, path: '' });
  } catch (error) {
    if (!(error instanceof PriceBookError)) throw error;
    throw new InputError(error.message, { hint: 'Correct that field; docs/plan-file.md lists all of them.' });
  }
}

function planIn(field: Field): Plan {
  const get = fields(field, PLAN_FIELDS);
  const steps = items(get('steps'));
  if (steps.length === 0) refuse(get('steps'), 'at least one step');
  const name = optional(get('name'), text);
  const unit = optional(get('unit'), unitIn);
  return {
    ...(name === undefined ? {} : { name }),
    ...(unit === undefined ? {} : { unit }),
    margin: optional(get('margin'), percent) ?? DEFAULT_MARGIN,
    steps: steps.map(stepIn),
  };
}

function unitIn(field: Field): { name: string; count: number } {
  const get = fields(field, ['name', 'count']);
  return { name: text(get('name')), count: wholeNumber(get('count')) };
}

function percent(field: Field): string {
  const money = typeof field.value === 'number' && field.value <= 1000 ? moneyFromNumber(field.value) : undefined;
  return money === undefined ? refuse(field, 'per cent as a number from 0 to 1000') : toDecimal(money);
}

function stepIn(field: Field, index: number): PlanStep {
  const get = fields(field, STEP_FIELDS);
  const prompt = optional(get('prompt'), paths) ?? [];
  const step: PlanStep = {
    name: optional(get('name'), text) ?? `step ${index + 1}`,
    model: text(get('model')),
    tier: optional(get('tier'), oneOf(TIERS)) ?? 'standard',
    repeat: optional(get('repeat'), wholeNumber) ?? 1,
    prompt,
    resolution: optional(get('resolution'), text) ?? '720p',
    sound: optional(get('sound'), flag) ?? true,
    labels: optional(get('labels'), labelsIn) ?? {},
  };
  const imageSize = optional(get('imageSize'), text);
  if (imageSize !== undefined) step.imageSize = imageSize;
  const videoSeconds = optional(get('videoSeconds'), seconds);
  if (videoSeconds !== undefined) step.videoSeconds = videoSeconds;
  for (const name of COUNTS) {
    const count = optional(get(name), wholeNumber);
    if (count !== undefined) step[name] = count;
  }
  for (const name of ['inputTokens', 'characters'] as const)
    if (prompt.length > 0 && step[name] !== undefined)
      refuse(get(name), 'no such field beside prompt, which is counted');
  return step;
}

const COUNTS = ['inputTokens', 'outputTokens', 'images', 'songs', 'characters'] as const;

function paths(field: Field): string[] {
  return typeof field.value === 'string' ? [text(field)] : items(field).map(text);
}

function seconds(field: Field): number {
  const { value } = field;
  return typeof value === 'number' && value > 0 && value < 1e9 ? value : refuse(field, 'seconds above 0');
}

function flag(field: Field): boolean {
  return typeof field.value === 'boolean' ? field.value : refuse(field, 'true or false');
}

function labelsIn(field: Field): Record<string, string> {
  return Object.fromEntries(entries(field).map(([name, value]) => [name, text(value)]));
}
