import { at, count, type JsonObject, list } from '../../../core/json.ts';
import type { Usage } from '../../../core/usage/event.ts';
import type { UsageFacts } from '../../provider.ts';
import { countPredictedImages } from '../text/response.ts';
import { askedImageSize } from './image-size.ts';

/** What tells the kinds of `:predict` requests apart. */
export const PREDICT_PATHS = ['parameters.mode', 'parameters.upscaleConfig?', 'instances[].referenceImages?'] as const;

/** `:predict` serves Imagen, Vertex embeddings and Lyria 2; none of them carries `usageMetadata`. */
export function readPredictions(
  model: string,
  body: JsonObject,
  asked: unknown,
): Pick<UsageFacts, 'operation' | 'usage' | 'estimated'> {
  const embedded = embeddingUsage(body);
  if (embedded) return { operation: 'embed_content', usage: embedded };
  const images = countPredictedImages(body, askedImageSize(asked));
  if (/^lyria-/.test(model)) return { operation: 'generate_music', usage: { songs: images[0]?.count ?? 0 } };
  if (at(asked, 'parameters', 'mode') === 'upscale' || at(asked, 'parameters', 'upscaleConfig'))
    return { operation: 'upscale_image', estimated: 'no price known for making an image larger' };
  const edits = list(at(asked, 'instances')).some((instance) => at(instance, 'referenceImages'));
  return { operation: edits ? 'edit_image' : 'generate_images', usage: { images } };
}

function embeddingUsage(body: JsonObject): Usage | undefined {
  const tokens = list(body.predictions)
    .map((prediction) => count(at(prediction, 'embeddings', 'statistics', 'token_count')))
    .filter((tokenCount) => tokenCount !== undefined);
  if (tokens.length === 0) return undefined;
  const characters = count(at(body, 'metadata', 'billableCharacterCount'));
  const inputTokens = tokens.reduce((sum, tokenCount) => sum + tokenCount, 0);
  return { inputTokens, ...(characters === undefined ? {} : { characters }) };
}
