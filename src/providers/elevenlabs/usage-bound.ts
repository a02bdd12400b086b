import { at, count } from '../../core/json.ts';
import { parseJson } from '../../core/parse-json.ts';
import type { UsageEvent } from '../../core/usage/event.ts';
import type { Exchange, UsageBound } from '../provider.ts';

// The highest of the figures that ElevenLabs gives for sound effects: 40 credits a second, 200 where it chooses the length.
const CREDITS_A_SECOND = 40;
const CREDITS_AN_EFFECT = 200;
const LONGEST_EFFECT_SECONDS = 30;

/**
 * The characters of the text, or the seconds of an effect. What is billed by the length of a recording or of music, by
 * rates that differ from plan to plan, has no bound.
 */
export function elevenlabsUsageBound(call: UsageEvent, { body }: Exchange['request']): UsageBound {
  if (!body) return undefined;
  if (call.operation === 'sound_generation') {
    const seconds = count(at(parseJson(body), 'duration_seconds')) ?? LONGEST_EFFECT_SECONDS;
    return { usages: [{ credits: Math.max(CREDITS_AN_EFFECT, Math.ceil(seconds * CREDITS_A_SECOND)) }] };
  }
  const characters = call.usage?.characters;
  return characters === undefined ? undefined : { usages: [{ characters }] };
}
