import { at, count, type JsonObject, type JsonValue, list, text } from '../../core/json.ts';
import { base64, CHARACTERS_PER_SECOND, pcm, png } from '../media.ts';
import { pieces, STORY } from '../story.ts';
import { type ModalityCounts, promptText, sum, tokensOf } from './tokens.ts';

const AUDIO_TOKENS_PER_SECOND = 25;
const SEARCH_RESULT_TOKENS = 119;
const DEFAULT_THOUGHTS = 64;
const SIDES: Record<string, number> = { '512': 512, '1K': 1024, '2K': 2048, '4K': 4096 };

// Tokens of one picture by size, first match first; the sizes as Google's image guide and recorded answers give them.
const IMAGE_TOKENS: [RegExp, Record<string, number>][] = [
  [/^gemini-2\.5/, { '1K': 1290 }],
  [/^gemini-3-pro-image/, { '1K': 1120, '2K': 1120, '4K': 2000 }],
  [/^gemini-nano-banana/, { '1K': 1120, '2K': 1680, '4K': 3780 }],
  [/./, { '512': 747, '1K': 1120, '2K': 1680, '4K': 2520 }],
];

/** What a model makes of a prompt, before it is wrapped in a response or cut into chunks. */
export interface Answer {
  /** Parts of one candidate, in the order they are written. */
  parts: JsonObject[];
  tokens: ModalityCounts;
  thoughts: number;
  toolUse: number;
  finishReason: 'STOP' | 'MAX_TOKENS';
  /** More fields of the candidate, such as grounding metadata. */
  extra?: JsonObject;
  /** How long it takes; see `Reply.pace`. */
  pace: number;
}

/** Speech where AUDIO is asked for, a picture from an image model, a tool call where tools are declared, else the story. */
export function answer(model: string, request: JsonValue | undefined, prompt: ModalityCounts): Answer {
  const modalities = list(at(request, 'generationConfig', 'responseModalities'));
  const plain = { thoughts: 0, toolUse: 0, finishReason: 'STOP' } as const;
  if (modalities.includes('AUDIO')) return { ...plain, ...speech(promptText(request)), pace: 1.5 };
  if (/image|nano-banana/.test(model)) return { ...plain, ...picture(model, request), pace: 2 };
  const thoughts = thoughtTokens(model, request, prompt);
  const call = toolCall(request);
  return call === undefined
    ? { ...plain, ...writing(request, thoughts), thoughts, pace: 1 }
    : {
        ...plain,
        parts: [{ functionCall: call }],
        tokens: { TEXT: tokensOf(JSON.stringify(call)) },
        thoughts,
        pace: 1,
      };
}

function writing(
  request: JsonValue | undefined,
  thoughts: number,
): Pick<Answer, 'parts' | 'tokens' | 'toolUse' | 'finishReason' | 'extra'> {
  const json = at(request, 'generationConfig', 'responseMimeType') === 'application/json';
  const whole = json ? JSON.stringify({ answer: STORY }) : STORY;
  const limit = outputLimit(request) - thoughts;
  const cut = tokensOf(whole) > limit;
  const written = cut ? [...whole].slice(0, limit * 4).join('') : whole;
  return {
    parts: pieces(written).map((piece) => ({ text: piece })),
    tokens: { TEXT: tokensOf(written) },
    finishReason: cut ? 'MAX_TOKENS' : 'STOP',
    ...search(request),
  };
}

/** One query a prompt that may use Google Search; its results are the tool-use tokens. */
function search(request: JsonValue | undefined): Pick<Answer, 'toolUse' | 'extra'> {
  if (!list(at(request, 'tools')).some((tool) => at(tool, 'googleSearch') !== undefined)) return { toolUse: 0 };
  const query = promptText(request).slice(0, 60);
  const groundingMetadata = {
    webSearchQueries: [query],
    groundingChunks: [{ web: { uri: 'https://example.com/lighthouse', title: 'example.com' } }],
  };
  return { toolUse: SEARCH_RESULT_TOKENS, extra: { groundingMetadata } };
}

/** The first declared function, called once; the answer to its result is text. */
function toolCall(request: JsonValue | undefined): JsonObject | undefined {
  const name = list(at(request, 'tools'))
    .map((tool) => text(at(tool, 'functionDeclarations', 0, 'name')))
    .find((declared) => declared !== undefined);
  const answered = list(at(request, 'contents')).some((content) =>
    list(at(content, 'parts')).some((part) => at(part, 'functionResponse') !== undefined),
  );
  return name === undefined || answered ? undefined : { name, args: {} };
}

function picture(model: string, request: JsonValue | undefined): Pick<Answer, 'parts' | 'tokens'> {
  const sizes = IMAGE_TOKENS.find(([pattern]) => pattern.test(model))?.[1] ?? {};
  const asked = text(at(request, 'generationConfig', 'imageConfig', 'imageSize')) ?? '1K';
  const size = sizes[asked] === undefined ? '1K' : asked;
  const data = base64(png(SIDES[size] ?? 1024, promptText(request)));
  const IMAGE = sizes[size] ?? 0;
  return { parts: [{ inlineData: { mimeType: 'image/png', data } }], tokens: { IMAGE } };
}

function speech(spoken: string): Pick<Answer, 'parts' | 'tokens'> {
  const seconds = [...spoken].length / CHARACTERS_PER_SECOND;
  const inlineData = { mimeType: 'audio/L16;codec=pcm;rate=24000', data: base64(pcm(seconds)) };
  return { parts: [{ inlineData }], tokens: { AUDIO: Math.ceil(seconds * AUDIO_TOKENS_PER_SECOND) } };
}

/** 2.5 and later think unless told not to; lite models only when told to. 64 tokens and as many as the prompt has. */
function thoughtTokens(model: string, request: JsonValue | undefined, prompt: ModalityCounts): number {
  const config = at(request, 'generationConfig', 'thinkingConfig');
  const budget = count(at(config, 'thinkingBudget'));
  const thinks = config !== undefined || (/^gemini-(2\.5|[3-9])/.test(model) && !model.includes('lite'));
  const most = Math.min(budget ?? Number.POSITIVE_INFINITY, outputLimit(request));
  return thinks ? Math.min(DEFAULT_THOUGHTS + sum(prompt), most) : 0;
}

/** Thinking counts against it too. */
function outputLimit(request: JsonValue | undefined): number {
  return count(at(request, 'generationConfig', 'maxOutputTokens')) ?? Number.POSITIVE_INFINITY;
}
