import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { UsageEvent } from '../../src/core/usage/event.ts';
import { temporaryFolder } from './costwatch.ts';

const gemini = (id: string, day: number, model: string, fields: Partial<UsageEvent>): UsageEvent => ({
  id,
  timestamp: `2026-11-${String(day).padStart(2, '0')}T${id.length % 2 ? '09' : '23'}:30:00.000Z`,
  service: 'gemini',
  operation: 'generate_content',
  requestModel: model,
  responseModel: model,
  status: 'ok',
  ...fields,
});

const speech = (id: string, day: number, voice: string, characters: number): UsageEvent => ({
  id,
  timestamp: `2026-11-${String(day).padStart(2, '0')}T12:00:00.000Z`,
  service: 'elevenlabs',
  operation: 'text_to_speech',
  requestModel: 'eleven_flash_v2_5',
  responseModel: 'eleven_flash_v2_5',
  status: 'ok',
  durationMs: 900,
  voice,
  usage: { characters, credits: characters / 2 },
});

/** Every kind of call there is: priced, retried, failed, interrupted, unpriced, estimated, repeated, of other vendors. */
export const MIXED: UsageEvent[] = [
  ...[2, 3, 4, 9, 10, 17, 18].flatMap((day, index) => [
    gemini(`text-${day}`, day, 'gemini-2.5-flash', {
      durationMs: 800 + 100 * index,
      labels: { phase: 'script', video: `ep0${1 + (index % 2)}` },
      usage: {
        inputTokens: 12_000 * (index + 1),
        cacheReadInputTokens: 3000,
        outputTokens: 900,
        reasoningOutputTokens: 300,
      },
    }),
    gemini(`panel-${day}`, day, 'gemini-2.5-pro', {
      durationMs: 4000,
      labels: { phase: 'panels', video: 'ep01' },
      usage: { inputTokens: 1000 + index, outputTokens: 5000 - 7 * index, reasoningOutputTokens: 1000 },
    }),
    speech(`voice-${day}`, day, index % 3 ? 'Rachel' : 'Adam', 240 + 2 * index),
  ]),
  gemini('lite', 11, 'gemini-2.5-flash-lite', { attempt: 2, usage: { inputTokens: 17, outputTokens: 3 } }),
  gemini('refused', 11, 'gemini-2.5-flash-lite', {
    status: 'failed',
    httpStatus: 429,
    errorCode: 'RESOURCE_EXHAUSTED',
  }),
  gemini('cut', 12, 'gemini-2.5-pro', { status: 'incomplete', usage: { inputTokens: 500, outputTokens: 40 } }),
  gemini('mystery', 12, 'gemini-9-mystery', { usage: { inputTokens: 100, outputTokens: 10 } }),
  gemini('asked', 12, 'gemini-2.5-flash', {
    responseModel: undefined,
    usage: { inputTokens: 10, outputTokens: 1 },
  } as Partial<UsageEvent>),
  gemini('text-2', 2, 'gemini-2.5-flash', { usage: { inputTokens: 1, outputTokens: 1 } }),
  // The later record of this call is the fuller one.
  gemini('text-3', 3, 'gemini-2.5-flash', {
    labels: { phase: 'script' },
    usage: { inputTokens: 24_000, outputTokens: 1234 },
  }),
  { ...gemini('gpt', 12, 'gpt-5o', {}), service: 'openai', recordedCost: { amount: '1.25', currency: 'USD' } },
];

/** The folder of a log of these events and one record that is no call. */
export function logFolder(events: readonly unknown[] = MIXED): string {
  const folder = temporaryFolder();
  const lines = [...events.map((event) => JSON.stringify(event)), '{"weather":"fine"}'];
  writeFileSync(join(folder, 'calls.jsonl'), `${lines.join('\n')}\n`);
  return folder;
}
