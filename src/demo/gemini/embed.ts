import { createHash } from 'node:crypto';
import { at, count, type JsonValue, list, text } from '../../core/json.ts';
import { jsonReply, type Reply } from '../exchange.ts';
import { base64, png } from '../media.ts';
import type { Call } from './call.ts';
import { common } from './generate.ts';
import { details, promptText, promptTokens, sum, tokensOf } from './tokens.ts';

const DIMENSIONS = 8;

export function embedContent(call: Call): Reply {
  return embeddings(call, [call.body], (values) => ({ embedding: values[0] }));
}

export function batchEmbedContents(call: Call): Reply {
  return embeddings(call, list(at(call.body, 'requests')), (values) => ({ embeddings: values }));
}

function embeddings(
  call: Call,
  requests: readonly (JsonValue | undefined)[],
  shape: (values: object[]) => object,
): Reply {
  const tokens = { TEXT: requests.reduce<number>((total, request) => total + sum(promptTokens(request)), 0) };
  const vectors = requests.map((request) => ({
    values: vector(promptText(request), count(at(request, 'outputDimensionality'))),
  }));
  // `promptTokenDetails`, in the singular and with no total, is what this endpoint really sends.
  const usage = { promptTokenCount: tokens.TEXT, promptTokenDetails: details(tokens) };
  return jsonReply({ ...shape(vectors), usageMetadata: usage }, { ...common(call), usage, pace: 0.3 });
}

/** Imagen's pictures, or the embeddings that Vertex serves under the same method. Neither has `usageMetadata`. */
export function predict(call: Call): Reply {
  return call.model.includes('embedding') ? predictEmbeddings(call) : predictImages(call);
}

function predictImages(call: Call): Reply {
  const prompt = text(at(call.body, 'instances', 0, 'prompt')) ?? '';
  const side = at(call.body, 'parameters', 'sampleImageSize') === '2K' ? 2048 : 1024;
  const image = { mimeType: 'image/png', bytesBase64Encoded: base64(png(side, prompt)) };
  const predictions: object[] = Array(count(at(call.body, 'parameters', 'sampleCount')) ?? 1).fill(image);
  // The check of the prompt is one more entry, with no picture in it.
  if (at(call.body, 'parameters', 'includeSafetyAttributes') === true) {
    predictions.push({ contentType: 'Positive Prompt', safetyAttributes: { categories: ['Violence'], scores: [0.1] } });
  }
  return jsonReply({ predictions }, { ...common(call), pace: 2 });
}

function predictEmbeddings(call: Call): Reply {
  const texts = list(at(call.body, 'instances')).map((instance) => text(at(instance, 'content')) ?? '');
  const predictions = texts.map((content) => ({
    embeddings: { values: vector(content), statistics: { token_count: tokensOf(content), truncated: false } },
  }));
  const billableCharacterCount = texts.join('').replace(/\s/g, '').length;
  return jsonReply({ predictions, metadata: { billableCharacterCount } }, { ...common(call), pace: 0.3 });
}

function vector(content: string, dimensions = DIMENSIONS): number[] {
  const bytes = createHash('sha256').update(content).digest();
  return Array.from({ length: dimensions }, (_, index) => ((bytes[index % bytes.length] ?? 0) - 128) / 1024);
}
