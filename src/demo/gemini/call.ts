import type { JsonValue } from '../../core/json.ts';
import { at, text } from '../../core/json.ts';
import type { ApiRequest } from '../exchange.ts';

/** One call of a model's method, read from the path of either platform. */
export interface Call {
  version: string;
  /** As the URL names it. */
  model: string;
  /** What follows the colon: `generateContent`, `predict`, … */
  method: string;
  platform: 'gemini-api' | 'vertex';
  tier: string;
  /** Vertex's word for the tier, as `usageMetadata.trafficType` has it. */
  trafficType: string;
  request: ApiRequest;
  body: JsonValue | undefined;
}

const GEMINI_PATH = /^\/(v\d+(?:alpha|beta\d*)?)\/models\/([^/:]+):(\w+)$/;
const VERTEX_PATH =
  /^\/(v\d+(?:alpha|beta\d*)?)\/(?:projects\/[^/]+\/locations\/[^/]+\/)?publishers\/google\/models\/([^/:]+):(\w+)$/;

/** What the moving names point to, as of 2026-11-22. */
const ALIASES: Record<string, string> = {
  'gemini-flash-latest': 'gemini-3.8-flash',
  'gemini-flash-lite-latest': 'gemini-3.5-flash-lite',
};

/** The call a path names; undefined for any other path. */
export function readCall(request: ApiRequest): Call | undefined {
  const vertex = VERTEX_PATH.exec(request.path);
  const match = vertex ?? GEMINI_PATH.exec(request.path);
  if (match === null) return undefined;
  const [, version = '', model = '', method = ''] = match;
  const body = request.json;
  const tier = tierOf(request);
  return {
    version,
    model,
    method,
    platform: vertex ? 'vertex' : 'gemini-api',
    tier,
    trafficType: tier === 'standard' ? 'ON_DEMAND' : `ON_DEMAND_${tier.toUpperCase()}`,
    request,
    body,
  };
}

/** The id the response names as `modelVersion`. */
export function answeringModel(model: string): string {
  return Object.hasOwn(ALIASES, model) ? (ALIASES[model] as string) : model;
}

function tierOf(request: ApiRequest): string {
  const asked =
    text(at(request.json, 'serviceTier')) ??
    text(at(request.json, 'service_tier')) ??
    request.headers['x-vertex-ai-llm-shared-request-type'] ??
    'standard';
  return asked.toLowerCase().replace(/^service_tier_/, '');
}
