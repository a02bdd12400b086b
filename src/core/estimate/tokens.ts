import type { Modality, ModalityTokens } from '../usage/event.ts';

/** One thing that is sent to a model, as far as its size is known. */
export interface InputPart {
  modality: Modality;
  /** Of text: Unicode code points. */
  codePoints?: number;
  /** Of audio and video. */
  seconds?: number;
  /** Of a document. */
  pages?: number;
}

export interface TokenGuess {
  tokens: ModalityTokens;
  /** The rule in words, to be shown beside the figure. */
  rule: string;
}

interface MediaRules {
  image: number;
  imageNote?: string;
  /** Per frame; Gemini looks at one frame a second. */
  frame: number;
  page: number;
}

// https://ai.google.dev/gemini-api/docs/media-resolution and https://ai.google.dev/gemini-api/docs/tokens
const BEFORE_GEMINI_3: MediaRules = {
  image: 258,
  imageNote: ', more where it is larger than 384 x 384 pixels',
  frame: 258,
  page: 258,
};
const GEMINI_3: MediaRules = { image: 1120, frame: 70, page: 560 };
const GEMINI_3_PRO_IMAGE: MediaRules = { ...GEMINI_3, image: 560 };

const CODE_POINTS_PER_TOKEN = 4;

/**
 * The input tokens of a part by Google's documented rules at default media resolution, for a model id that is no moving
 * name. Undefined where the rule needs a length or a number of pages that is not known.
 */
export function guessTokens(part: InputPart, model: string): TokenGuess | undefined {
  const rules = rulesOf(model);
  const audioRate = /tts|live|native-audio/.test(model) ? 25 : 32;
  const { codePoints, seconds, pages } = part;
  switch (part.modality) {
    case 'text':
      return codePoints === undefined
        ? undefined
        : { tokens: { text: textTokens(codePoints) }, rule: 'text as a token for every 4 characters' };
    case 'image':
      return {
        tokens: { image: rules.image },
        rule: `an image as ${rules.image.toLocaleString('en-US')} tokens${rules.imageNote ?? ''}`,
      };
    case 'audio':
      if (seconds === undefined) return undefined;
      return { tokens: { audio: Math.ceil(seconds * audioRate) }, rule: `audio as ${audioRate} tokens a second` };
    case 'video':
      if (seconds === undefined) return undefined;
      return {
        tokens: { video: Math.ceil(seconds * rules.frame), audio: Math.ceil(seconds * audioRate) },
        rule: `video as ${rules.frame} tokens a second and ${audioRate} for its sound`,
      };
    case 'document':
      if (pages === undefined) return undefined;
      return { tokens: { document: pages * rules.page }, rule: `a page as ${rules.page} tokens` };
  }
}

function textTokens(codePoints: number): number {
  return Math.ceil(codePoints / CODE_POINTS_PER_TOKEN);
}

function rulesOf(model: string): MediaRules {
  if (/^gemini-3(\.\d+)?-pro-image/.test(model)) return GEMINI_3_PRO_IMAGE;
  return /^gemini-[12]\.|^learnlm|^gemma/.test(model) ? BEFORE_GEMINI_3 : GEMINI_3;
}

/** Adds up tokens by modality. */
export function sumTokens(guesses: readonly ModalityTokens[]): ModalityTokens {
  const sum: ModalityTokens = {};
  for (const guess of guesses)
    for (const [modality, tokens] of Object.entries(guess) as [Modality, number][])
      sum[modality] = (sum[modality] ?? 0) + tokens;
  return sum;
}
