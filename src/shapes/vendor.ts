import { ELEVENLABS, GEMINI, type Service } from '../core/event.ts';

/** The service behind a model name, where the name tells it. */
export function vendorOf(model: string | undefined): Service | undefined {
  const name = model?.toLowerCase().replace(/^.*\//, '') ?? '';
  return VENDORS.find(([pattern]) => pattern.test(name))?.[1];
}

const VENDORS: [RegExp, Service][] = [
  [/^(gemini|imagen|veo|lyria|gemma|nano-?banana|text-(multilingual-)?embedding-\d{3})/, GEMINI],
  [/^(eleven_|scribe_)/, ELEVENLABS],
  [/^(gpt|chatgpt|o\d(-|$)|dall-e|sora|whisper|tts-1|text-embedding-(3|ada))/, 'openai'],
  [/^claude/, 'anthropic'],
];
