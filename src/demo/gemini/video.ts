import { at, count, text } from '../../core/json.ts';
import { type ApiRequest, jsonReply, type Reply } from '../exchange.ts';
import type { Call } from './call.ts';
import { geminiError } from './errors.ts';
import { factsIn, idOf } from './token.ts';

/** A prompt with this mark gives no video: it is filtered. */
export const FILTERED = '[filtered]';
const OPERATION = /\/operations\/([^/:]+)$/;

/** `predictLongRunning`: the name of an operation, which carries what it will answer. */
export function predictLongRunning({ request, body, model, platform }: Call): Reply {
  const filtered = (text(at(body, 'instances', 0, 'prompt')) ?? '').includes(FILTERED);
  const videos = count(at(body, 'parameters', 'sampleCount')) ?? 1;
  const id = idOf({ videos: filtered ? 0 : videos, filtered: filtered ? videos : 0, sequence: request.sequence });
  const path = request.path.slice(1, request.path.lastIndexOf(':')).replace(/^v\d\w*\//, '');
  return jsonReply({ name: `${platform === 'vertex' ? path : `models/${model}`}/operations/${id}` });
}

/** Vertex AI's way to poll. */
export function fetchPredictOperation({ body }: Call): Reply {
  const name = text(at(body, 'operationName')) ?? '';
  const facts = factsIn(OPERATION.exec(name)?.[1]);
  if (!facts) return geminiError(404);
  const videos = Array(count(facts.videos) ?? 0).fill({ gcsUri: 'gs://demo/video.mp4', mimeType: 'video/mp4' });
  return jsonReply({ name, done: true, response: { videos, raiMediaFilteredCount: facts.filtered } });
}

/** The Gemini API's way: every operation is done when it is asked for. */
export function operations(request: ApiRequest): Reply | undefined {
  const id = request.method === 'GET' ? OPERATION.exec(request.path)?.[1] : undefined;
  if (id === undefined) return undefined;
  const facts = factsIn(id);
  if (!facts) return geminiError(404);
  const videos = count(facts.videos) ?? 0;
  const generatedSamples = Array(videos).fill({ video: { uri: 'https://example.com/video.mp4' } });
  const generateVideoResponse = videos > 0 ? { generatedSamples } : { raiMediaFilteredCount: facts.filtered };
  const name = request.path.replace(/^\/v\d\w*\//, '');
  return jsonReply({ name, done: true, response: { generateVideoResponse } });
}
