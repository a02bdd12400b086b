import { at, list, text } from '../../core/json.ts';
import { parseJson } from '../../core/parse-json.ts';
import { codePoints } from '../../core/text.ts';
import type { SocketCall, SocketReader, UsageFacts } from '../provider.ts';
import { dialogueCharacters } from './characters.ts';
import { voiceName } from './voices.ts';

/** One text that is being spoken. A socket with several contexts speaks several at a time. */
interface Speech {
  characters: number;
  voices: Set<string>;
  /** The client has said that no more text comes. */
  closed: boolean;
  /** Audio has come. */
  heard: boolean;
}

/** Speech over a WebSocket. The server tells no credits, so the characters of the text sent are all there is. */
export class SpeechReader implements SocketReader {
  private readonly facts: UsageFacts;
  private readonly open = new Map<string, Speech>();

  constructor(facts: UsageFacts) {
    this.facts = facts;
  }

  sent(message: Uint8Array): SocketCall[] {
    const parsed = parseJson(message);
    const key = text(at(parsed, 'context_id')) ?? '';
    const speech = this.open.get(key) ?? { characters: 0, voices: new Set(), closed: false, heard: false };
    const sent = text(at(parsed, 'text')) ?? '';
    // The first message must hold a space, which is no speech.
    const isOpening = sent === ' ' && speech.characters === 0;
    const added = (isOpening ? 0 : codePoints(sent)) + dialogueCharacters(parsed);
    if (added > 0) this.open.set(key, speech);
    speech.characters += added;
    for (const input of list(at(parsed, 'inputs'))) speech.voices.add(voiceName(text(at(input, 'voice_id')) ?? ''));
    if (at(parsed, 'close_socket') === true) for (const each of this.open.values()) each.closed = true;
    speech.closed ||= at(parsed, 'text') === '' || at(parsed, 'close_context') === true;
    return added > 0 ? [this.call(key, speech, 'incomplete', false)] : [];
  }

  received(message: Uint8Array): SocketCall[] {
    const parsed = parseJson(message);
    const key = text(at(parsed, 'contextId')) ?? text(at(parsed, 'context_id')) ?? '';
    const speech = this.open.get(key);
    if (!speech) return [];
    speech.heard ||= text(at(parsed, 'audio')) !== undefined;
    if (at(parsed, 'isFinal') !== true && at(parsed, 'is_final') !== true) return [];
    this.open.delete(key);
    return [this.call(key, speech, 'ok', true)];
  }

  /** Many clients leave when they have heard all, and do not wait for the last word of the server. */
  closed(): SocketCall[] {
    const calls = [...this.open].map(([key, speech]) =>
      this.call(key, speech, speech.closed && speech.heard ? 'ok' : 'incomplete', true),
    );
    this.open.clear();
    return calls;
  }

  private call(key: string, speech: Speech, status: UsageFacts['status'], done: boolean): SocketCall {
    const voices = [...speech.voices].filter((voice) => voice !== '').join(' + ');
    const usage = { characters: speech.characters };
    return { key, facts: { ...this.facts, ...(voices ? { voice: voices } : {}), status, usage }, done };
  }
}
