import { remember } from '../../core/remember.ts';
import { ELEVENLABS, GEMINI, type Service } from '../../core/usage/event.ts';

/** The service behind a model name, where the name tells it. */
export function vendorOf(model: string | undefined): Service | undefined {
  return model === undefined ? undefined : vendorOfModel(model);
}

const vendorOfModel = remember((model) => {
  const name = model.slice(model.lastIndexOf('/') + 1).toLowerCase();
  return VENDORS.find(([pattern]) => pattern.test(name))?.[1];
});

/** As `vendorOf`; else the prefix of a name such as `x-ai/grok-4`; `fallback` for a model that tells nothing. */
export function serviceOf(model: string | undefined, fallback?: string): Service | undefined {
  const vendor = vendorOf(model);
  if (vendor) return vendor;
  const prefix = /^~?([a-z][\w.-]*)\//i.exec(model ?? '')?.[1]?.toLowerCase();
  return prefix && !PATHS.has(prefix) ? prefix : providerName(fallback);
}

/** `google`, `Google AI Studio`, `vertex_ai` and `google.generative-ai` are all Gemini's. */
export function providerName(name: string | undefined): Service | undefined {
  return name === undefined ? undefined : providerOf(name);
}

const providerOf = remember((name): Service | undefined => {
  const word = name.toLowerCase().trim();
  if (!word) return undefined;
  if (/google|gemini|vertex|gcp/.test(word) && !/cloud.?tts/.test(word)) return GEMINI;
  if (/eleven.?labs|xi-api/.test(word)) return ELEVENLABS;
  return word.replace(/[.:/].*$/, '');
});

/**
 * A model's name without the gateway before it (`vertex_ai/gemini-2.5-pro`) and its routing behind it (`:nitro`), where
 * the model is Google's. `:free` stays: it is another price.
 */
export function modelName(name: string | undefined): string | undefined {
  if (name === undefined || BARE.test(name) || vendorOf(name) !== GEMINI) return name;
  const bare = /^(?:projects|publishers|models|tunedModels)\//.test(name) ? name : name.replace(/^.*\//, '');
  return bare.replace(/:(?!free$)[a-z]+$/, '');
}

/** Nothing before or behind it. */
const BARE = /^[^/:]*$/;
const PATHS = new Set(['models', 'projects', 'publishers', 'tunedmodels', 'google']);

const VENDORS: [RegExp, Service][] = [
  [/^(gemini|imagen|veo|lyria|gemma|nano-?banana|text-(multilingual-)?embedding-\d{3})/, GEMINI],
  [/^(eleven_|scribe_)/, ELEVENLABS],
  [/^(gpt|chatgpt|o\d(-|$)|dall-e|sora|whisper|tts-1|text-embedding-(3|ada))/, 'openai'],
  [/^claude/, 'anthropic'],
  [/^(qwen|qwq|wan\d)/, 'qwen'],
  [/^deepseek/, 'deepseek'],
  [/^(mistral|mixtral|codestral|magistral|ministral|voxtral)/, 'mistral'],
  [/^(llama|meta-llama)/, 'meta'],
  [/^grok/, 'xai'],
  [/^(kimi|moonshot)/, 'moonshot'],
  [/^(glm-|zai-)/, 'zai'],
  [/^(command-|embed-(english|multilingual))/, 'cohere'],
  [/^(cloud-tts|chirp)/, 'google-cloud-tts'],
];
