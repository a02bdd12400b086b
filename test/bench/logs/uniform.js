// One layout from the first line to the last: a call of a comic pipeline with time, labels, id and counts.
import { Random } from './random.js';

const MODELS = ['gemini-2.5-flash', 'gemini-2.5-pro', 'gemini-2.5-flash-lite', 'gemini-3.1-pro-preview'];
const PHASES = ['script', 'storyboard', 'panels', 'lettering', 'review'];

/** One line in a hundred is there twice. */
export function uniformLine(n, sums) {
  const isRepeat = n % 100 === 98;
  const { record, call } = callOf(isRepeat ? n / 2 : n);
  if (!isRepeat) sums?.add(call);
  return JSON.stringify(record);
}

function callOf(n) {
  const random = new Random(n);
  const model = random.pick(MODELS);
  const [input, output] = [random.between(1, 9000), random.between(1, 900)];
  const record = {
    timestamp: random.date().toISOString(),
    model,
    duration_ms: random.between(300, 9300),
    labels: { phase: random.pick(PHASES), video: `ep${String(random.below(400)).padStart(3, '0')}` },
    response: {
      candidates: [{ finishReason: 'STOP' }],
      usageMetadata: {
        promptTokenCount: input,
        candidatesTokenCount: output,
        totalTokenCount: input + output,
        promptTokensDetails: [{ modality: 'TEXT', tokenCount: input }],
      },
      modelVersion: model,
      responseId: `call${String(n).padStart(18, '0')}`,
    },
  };
  const billed = [
    ['input', input],
    ['output.text', output],
  ];
  return { record, call: { model, input, output, billed } };
}
