import type { JsonObject } from '../../../src/core/json.ts';

/** Calls priced by hand from the published prices, as Gemini reports them. */
export interface GoldenCall {
  name: string;
  model: string;
  day: string;
  tier: string;
  /** What it costs, in dollars. */
  usd: string;
  usageMetadata: JsonObject;
  /** The answer holds an inline image. */
  hasImage?: boolean;
}

export const goldenCalls: GoldenCall[] = [
  {
    name: 'thinking tokens bill as output',
    model: 'gemini-3.8-flash',
    day: '2026-11-21',
    tier: 'standard',
    usd: '0.00825',
    usageMetadata: {
      promptTokenCount: 1000,
      candidatesTokenCount: 500,
      thoughtsTokenCount: 1500,
      totalTokenCount: 3000,
    },
  },
  {
    name: 'same call after the introductory price',
    model: 'gemini-3.8-flash',
    day: '2027-01-01',
    tier: 'standard',
    usd: '0.0165',
    usageMetadata: {
      promptTokenCount: 1000,
      candidatesTokenCount: 500,
      thoughtsTokenCount: 1500,
      totalTokenCount: 3000,
    },
  },
  {
    name: 'same call, batch',
    model: 'gemini-3.8-flash',
    day: '2026-11-21',
    tier: 'batch',
    usd: '0.004125',
    usageMetadata: { promptTokenCount: 1000, candidatesTokenCount: 500, thoughtsTokenCount: 1500 },
  },
  {
    name: 'same call, priority',
    model: 'gemini-3.8-flash',
    day: '2026-11-21',
    tier: 'priority',
    usd: '0.01485',
    usageMetadata: { promptTokenCount: 1000, candidatesTokenCount: 500, thoughtsTokenCount: 1500 },
  },
  {
    name: 'only thoughts, candidatesTokenCount absent',
    model: 'gemini-3.8-flash',
    day: '2026-11-21',
    tier: 'standard',
    usd: '0.00025125',
    usageMetadata: { promptTokenCount: 10, thoughtsTokenCount: 65, totalTokenCount: 75 },
  },
  {
    name: 'Argon before 1 December',
    model: 'gemini-4-argon',
    day: '2026-11-30',
    tier: 'standard',
    usd: '0.0148',
    usageMetadata: { promptTokenCount: 10000, cachedContentTokenCount: 8000, candidatesTokenCount: 1000 },
  },
  {
    name: 'Argon from 1 December',
    model: 'gemini-4-argon',
    day: '2026-12-01',
    tier: 'standard',
    usd: '0.0296',
    usageMetadata: { promptTokenCount: 10000, cachedContentTokenCount: 8000, candidatesTokenCount: 1000 },
  },
  {
    name: 'exactly at the threshold',
    model: 'gemini-2.5-pro',
    day: '2026-11-21',
    tier: 'standard',
    usd: '0.26',
    usageMetadata: { promptTokenCount: 200000, candidatesTokenCount: 1000 },
  },
  {
    name: 'one token above: the whole request moves',
    model: 'gemini-2.5-pro',
    day: '2026-11-21',
    tier: 'standard',
    usd: '0.5150025',
    usageMetadata: { promptTokenCount: 200001, candidatesTokenCount: 1000 },
  },
  {
    name: 'above threshold with cached tokens',
    model: 'gemini-3.1-pro-preview',
    day: '2026-11-21',
    tier: 'standard',
    usd: '0.318',
    usageMetadata: { promptTokenCount: 300000, cachedContentTokenCount: 250000, candidatesTokenCount: 1000 },
  },
  {
    name: 'audio prompt with cached text',
    model: 'gemini-2.5-flash',
    day: '2026-11-21',
    tier: 'standard',
    usd: '0.00858',
    usageMetadata: {
      promptTokenCount: 10000,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 2000 },
        { modality: 'AUDIO', tokenCount: 8000 },
      ],
      cachedContentTokenCount: 1000,
      cacheTokensDetails: [{ modality: 'TEXT', tokenCount: 1000 }],
      candidatesTokenCount: 100,
    },
  },
  {
    name: 'tool-use prompt tokens are input',
    model: 'gemini-2.5-flash',
    day: '2026-11-21',
    tier: 'standard',
    usd: '0.0001907',
    usageMetadata: {
      promptTokenCount: 100,
      toolUsePromptTokenCount: 119,
      candidatesTokenCount: 50,
      totalTokenCount: 269,
    },
  },
  {
    name: 'prompt details add up to less than the count',
    model: 'gemini-3.8-flash',
    day: '2026-11-21',
    tier: 'standard',
    usd: '0.0003615',
    usageMetadata: {
      promptTokenCount: 432,
      promptTokensDetails: [{ modality: 'TEXT', tokenCount: 301 }],
      candidatesTokenCount: 10,
    },
  },
  {
    name: 'one 1K image',
    model: 'gemini-3-pro-image',
    day: '2026-11-21',
    tier: 'standard',
    usd: '0.13794',
    usageMetadata: {
      promptTokenCount: 570,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 10 },
        { modality: 'IMAGE', tokenCount: 560 },
      ],
      candidatesTokenCount: 1120,
      candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1120 }],
      thoughtsTokenCount: 200,
    },
  },
  {
    name: 'image details cover part of the candidates',
    model: 'gemini-3-pro-image',
    day: '2026-11-21',
    tier: 'standard',
    usd: '0.14234',
    usageMetadata: {
      promptTokenCount: 10,
      candidatesTokenCount: 1780,
      candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1120 }],
    },
  },
  {
    name: 'image answer without details',
    model: 'gemini-2.5-flash-image',
    day: '2026-09-01',
    tier: 'standard',
    usd: '0.038703',
    usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 1290 },
    hasImage: true,
  },
  {
    name: '4K image',
    model: 'gemini-nano-banana-2.1',
    day: '2026-11-21',
    tier: 'standard',
    usd: '0.11343',
    usageMetadata: {
      promptTokenCount: 20,
      candidatesTokenCount: 3780,
      candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 3780 }],
    },
  },
  {
    name: 'speech, 10 s',
    model: 'gemini-3.8-flash-tts',
    day: '2026-11-21',
    tier: 'standard',
    usd: '0.00226',
    usageMetadata: {
      promptTokenCount: 20,
      candidatesTokenCount: 250,
      candidatesTokensDetails: [{ modality: 'AUDIO', tokenCount: 250 }],
    },
  },
  {
    name: 'embedding of an image',
    model: 'gemini-embedding-2',
    day: '2026-11-21',
    tier: 'standard',
    usd: '0.0001161',
    usageMetadata: { promptTokenCount: 258, promptTokensDetails: [{ modality: 'IMAGE', tokenCount: 258 }] },
  },
  {
    name: '3.6 Flash at launch',
    model: 'gemini-3.6-flash',
    day: '2026-07-25',
    tier: 'standard',
    usd: '0.009',
    usageMetadata: { promptTokenCount: 1000, candidatesTokenCount: 1000 },
  },
  {
    name: '2.5 Flash cached in summer 2025',
    model: 'gemini-2.5-flash',
    day: '2025-08-01',
    tier: 'standard',
    usd: '0.000075',
    usageMetadata: { promptTokenCount: 1000, cachedContentTokenCount: 1000, candidatesTokenCount: 0 },
  },
];
