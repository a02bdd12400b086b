import type { JsonObject } from '../../core/json.ts';
import type { Usage } from '../../core/usage/event.ts';
import { usageFromMetadata } from '../../providers/gemini/text/usage-metadata.ts';
import { RecordError } from '../shape.ts';
import { countAt, present } from './fields.ts';

/** Where a record keeps the counts of Gemini's `usageMetadata` under names of its own. */
export type Places = Partial<Record<'prompt' | 'candidates' | 'thoughts' | 'toolUse' | 'cached' | 'total', string>>;

/** A usage from `usageMetadata`, with its doubt. Refuses counts that are none. */
export function readMetadata(metadata: JsonObject): { usage?: Usage; estimated?: string } {
  const read = usageFromMetadata(metadata);
  if (read?.doubt && !read.usage) throw new RecordError(read.doubt);
  // Every call has input: nothing but zeros means that nothing was reported.
  if (!read?.usage || (read.usage.inputTokens === 0 && read.usage.outputTokens === 0)) return {};
  return { usage: read.usage, ...present({ estimated: read.doubt }) };
}

/** As `readMetadata`, for counts that have Gemini's meaning and other names: thoughts and tool results beside the rest. */
export function readCounts(record: JsonObject, places: Places): { usage?: Usage; estimated?: string } {
  const at = (path: string | undefined) => (path === undefined ? undefined : countAt(record, path));
  return readMetadata(
    present({
      promptTokenCount: at(places.prompt),
      candidatesTokenCount: at(places.candidates),
      thoughtsTokenCount: at(places.thoughts),
      toolUsePromptTokenCount: at(places.toolUse),
      cachedContentTokenCount: at(places.cached),
      totalTokenCount: at(places.total),
    }) as JsonObject,
  );
}

/** What an aggregate of several calls cannot tell is the length of each prompt: none is then taken as a long one. */
export function ofSeveralCalls(read: { usage?: Usage; estimated?: string }, calls: number) {
  const input = read.usage?.inputTokens ?? 0;
  if (!read.usage || calls < 2) return read;
  const usage = { ...read.usage, contextTokens: Math.ceil(input / calls) };
  if (input <= SHORTEST_LONG_PROMPT) return { ...read, usage };
  const estimated = `the record sums up ${calls} calls: their average decides about the price of long prompts`;
  return { usage, estimated: read.estimated ?? estimated };
}

const SHORTEST_LONG_PROMPT = 128_000;
