import { describe, expect, it } from 'vitest';
import { guessTokens, type InputPart, sumTokens } from '../../src/core/estimate/tokens.ts';
import { codePoints } from '../../src/core/text.ts';
import type { ModalityTokens } from '../../src/core/usage/event.ts';

describe('guessTokens', () => {
  it.each<[InputPart, string, ModalityTokens]>([
    [{ modality: 'text', codePoints: 0 }, 'gemini-3.8-flash', { text: 0 }],
    [{ modality: 'text', codePoints: 4 }, 'gemini-3.8-flash', { text: 1 }],
    [{ modality: 'text', codePoints: 5 }, 'gemini-3.8-flash', { text: 2 }],
    [{ modality: 'image' }, 'gemini-3.8-flash', { image: 1120 }],
    [{ modality: 'image' }, 'gemini-nano-banana-2.1', { image: 1120 }],
    [{ modality: 'image' }, 'gemini-3-pro-image', { image: 560 }],
    [{ modality: 'image' }, 'gemini-2.5-pro', { image: 258 }],
    [{ modality: 'audio', seconds: 10 }, 'gemini-3.8-flash', { audio: 320 }],
    [{ modality: 'audio', seconds: 10 }, 'gemini-2.5-flash-preview-tts', { audio: 250 }],
    [{ modality: 'video', seconds: 1.5 }, 'gemini-3.8-flash', { video: 105, audio: 48 }],
    [{ modality: 'video', seconds: 10 }, 'gemini-2.5-flash', { video: 2580, audio: 320 }],
    [{ modality: 'document', pages: 3 }, 'gemini-3.8-flash', { document: 1680 }],
    [{ modality: 'document', pages: 3 }, 'gemini-2.5-pro', { document: 774 }],
  ])('%j for %s', (part, model, tokens) => {
    expect(guessTokens(part, model)?.tokens).toEqual(tokens);
  });

  it.each<InputPart>([{ modality: 'audio' }, { modality: 'video' }, { modality: 'document' }, { modality: 'text' }])(
    'does not guess the size of %j',
    (part) => expect(guessTokens(part, 'gemini-3.8-flash')).toBeUndefined(),
  );

  it('counts code points, and adds up by modality', () => {
    expect(codePoints('a😀é')).toBe(3);
    expect(sumTokens([{ text: 1 }, { text: 2, image: 3 }, {}])).toEqual({ text: 3, image: 3 });
  });
});
