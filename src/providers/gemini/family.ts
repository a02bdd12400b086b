import { at, isObject, text } from '../../core/json.ts';
import { GEMINI } from '../../core/usage/event.ts';
import type { Exchange, Provider, RequestHead, UsageFacts } from '../provider.ts';
import { placeOf } from './endpoint.ts';
import { limitHit } from './limit-hit.ts';
import { servedTier, tierName } from './text/tier.ts';

/** The exchanges of one kind of Gemini endpoints, such as batches: one file and one line in `index.ts` each. */
export interface Family extends Pick<Provider, 'isLaterAnswer' | 'readLaterAnswer' | 'openSocket'> {
  /** Whether a request has a path of this family. `unmistakable`: a path that nobody but Google has. */
  serves(request: RequestHead): 'unmistakable' | boolean;
  readUsage(exchange: Exchange): UsageFacts | undefined;
}

/** What the request alone tells of a call. */
export function factsOf(request: RequestHead, operation: string, model?: string): UsageFacts {
  const { platform, location } = placeOf(request.url);
  return {
    service: GEMINI,
    operation,
    platform,
    status: 'incomplete',
    ...(model ? { requestModel: model } : {}),
    ...(location ? { location } : {}),
  };
}

/** Google's word for an error: `error.status`, else `error.code`, which is text in the Interactions API. */
export function errorOf(body: unknown): string | undefined {
  if (!isObject(at(body, 'error'))) return undefined;
  return text(at(body, 'error', 'status')) ?? String(at(body, 'error', 'code') ?? 'error');
}

/** The facts of a call that was refused, which Google does not charge; undefined for all other answers. */
export function refused(facts: UsageFacts, status: number, body: unknown): UsageFacts | undefined {
  if (status < 400) return undefined;
  const hit = status === 429 ? limitHit(body, facts.requestModel) : undefined;
  return {
    ...facts,
    httpStatus: status,
    status: 'failed',
    errorCode: errorOf(body) ?? String(status),
    ...(hit ? { limitHit: `Gemini limit hit: ${hit}` } : {}),
  };
}

/** The tier that the body of a request asks for. */
export function askedTier(asked: unknown): string | undefined {
  return tierName(at(asked, 'serviceTier')) ?? tierName(at(asked, 'service_tier'));
}

/** The tier that served, else, with that said, the one that was asked for. */
export function setTier(
  facts: UsageFacts,
  reported: { header: string | undefined; serviceTier?: string | undefined; trafficType?: string | undefined },
  asked: string | undefined,
): void {
  const served = servedTier(reported);
  const tier = served ?? asked;
  if (!tier || tier === 'standard') return;
  facts.tier = tier;
  if (!served) facts.estimated = `the answer names no tier, ${tier} was asked for`;
}

/** The model's own name within a resource path such as `models/gemini-3.8-flash` or `google/gemini-3.8-flash`. */
export function modelIn(value: unknown): string | undefined {
  return text(value)?.replace(/^(?:.*\/models\/|models\/|google\/)/, '');
}

/** A call with what a later answer tells of it; why it was not known before no longer matters. */
export function completed(known: UsageFacts | undefined, later: UsageFacts): UsageFacts {
  const before: Partial<UsageFacts> = { ...known };
  delete before.estimated;
  return { ...before, ...later };
}
