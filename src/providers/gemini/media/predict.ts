import { at, count, type JsonObject, list } from '../../../core/json.ts';
import type { Usage } from '../../../core/usage/event.ts';
import type { UsageFacts } from '../../provider.ts';
import { countPredictedImages } from '../text/response.ts';

/** What a `:predict` request wants of its model. */
export type AskedPictures = 'made' | 'edited' | 'upscaled';

export function askedPictures(asked: unknown): AskedPictures {
  if (at(asked, 'parameters', 'mode') === 'upscale' || at(asked, 'parameters', 'upscaleConfig')) return 'upscaled';
  return list(at(asked, 'instances')).some((instance) => at(instance, 'referenceImages')) ? 'edited' : 'made';
}

/** `:predict` serves Imagen, Vertex embeddings and Lyria 2; none of them carries `usageMetadata`. */
export function readPredictions(
  model: string,
  body: JsonObject,
  asked?: { imageSize: string | undefined; pictures: AskedPictures },
): Pick<UsageFacts, 'operation' | 'usage' | 'estimated'> {
  const embedded = embeddingUsage(body);
  if (embedded) return { operation: 'embed_content', usage: embedded };
  const images = countPredictedImages(body, asked?.imageSize);
  if (/^lyria-/.test(model)) return { operation: 'generate_music', usage: { songs: images[0]?.count ?? 0 } };
  if (asked?.pictures === 'upscaled')
    return { operation: 'upscale_image', estimated: 'no price known for making an image larger' };
  return { operation: asked?.pictures === 'edited' ? 'edit_image' : 'generate_images', usage: { images } };
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
