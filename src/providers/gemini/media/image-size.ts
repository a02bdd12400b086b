import { at, list, text } from '../../../core/json.ts';

const ENUM: Record<string, string> = {
  IMAGE_SIZE_FIVE_TWELVE: '512',
  IMAGE_SIZE_ONE_K: '1K',
  IMAGE_SIZE_TWO_K: '2K',
  IMAGE_SIZE_FOUR_K: '4K',
};

/** The image size that a request asks for in any spelling of the API, as prices name it: `512`, `1K`, `2K` or `4K`. */
export function askedImageSize(asked: unknown): string | undefined {
  const format = at(asked, 'generationConfig', 'responseFormat');
  const interaction = at(asked, 'response_format');
  const named = [
    at(asked, 'generationConfig', 'imageConfig', 'imageSize'),
    ...[format, ...list(format)].map((one) => at(one, 'image', 'imageSize')),
    at(asked, 'generation_config', 'image_config', 'image_size'),
    ...[interaction, ...list(interaction)].map((one) => at(one, 'image_size')),
    at(asked, 'parameters', 'sampleImageSize'),
  ];
  const size = named.map(text).find((name) => name !== undefined);
  if (size === undefined) return undefined;
  return Object.hasOwn(ENUM, size) ? ENUM[size] : size.replace(/k$/, 'K');
}
