import { ELEVENLABS, GEMINI, type Usage, type UsageEvent } from '../core/usage/event.ts';
import { atMostElevenLabs } from './elevenlabs/at-most.ts';
import { atMostGemini } from './gemini/bounds/at-most.ts';
import type { Exchange } from './provider.ts';

/**
 * The most that a request can use, once for each way in which that may be billed, and the tier that it asks for. `free`
 * by the vendor's own word; undefined where nothing bounds it.
 */
export type AtMost = { usages: Usage[]; tier?: string } | 'free' | undefined;

/** Beside the providers, and not a part of them: the hook knows nothing of bounds, only the gate does. */
const BOUNDS: Readonly<Record<string, (call: UsageEvent, request: Exchange['request']) => AtMost>> = {
  [GEMINI]: atMostGemini,
  [ELEVENLABS]: atMostElevenLabs,
};

/**
 * The call as if it had been answered with the most that it can use, for each way of billing that. `call` is what its
 * request tells; a request without its body may ask for anything.
 */
export function atMost(call: UsageEvent, request: Exchange['request']): UsageEvent[] | 'free' | undefined {
  const most = BOUNDS[call.service]?.(call, request);
  if (most === undefined || most === 'free') return most;
  const model = call.responseModel ?? call.requestModel;
  const { tier } = most;
  return most.usages.map((usage) => ({
    ...call,
    usage,
    ...(model ? { responseModel: model } : {}),
    ...(tier && tier !== 'standard' ? { tier } : {}),
  }));
}
