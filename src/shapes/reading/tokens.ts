import { newUsage, type Usage } from '../../core/usage/event.ts';
import { RecordError } from '../shape.ts';

/** Token counts as a log has them, before it is known which of them contain which. */
export interface TokenCounts {
  input?: number | undefined;
  output?: number | undefined;
  total?: number | undefined;
  cached?: number | undefined;
  /** Tokens written to a cache, which some vendors count beside the input. */
  cacheWrite?: number | undefined;
  reasoning?: number | undefined;
}

/** What to take where the total does not tell: whether the count of cached input stands beside the input. */
export interface CountStyle {
  cachedBeside?: boolean;
}

export interface ReadTokens {
  usage?: Usage;
  estimated?: string;
}

/** Sorts out which counts contain which, by the total where there is one. Nothing but zeros is no usage. */
export function readTokens(counts: TokenCounts, style: CountStyle = {}): ReadTokens {
  const { total, cached = 0, cacheWrite = 0 } = counts;
  if (!counts.input && !counts.output && !total && !counts.reasoning && !cached) return {};
  if (total !== undefined && counts.input === undefined && counts.output === undefined)
    return { usage: { inputTokens: total }, estimated: 'only a total of tokens is logged: all taken as input' };
  const input = (counts.input ?? 0) + (isCachedBeside(counts, style) ? cached + cacheWrite : 0);
  if (cached > input) throw new RecordError('more cached tokens than input tokens');
  const { output, estimated } = allOutput(counts, input);
  const usage = newUsage();
  usage.inputTokens = input;
  usage.outputTokens = output;
  if (cached > 0) usage.cacheReadInputTokens = cached;
  if (counts.reasoning) usage.reasoningOutputTokens = Math.min(counts.reasoning, output);
  return estimated ? { usage, estimated } : { usage };
}

function isCachedBeside({ input = 0, output = 0, total, cached = 0, cacheWrite = 0 }: TokenCounts, style: CountStyle) {
  if (cached + cacheWrite === 0) return false;
  if (cached > input) return true;
  if (total !== undefined && total === input + output + cached + cacheWrite) return true;
  return total === undefined && style.cachedBeside === true;
}

function allOutput(
  { output = 0, reasoning = 0, total }: TokenCounts,
  input: number,
): { output: number; estimated?: string } {
  if (total === undefined || total === 0) {
    return { output: reasoning > output ? output + reasoning : output };
  }
  const rest = total - input;
  if (rest === output && reasoning <= output) return { output };
  if (rest === output + reasoning) return { output: rest };
  if (rest > output)
    return { output: rest, estimated: 'the total holds tokens that neither input nor output shows: taken as output' };
  return { output, estimated: 'token counts do not add up to their total' };
}
