import { geminiCliResponse } from './agents/gemini-cli-responses.ts';
import { geminiCliResult, geminiCliStream } from './agents/gemini-cli-result.ts';
import { geminiCliSession } from './agents/gemini-cli-session.ts';
import { elevenLabsTimestamps, elevenLabsTranscript } from './elevenlabs/audio.ts';
import { elevenLabsHeaders } from './elevenlabs/headers.ts';
import { elevenLabsHistory } from './elevenlabs/history.ts';
import { langChain } from './gateways/langchain.ts';
import { liteLlm } from './gateways/litellm.ts';
import { openAiCompletion } from './gateways/openai.ts';
import { vercelAi } from './gateways/vercel-ai.ts';
import { geminiBatch, vertexBatch } from './google/batch.ts';
import { interaction } from './google/interaction.ts';
import { geminiLive } from './google/live.ts';
import { geminiResponse } from './google/response.ts';
import { callEntry, callRecord } from './own/call-record.ts';
import { costEntry } from './own/cost-entry.ts';
import { flatLine } from './own/flat-line.ts';
import { generationRow } from './own/generation-row.ts';
import { noCall } from './own/no-call.ts';
import { runLine } from './own/run-line.ts';
import { sessionLine } from './own/session.ts';
import { usageEvent } from './own/usage-event.ts';
import { har } from './recordings/har.ts';
import { sdkError } from './recordings/sdk-error.ts';
import { sdkRecording, vcrInteraction } from './recordings/vcr.ts';
import type { LogShape } from './shape.ts';
import { langfuse } from './telemetry/langfuse.ts';
import { otelDump } from './telemetry/otel-dump.ts';
import { otlp } from './telemetry/otlp.ts';

/** Every log shape that is understood; the first that recognises a record reads it, so the special come first. */
export const shapes: readonly LogShape[] = [
  sessionLine,
  usageEvent,
  vcrInteraction,
  sdkRecording,
  har,
  geminiCliResponse,
  geminiCliSession,
  geminiCliResult,
  geminiCliStream,
  otlp,
  otelDump,
  langfuse,
  liteLlm,
  vercelAi,
  langChain,
  interaction,
  openAiCompletion,
  geminiLive,
  elevenLabsHistory,
  elevenLabsTranscript,
  elevenLabsTimestamps,
  elevenLabsHeaders,
  sdkError,
  noCall,
  geminiBatch,
  vertexBatch,
  callEntry,
  callRecord,
  costEntry,
  generationRow,
  runLine,
  geminiResponse,
  flatLine,
];
