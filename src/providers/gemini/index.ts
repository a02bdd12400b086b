import { GEMINI } from '../../core/usage/event.ts';
import type { Exchange, Provider, RequestHead } from '../provider.ts';
import { batch } from './batch/batch.ts';
import { caches } from './batch/caches.ts';
import { fileSearch } from './batch/file-search.ts';
import { isGoogleClient, isGoogleHost } from './endpoint.ts';
import type { Family } from './family.ts';
import { live } from './live/live.ts';
import { lyriaRealtime } from './live/lyria-realtime.ts';
import { video } from './media/video.ts';
import { voices } from './media/voices.ts';
import { meterGemini } from './meter.ts';
import { generate } from './text/generate.ts';
import { interactions } from './text/interactions.ts';
import { openai } from './text/openai.ts';

/** Every kind of Gemini endpoint that bills. */
const families: readonly Family[] = [
  generate,
  interactions,
  openai,
  video,
  batch,
  caches,
  fileSearch,
  live,
  lyriaRealtime,
  voices,
];

/** Google Gemini through the Gemini API, Vertex AI, Firebase AI and gateways that keep its paths. */
export const gemini: Provider = {
  id: GEMINI,
  matches: isGeminiRequest,
  readUsage: (exchange) => familyOf(exchange.request)?.readUsage(exchange),
  meter: meterGemini,
  wantsBody,
  isLaterAnswer: (request) => familyOf(request)?.isLaterAnswer?.(request) ?? false,
  readLaterAnswer: (exchange, memory) => familyOf(exchange.request)?.readLaterAnswer?.(exchange, memory) ?? [],
  openSocket: (request) => familyOf(request)?.openSocket?.(request),
};

function familyOf(request: RequestHead): Family | undefined {
  return families.find((family) => family.serves(request));
}

/** By host; behind a gateway or test server, by a path of Google's together with what only Google's clients send. */
function isGeminiRequest(request: RequestHead): boolean {
  if (isGoogleHost(request.url)) return true;
  const served = familyOf(request)?.serves(request) ?? false;
  return served === 'unmistakable' || (served && isGoogleClient(request));
}

/** Text in any form; result files come without a telling type. Never audio, video or pictures. */
function wantsBody({ request, response }: Exchange): boolean {
  const type = response?.header('content-type') ?? '';
  if (/json|event-stream/.test(type)) return true;
  return request.url.pathname.endsWith(':download') && !/^(audio|video|image)\//.test(type);
}
