import { at, count, type JsonValue, list, text } from '../../core/json.ts';

const DEFAULT_MODEL = 'eleven_multilingual_v2';
const SOUND_CREDITS = 100;
const SOUND_CREDITS_PER_SECOND = 20;

/** Everything a request wants spoken: its `text`, or the texts of a dialogue. */
export function spokenText(body: JsonValue | undefined): string {
  const lines = list(at(body, 'inputs')).map((input) => text(at(input, 'text')) ?? '');
  return text(at(body, 'text')) ?? lines.join('');
}

/** One credit a code point, half of that on flash and turbo models, to the nearest integer with ties down. */
export function speechCredits(body: JsonValue | undefined): number {
  const model = text(at(body, 'model_id')) ?? DEFAULT_MODEL;
  return Math.ceil([...spokenText(body)].length * creditsPerCharacter(model) - 0.5);
}

export function creditsPerCharacter(model: string): number {
  return /flash|turbo/.test(model) ? 0.5 : 1;
}

/** 100 a generation, or 20 a second where the length is given. */
export function soundCredits(body: JsonValue | undefined): number {
  const seconds = count(at(body, 'duration_seconds'));
  return seconds === undefined ? SOUND_CREDITS : Math.ceil(seconds * SOUND_CREDITS_PER_SECOND - 0.5);
}
