import { projection } from '../core/project.ts';
import { callEntry, callRecord } from './call-record.ts';
import { CONTAINERS } from './containers.ts';
import { costEntry } from './cost-entry.ts';
import { elevenLabsTimestamps, elevenLabsTranscript } from './elevenlabs-audio.ts';
import { elevenLabsHeaders } from './elevenlabs-headers.ts';
import { elevenLabsHistory } from './elevenlabs-history.ts';
import { flatLine } from './flat-line.ts';
import { geminiBatch, vertexBatch } from './gemini-batch.ts';
import { geminiCliResponse } from './gemini-cli-responses.ts';
import { geminiCliResult, geminiCliStream } from './gemini-cli-result.ts';
import { geminiCliSession } from './gemini-cli-session.ts';
import { geminiLive } from './gemini-live.ts';
import { geminiResponse } from './gemini-response.ts';
import { generationRow } from './generation-row.ts';
import { har } from './har.ts';
import { sdkRecording, vcrInteraction } from './http-recording.ts';
import { interaction } from './interaction.ts';
import { langChain } from './langchain.ts';
import { langfuse } from './langfuse.ts';
import { liteLlm } from './litellm.ts';
import { noCall } from './no-call.ts';
import { openAiCompletion } from './openai.ts';
import { otelDump } from './otel-dump.ts';
import { otlp } from './otlp.ts';
import { runLine } from './run-line.ts';
import { sdkError } from './sdk-error.ts';
import { sessionLine } from './session.ts';
import type { LogShape } from './shape.ts';
import { usageEvent } from './usage-event.ts';
import { vercelAi } from './vercel-ai.ts';

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

const paths = [...new Set(shapes.flatMap((shape) => shape.paths))];

/** All that any shape reads of a record, also where the record is an element of an export. */
export const RECORD = projection(paths, CONTAINERS);
