import { at, list, text } from '../../core/json.ts';
import { codePoints } from '../../core/text.ts';

/** The characters of the lines of a dialogue. */
export function dialogueCharacters(asked: unknown): number {
  return list(at(asked, 'inputs')).reduce<number>((sum, input) => sum + codePoints(text(at(input, 'text')) ?? ''), 0);
}

/** What the server takes when the request names no model. */
export const DEFAULT_MODEL: Record<string, string> = {
  text_to_speech: 'eleven_multilingual_v2',
  text_to_dialogue: 'eleven_v3',
};
