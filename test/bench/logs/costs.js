// Cost lines of a video pipeline: what a step cost, and in `metadata` whatever its author thought of.
import { Random } from './random.js';
import { prose, pythonJson } from './text.js';

const MODELS = ['gemini-2.5-flash', 'gemini-2.5-flash-lite', 'gemini-3.1-pro-preview'];
const STEPS = ['story_generation', 'scene_split', 'title_ideas', 'fact_check', 'translation'];
const EXTRAS = {
  topic: (random) => random.pick(['Mount Hua', 'the lighthouse', 'Ængst & Ärger', '달빛 아래']),
  num_stories: (random) => random.between(1, 9),
  // Python cuts between characters, not inside one.
  prompt: (random) => [...prose(random)].slice(0, 100).join(''),
  temperature: (random) => random.below(20) / 10,
  attempt: (random) => random.between(1, 3),
  scene: (random) => `scene_${random.below(40)}`,
  tags: (random) => random.shuffled(['draft', 'night', 'action', 'v2']).slice(0, random.below(4)),
  user: (random) => ({ id: random.below(500), plan: random.pick(['free', 'team']) }),
  latency_s: (random) => random.below(9000) / 1000,
  cache: (random) => random.chance(0.5),
  parent: () => null,
};

export function costLine(n, sums) {
  const random = new Random(n);
  const { service, operation, call, metadata } = random.pick([counted, counted, counted, total, image, voice])(random);
  const microDollars = random.between(20, 80_000);
  // What has no model costs what its line says; what is not Gemini's is in no total of dollars.
  if (service === 'gemini' && call.model === undefined) call.recorded = microDollars;
  sums.add(call);
  return pythonJson({
    timestamp: random
      .date()
      .toISOString()
      .replace('Z', String(random.between(100, 999))),
    service,
    operation,
    cost: microDollars / 1e6,
    metadata: withExtras(random, metadata),
    video_id: random.chance(0.8) ? `ep${String(random.below(400)).padStart(3, '0')}` : null,
  });
}

/** Model and counts, under one of the names that projects give them. */
function counted(random) {
  const model = random.pick(MODELS);
  const input = random.between(20, 9000);
  const output = random.between(10, 900);
  const cached = random.chance(0.2) ? random.below(input) : 0;
  const [inputName, outputName] = random.chance(0.5)
    ? ['input_tokens', 'output_tokens']
    : ['prompt_tokens', 'completion_tokens'];
  const metadata = {
    model,
    [inputName]: input,
    [outputName]: output,
    ...(cached > 0 ? { cached_tokens: cached } : {}),
  };
  const billed = [
    ['input', input - cached],
    ['input.cached', cached],
    ['output.text', output],
  ];
  return { service: 'gemini', operation: random.pick(STEPS), call: { model, input, output, billed }, metadata };
}

/** Only a total, which is taken as input, or nothing at all. */
function total(random) {
  const tokens = random.between(20, 9000);
  const says = random.chance(0.7);
  const call = says ? { input: tokens } : {};
  return { service: 'gemini', operation: random.pick(STEPS), call, metadata: says ? { tokens } : {} };
}

function image(random) {
  const metadata = random.chance(0.5) ? { num_images: random.between(1, 4), resolution: '1024x1024' } : {};
  return { service: 'nanobanana', operation: 'image_generation', call: {}, metadata };
}

function voice(random) {
  const metadata = { characters: random.between(20, 4000), voice: random.pick(['Rachel', 'Adam']) };
  return { service: 'elevenlabs', operation: 'voice_synthesis', call: {}, metadata };
}

function withExtras(random, metadata) {
  const names = random.shuffled(Object.keys(EXTRAS)).slice(0, random.below(6));
  const extras = names.map((name) => [name, EXTRAS[name](random)]);
  const entries = [...Object.entries(metadata), ...extras];
  return Object.fromEntries(random.chance(0.5) ? random.shuffled(entries) : entries);
}
