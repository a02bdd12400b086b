import { at, count, type JsonValue, jsonOf, text } from '../../../core/json.ts';
import type { ModalityTokens, Usage, UsageEvent } from '../../../core/usage/event.ts';
import type { Exchange, UsageBound } from '../../provider.ts';
import { modelMethod } from '../endpoint.ts';
import { askedImageSize } from '../media/image-size.ts';
import { askedVideo } from '../media/video-request.ts';
import { tierName } from '../text/tier.ts';
import { type InputBound, inputBound } from './input-bound.ts';

interface Asked {
  model: string;
  request: Exchange['request'];
  /** The body as JSON; undefined where it is not known whole. */
  body: JsonValue | undefined;
}

type Rule = (asked: Asked) => Usage[] | 'free' | undefined;

/** By operation. What is not here has no bound: a live session, an agent, a batch, a cache, a search store. */
const RULES: Readonly<Record<string, Rule>> = {
  count_tokens: () => 'free',
  generate_content: content,
  create_interaction: (asked) => (at(asked.body, 'agent') === undefined ? content(asked) : undefined),
  embed_content: (asked) => ways(inputOf(asked), [{}]),
  predict,
  generate_images: ({ model, body }) => pictures(model, body, count(at(body, 'n')) ?? 1),
  generate_videos: video,
};

/** The most that a Gemini request can use; see `UsageBound`. */
export function geminiUsageBound(call: UsageEvent, request: Exchange['request']): UsageBound {
  const rule = Object.hasOwn(RULES, call.operation) ? RULES[call.operation] : undefined;
  // What is no JSON, the server refuses.
  const body = request.body && jsonOf(new TextDecoder().decode(request.body));
  const usages = rule?.({ model: call.requestModel ?? '', request, body });
  if (usages === undefined || usages === 'free') return usages;
  const asked =
    request.header('x-vertex-ai-llm-shared-request-type') ?? at(body, 'serviceTier') ?? at(body, 'service_tier');
  const tier = tierName(asked);
  return { usages, ...(tier ? { tier } : {}) };
}

/** The limits of a kind of models; the largest of each kind where they differ. */
interface Limits {
  input: number;
  output: number;
}

const LIMITS: [RegExp, Limits][] = [
  [/image/, { input: 131_072, output: 32_768 }],
  [/tts/, { input: 32_768, output: 16_384 }],
  [/embed/, { input: 1_048_576, output: 0 }],
];
const LARGEST: Limits = { input: 1_048_576, output: 65_536 };

function limitsOf(model: string): Limits {
  return LIMITS.find(([pattern]) => pattern.test(model))?.[1] ?? LARGEST;
}

function content(asked: Asked): Usage[] | undefined {
  const { model, body } = asked;
  // What a second of its video comes to is known, and not how many there will be.
  if (/omni/.test(model)) return undefined;
  const input = inputOf(asked);
  if (/^lyria-/.test(model)) return ways(input, [{ songs: 1 }]);
  const answers = count(optionOf(body, 'candidateCount', 'candidate_count', 'n')) ?? 1;
  const limit = limitOf(body, limitsOf(model).output) * Math.max(1, answers);
  return ways(input, outputs(model, body, limit));
}

const OUTPUT_LIMIT = ['maxOutputTokens', 'max_output_tokens', 'max_completion_tokens', 'max_tokens'] as const;

function limitOf(body: JsonValue | undefined, most: number): number {
  const asked = count(optionOf(body, ...OUTPUT_LIMIT));
  return asked ? Math.min(asked, most) : most;
}

/** An option of the request by any of its names, at the top or among the settings of the generation. */
function optionOf(body: JsonValue | undefined, ...names: string[]): JsonValue | undefined {
  for (const place of [body, at(body, 'generationConfig'), at(body, 'generation_config')])
    for (const name of names) if (at(place, name) !== undefined) return at(place, name);
  return undefined;
}

/** Google's documented most for one prompt (https://cloud.google.com/vertex-ai/generative-ai/docs/models). */
const MOST_PICTURES = 10;
/** The most expensive of the models that draw. */
const PICTURE_TOKENS: Readonly<Record<string, number>> = { '512': 1290, '1K': 1290, '2K': 1680, '4K': 2520 };

