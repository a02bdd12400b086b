// Answers that carry a generated image in base64, 100 KB to 1 MB each.
import { Random } from './random.js';
import { prose } from './text.js';

const MODEL = 'gemini-2.5-flash-image';
const LEAST = 100_000;
const MOST = 1_000_000;
/** Images are pieces of this text. */
let pixels;

export function imageLine(n, sums) {
  pixels ??= new Random(0).base64(2 * MOST);
  const random = new Random(n + 1);
  const input = random.between(20, 900);
  const output = 1290;
  const billed = [
    ['input', input],
    ['output.image', output],
  ];
  sums?.add({ model: MODEL, input, output, billed });
  const length = random.between(LEAST / 4, MOST / 4) * 4;
  const from = random.below(pixels.length - length);
  const inlineData = { mimeType: 'image/png', data: pixels.slice(from, from + length) };
  return JSON.stringify({
    timestamp: random.date().toISOString(),
    model: MODEL,
    labels: { phase: 'panels', video: `ep${String(n % 40).padStart(3, '0')}` },
    response: {
      candidates: [
        {
          content: { role: 'model', parts: [...(random.chance(0.3) ? [{ text: prose(random) }] : []), { inlineData }] },
          finishReason: 'STOP',
        },
      ],
      usageMetadata: {
        promptTokenCount: input,
        candidatesTokenCount: output,
        totalTokenCount: input + output,
        promptTokensDetails: [{ modality: 'TEXT', tokenCount: input }],
        candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: output }],
      },
      modelVersion: MODEL,
      responseId: `image${String(n).padStart(18, '0')}`,
    },
  });
}
