// Writes the two logs of the benchmark, the same bytes every time: many small lines, and lines that carry an image.
import { closeSync, openSync, writeSync } from 'node:fs';

const MODELS = ['gemini-2.5-flash', 'gemini-2.5-pro', 'gemini-2.5-flash-lite', 'gemini-3.1-pro-preview'];
const PHASES = ['script', 'storyboard', 'panels', 'lettering', 'review'];
const START = Date.UTC(2026, 9, 1);
const MINUTE = 60_000;
const IMAGE_BYTES = 75_000;
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Numbers from 0 to 1 that are the same in every run (https://en.wikipedia.org/wiki/Linear_congruential_generator). */
export function sequence(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Small lines of about 417 bytes: a call of a comic pipeline with time, labels, id and counts. One in a hundred is there twice. */
export function writeLean(file, lines) {
  write(file, lines, (n) => leanLine(n % 100 === 99 ? n >> 1 : n));
}

/** Lines of about 100 KB: responses with a generated image in base64. */
export function writeFat(file, lines) {
  const random = sequence(2);
  const image = text(random, Math.ceil((IMAGE_BYTES * 4) / 3) + 1024);
  write(file, lines, (n) => fatLine(n, random, image));
}

/** Lines of Claude Code, of which ccusage makes its reports: no log of ours, but as much to read. */
export function writeClaude(file, lines) {
  const padding = 'x'.repeat(450);
  write(file, lines, (n) => claudeLine(n, padding));
}

function claudeLine(n, padding) {
  const random = sequence(Math.imul(n + 1, 0x9e3779b1));
  return {
    parentUuid: null,
    sessionId: 'a2b7c5de-1111-4222-8333-944455566677',
    version: '2.0.1',
    type: 'assistant',
    requestId: `req_${n}`,
    timestamp: new Date(START + below(51 * 1440, random) * MINUTE).toISOString(),
    message: {
      id: `msg_${n}`,
      role: 'assistant',
      model: 'claude-sonnet-4-20250514',
      content: [{ type: 'text', text: padding }],
      usage: {
        input_tokens: below(9000, random),
        cache_creation_input_tokens: below(900, random),
        cache_read_input_tokens: below(9000, random),
        output_tokens: below(900, random),
      },
    },
    costUSD: null,
  };
}

function leanLine(n) {
  const random = sequence(Math.imul(n + 1, 0x9e3779b1));
  const model = pick(MODELS, random);
  const [prompt, candidates] = [below(9000, random), below(900, random)];
  return {
    timestamp: new Date(START + below(51 * 1440, random) * MINUTE).toISOString(),
    model,
    duration_ms: 300 + below(9000, random),
    labels: { phase: pick(PHASES, random), video: `ep${String(below(400, random)).padStart(3, '0')}` },
    response: {
      candidates: [{ finishReason: 'STOP' }],
      usageMetadata: {
        promptTokenCount: prompt,
        candidatesTokenCount: candidates,
        totalTokenCount: prompt + candidates,
        promptTokensDetails: [{ modality: 'TEXT', tokenCount: prompt }],
      },
      modelVersion: model,
      responseId: `call${String(n).padStart(18, '0')}`,
    },
  };
}

function fatLine(n, random, image) {
  const prompt = 100 + below(900, random);
  const offset = below(1024, random);
  const data = image.slice(offset, offset + (IMAGE_BYTES * 4) / 3);
  return {
    timestamp: new Date(START + n * MINUTE).toISOString(),
    model: 'gemini-2.5-flash-image',
    labels: { phase: 'panels', video: `ep${String(n % 40).padStart(3, '0')}` },
    response: {
      candidates: [{ content: { role: 'model', parts: [{ inlineData: { mimeType: 'image/png', data } }] } }],
      usageMetadata: {
        promptTokenCount: prompt,
        candidatesTokenCount: 1290,
        totalTokenCount: prompt + 1290,
        promptTokensDetails: [{ modality: 'TEXT', tokenCount: prompt }],
        candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1290 }],
      },
      modelVersion: 'gemini-2.5-flash-image',
      responseId: `image${String(n).padStart(18, '0')}`,
    },
  };
}

function write(file, lines, line) {
  const handle = openSync(file, 'w');
  let buffered = '';
  for (let n = 0; n < lines; n++) {
    buffered += `${JSON.stringify(line(n))}\n`;
    if (buffered.length < 1 << 20 && n < lines - 1) continue;
    writeSync(handle, buffered);
    buffered = '';
  }
  closeSync(handle);
}

function text(random, length) {
  let result = '';
  while (result.length < length) result += BASE64[below(BASE64.length, random)];
  return result;
}

function below(limit, random) {
  return Math.floor(random() * limit);
}

function pick(items, random) {
  return items[below(items.length, random)];
}