/** The ways to fill an answer: as text, as thoughts where those have a price of their own, as pictures or as sound. */
function outputs(model: string, body: JsonValue | undefined, limit: number): Usage[] {
  const modalities = JSON.stringify(optionOf(body, 'responseModalities', 'response_modalities') ?? '').toUpperCase();
  if (/tts|native-audio/.test(model) || modalities.includes('AUDIO'))
    return [{ outputTokens: limit, outputTokensByModality: { audio: limit } }];
  const asText: Usage[] = [{ outputTokens: limit }, { outputTokens: limit, reasoningOutputTokens: limit }];
  if (!/image/.test(model) && !modalities.includes('IMAGE')) return asText;
  const image = Math.min(limit, MOST_PICTURES * pictureTokens(body));
  return [{ outputTokens: limit, outputTokensByModality: { image } }];
}

function pictureTokens(body: JsonValue | undefined): number {
  // A body that is not known may ask for the largest.
  const size = body === undefined ? '4K' : (askedImageSize(body) ?? '1K');
  return PICTURE_TOKENS[size] ?? PICTURE_TOKENS['4K']!;
}

/** Every input with every output. */
function ways(inputs: Usage[], outs: Usage[]): Usage[] {
  return inputs.flatMap((input) => outs.map((out) => ({ ...input, ...out })));
}

/** How often a model may look something up for one answer; since Gemini 3 each time is billed. */
const MOST_QUERIES = 10;

function inputOf({ model, request, body }: Asked): Usage[] {
  const { input: window } = limitsOf(model);
  if (body === undefined) return filled(window, { searchQueries: MOST_QUERIES });
  const bound = inputBound(request.body?.length ?? 0, body, model);
  const tokens = Object.values(bound.tokens).reduce((sum, one) => sum + one, 0);
  const looked = queriesOf(bound);
  return bound.isOpen || tokens > window ? filled(window, looked) : [{ ...counted(tokens, bound.tokens), ...looked }];
}

function queriesOf({ searches, maps }: InputBound): Usage {
  return {
    ...(searches ? { searchQueries: MOST_QUERIES } : {}),
    ...(maps ? { mapsQueries: MOST_QUERIES } : {}),
  };
}

function counted(inputTokens: number, byModality: ModalityTokens): Usage {
  return { inputTokens, characters: inputTokens, inputTokensByModality: byModality };
}

/** The whole context window, as whatever costs most. */
function filled(window: number, looked: Usage): Usage[] {
  return (['text', 'audio', 'video', 'image'] as const).map((modality) => ({
    ...counted(window, { [modality]: window }),
    ...looked,
  }));
}

/** `:predict` serves Imagen, Vertex embeddings and Lyria 2, and endpoints of the user's own, which have no bound. */
function predict(asked: Asked): Usage[] | undefined {
  const { model, body } = asked;
  const samples = count(at(body, 'parameters', 'sampleCount'));
  if (/embed/.test(model)) return ways(inputOf(asked), [{}]);
  if (/^lyria-/.test(model)) return [{ songs: samples ?? 1 }];
  const isUpscale =
    at(body, 'parameters', 'mode') === 'upscale' || at(body, 'parameters', 'upscaleConfig') !== undefined;
  return /^image/.test(model) && !isUpscale ? pictures(model, body, samples ?? 4) : undefined;
}

/** Pictures that are billed by the piece; those of a Gemini model by their tokens. */
function pictures(model: string, body: JsonValue | undefined, most: number): Usage[] {
  if (/^gemini/.test(model)) {
    const image = most * pictureTokens(body);
    return [{ inputTokens: limitsOf(model).input, outputTokens: image, outputTokensByModality: { image } }];
  }
  const size = text(askedImageSize(body));
  return [{ images: [{ count: most, ...(size ? { size } : {}) }] }];
}

/** Veo bills what the request asks for; only the number of videos made can be less. */
function video({ model, request, body }: Asked): Usage[] | undefined {
  if (modelMethod(request.url)?.method !== 'predictLongRunning') return undefined;
  const [one] = askedVideo(model, request.body).usage?.video ?? [];
  if (!one || body === undefined) return undefined;
  const samples = count(at(body, 'parameters', 'sampleCount')) ?? 1;
  return [{ video: [{ ...one, seconds: one.seconds * samples }] }];
}
