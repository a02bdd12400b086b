// Entries of a cost tracker that wraps every call: nested counts, its own idea of the cost, free metadata.
import { Random } from './random.js';
import { pythonJson } from './text.js';

const IMAGE_MODELS = {
  'gemini-3-pro-image-preview': 'gemini-3-pro-image',
  'gemini-2.5-flash-image': 'gemini-2.5-flash-image',
};
const TEXT_MODELS = ['gemini-2.5-flash', 'gemini-3.1-pro-preview'];
const OPERATIONS = ['script_generation', 'scene_breakdown', 'dialogue_review'];
const SCENES = ['request_to_leave', 'night_market', 'the_old_teacher', 'duel_in_the_rain'];
const CHARACTERS = ['jin_sohan', 'dokma', 'uiseon', 'a_soldier', 'mother'];
/** What a project may say of a call, each with some value. */
const METADATA = {
  workflow_id: (random) => `webtoon-ch${twoDigits(random, 30)}-scene${twoDigits(random, 12)}`,
  panel_id: (random) => `s${random.between(1, 12)}_p${twoDigits(random, 20)}`,
  chapter: (random) => random.between(1, 30),
  scene: (random) => random.pick(SCENES),
  characters: (random) => random.shuffled(CHARACTERS).slice(0, random.below(4)),
  aspect_ratio: (random) => random.pick(['16:9', '3:4', '1:1']),
  seed: (random) => random.below(2 ** 31),
  is_retry: (random) => random.chance(0.1),
  note: (random) => random.pick(['zu dunkel, noch einmal', 'keep the hat', '배경을 더 밝게', 'ok']),
  style: (random) => ({ ink: random.pick(['thin', 'bold']), weight: random.below(100) / 100 }),
  reviewer: () => null,
};

export function entryLine(n, sums) {
  const random = new Random(n);
  const call = random.chance(0.02) ? failedCall() : random.chance(0.6) ? imageCall(random) : textCall(random);
  sums.add(call);
  const cost = [call.input * 2e-6, call.output * 12e-6].map((dollars) => Number(dollars.toFixed(6)));
  return pythonJson({
    timestamp: random
      .date()
      .toISOString()
      .replace('Z', `${random.between(100, 999)}Z`),
    model: call.askedFor,
    operation: call.operation,
    input: { prompt_tokens: call.input, cached_tokens: call.cached, reference_images: random.below(4) },
    output: { output_tokens: call.output, total_tokens: call.input + call.output, image_resolution: call.resolution },
    cost: { input_cost_usd: cost[0], output_cost_usd: cost[1], total_cost_usd: Number((cost[0] + cost[1]).toFixed(6)) },
    performance: { generation_time_ms: random.between(300, 9000), queue_time_ms: random.below(400) },
    metadata: metadata(random),
    status: call.failed ? 'failed' : 'success',
    error: call.failed ? 'RESOURCE_EXHAUSTED: quota exceeded' : null,
  });
}

function failedCall() {
  const askedFor = 'gemini-2.5-flash-image';
  return { askedFor, operation: 'image_generation', input: 0, cached: 0, output: 0, resolution: null, failed: true };
}

function imageCall(random) {
  const askedFor = random.pick(Object.keys(IMAGE_MODELS));
  const input = random.between(10, 900);
  const output = askedFor === 'gemini-2.5-flash-image' ? 1290 : 1120;
  const billed = [
    ['input', input],
    ['output.image', output],
  ];
  const named = { askedFor, model: IMAGE_MODELS[askedFor], operation: 'image_generation', resolution: '1024x1024' };
  return { ...named, input, cached: 0, output, billed };
}

function textCall(random) {
  const model = random.pick(TEXT_MODELS);
  const input = random.between(100, 9000);
  const cached = random.chance(0.3) ? random.below(input) : 0;
  const output = random.between(10, 2000);
  const billed = [
    ['input', input - cached],
    ['input.cached', cached],
    ['output.text', output],
  ];
  return {
    askedFor: model,
    model,
    operation: random.pick(OPERATIONS),
    input,
    cached,
    output,
    resolution: null,
    billed,
  };
}

function metadata(random) {
  const names = random.shuffled(Object.keys(METADATA)).slice(0, random.between(1, 7));
  return Object.fromEntries(names.map((name) => [name, METADATA[name](random)]));
}

function twoDigits(random, most) {
  return String(random.between(1, most)).padStart(2, '0');
}
