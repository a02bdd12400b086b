import { ELEVENLABS, GEMINI, type UsageEvent } from '../core/usage/event.ts';
import { elevenlabsUsageBound } from './elevenlabs/usage-bound.ts';
import { geminiUsageBound } from './gemini/bounds/usage-bound.ts';
import type { Exchange, UsageBound } from './provider.ts';

/** Beside the providers, and not a part of them: the hook knows nothing of bounds, only the gate does. */
const USAGE_BOUNDS: Readonly<Record<string, (call: UsageEvent, request: Exchange['request']) => UsageBound>> = {
  [GEMINI]: geminiUsageBound,
  [ELEVENLABS]: elevenlabsUsageBound,
};

/**
 * The call as if it had been answered with the most that it can use, for each way of billing that. `call` is what its
 * request says; a request without its body may ask for anything.
 */
export function largestAnswers(call: UsageEvent, request: Exchange['request']): UsageEvent[] | 'free' | undefined {
  const bound = USAGE_BOUNDS[call.service]?.(call, request);
  if (bound === undefined || bound === 'free') return bound;
  const model = call.responseModel ?? call.requestModel;
  const { tier } = bound;
  return bound.usages.map((usage) => ({
    ...call,
    usage,
    ...(model ? { responseModel: model } : {}),
    ...(tier && tier !== 'standard' ? { tier } : {}),
  }));
}
