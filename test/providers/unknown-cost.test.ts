import { describe, expect, it } from 'vitest';
import { price } from '../../src/core/pricing/price.ts';
import { elevenlabs } from '../../src/providers/elevenlabs/index.ts';
import { gemini } from '../../src/providers/gemini/index.ts';
import { meter } from '../../src/providers/index.ts';
import type { UsageFacts } from '../../src/providers/provider.ts';
import { loadPriceBook } from '../../src/store/settings/price-book.ts';
import { exchange, memory } from './exchange.ts';
import { socket } from './socket.ts';

const G = 'https://generativelanguage.googleapis.com/v1beta';
const V = 'https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1';
const E = 'https://api.elevenlabs.io/v1';
const WS = 'wss://generativelanguage.googleapis.com/ws/google.ai.generativelanguage.v1beta.GenerativeService';
const MODEL = `${G}/models/gemini-3.8-flash`;
const VIDEO = 'models/veo-3.1-generate-001/operations/abc';

type Made = Parameters<typeof exchange>[0];
const read = (made: Made) => (gemini.readUsage(exchange(made)) ?? elevenlabs.readUsage(exchange(made)))!;
const settled = (made: Made) => gemini.readLaterAnswer!(exchange(made), memory())[0]!;

function left(provider: typeof gemini, url: string, first: object): UsageFacts {
  const open = socket(provider, url);
  const opened = open.sent(first);
  return [...opened, ...open.closed()].at(-1)!.facts;
}

const UNKNOWN: [name: string, facts: UsageFacts][] = [
  [
    'a video that was only asked for',
    read({ url: `${G}/models/veo-3.1-generate-001:predictLongRunning`, response: { name: VIDEO } }),
  ],
  [
    'a video that another program asked for',
    settled({
      method: 'GET',
      url: `${G}/${VIDEO}`,
      response: { done: true, response: { generateVideoResponse: { generatedSamples: [{ video: {} }] } } },
    }),
  ],
  ['a batch without its results', read({ url: `${MODEL}:batchGenerateContent`, response: { name: 'batches/b' } })],
  ['a batch of Vertex AI', read({ url: `${V}/batchPredictionJobs`, response: { name: 'x' } })],
  [
    'an interaction under way',
    read({ url: `${G}/interactions`, response: { id: 'i', status: 'in_progress', model: 'gemini-3.8-flash' } }),
  ],
  [
    'an interaction without usage',
    read({ url: `${G}/interactions`, response: { id: 'i', status: 'completed', model: 'gemini-3.8-flash' } }),
  ],
  [
    'an answer without usage',
    read({ url: `${MODEL}:generateContent`, response: { modelVersion: 'gemini-3.8-flash' } }),
  ],
  [
    'a tuned model',
    read({ url: `${G}/tunedModels/m:generateContent`, response: { usageMetadata: { promptTokenCount: 1 } } }),
  ],
  ['an indexed file', read({ url: `${G}/fileSearchStores/s:importFile`, response: {} })],
  [
    'an image made larger',
    read({
      url: `${V}/publishers/google/models/imagen-4.0-upscale:predict`,
      request: { parameters: { mode: 'upscale' } },
      response: { predictions: [] },
    }),
  ],
  ['a cache that another program made', settled({ method: 'PATCH', url: `${G}/cachedContents/c`, response: {} })],
  ['a video through the OpenAI-compatible endpoint', read({ url: `${G}/openai/videos`, response: { id: 'v' } })],
  [
    'a Live turn that was cut off',
    left(gemini, `${WS}.BidiGenerateContent`, { setup: { model: 'models/gemini-3.8-live' }, clientContent: {} }),
  ],
  ['Lyria RealTime', left(gemini, `${WS}.BidiGenerateMusic`, { setup: { model: 'models/lyria-realtime-exp' } })],
  ['an agent', left(elevenlabs, 'wss://api.elevenlabs.io/v1/convai/conversation', {})],
  ['a live transcription', left(elevenlabs, 'wss://api.elevenlabs.io/v1/speech-to-text/realtime', {})],
  ['a transcription', read({ url: `${E}/speech-to-text`, response: { audio_duration_secs: 5 } })],
  ['music', read({ url: `${E}/music`, status: 200 })],
  ['a dubbing', read({ url: `${E}/dubbing`, response: { expected_duration_sec: 60 } })],
  ['a studio project', read({ url: `${E}/studio/projects/p/convert`, response: {} })],
  ['a flow', read({ url: `${E}/flows/image`, response: {} })],
];

describe('what cannot be known is unpriced, never free', () => {
  const context = { book: loadPriceBook(), meter, today: '2026-11-21' };
  it.each(UNKNOWN)('%s', (_name, facts) => {
    const priced = price({ id: 'x', timestamp: '2026-11-21T10:00:00Z', ...facts }, context);
    expect(facts.status).not.toBe('failed');
    expect(priced).toMatchObject({ status: 'unpriced', reason: expect.stringMatching(/./) });
  });
});
