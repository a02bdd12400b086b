import type { GoogleGenAI, Part } from '@google/genai';
import { UsageError } from '../../core/errors.ts';
import { guessTokens, sumTokens } from '../../core/estimate/tokens.ts';
import { at, text } from '../../core/json.ts';
import { bareModelId, resolveAlias } from '../../core/pricing/book/book.ts';
import type { PricingContext } from '../../core/pricing/price.ts';
import { plain } from '../../core/text.ts';
import type { Modality, ModalityTokens } from '../../core/usage/event.ts';
import type { InputFile } from './inputs.ts';

/** The input tokens of one call. */
export interface Counted {
  tokens: ModalityTokens;
  /** Whether Google counted them. */
  exact: boolean;
  /** The rules of an offline estimate, or why it is one. */
  assumptions: string[];
}

/** Google takes requests of 20 MB; base64 makes four bytes of three. */
const MOST_INLINE_BYTES = 14_000_000;
const TIMEOUT_MS = 15_000;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Counts the input of a call by Google's countTokens where the environment has a key, which is free and generates
 * nothing; else, and where that fails, by the documented rules.
 */
export async function countInput(
  files: readonly InputFile[],
  model: string,
  context: PricingContext,
  env: Environment,
): Promise<Counted> {
  if (files.length === 0) return { tokens: {}, exact: true, assumptions: [] };
  const key = (env.GOOGLE_API_KEY || env.GEMINI_API_KEY || '').trim();
  if (key === '') return offline(files, model, context, 'GEMINI_API_KEY is not set');
  if (files.reduce((sum, file) => sum + file.bytes, 0) > MOST_INLINE_BYTES)
    return offline(files, model, context, 'the files are too large for countTokens');
  const client = await connect(key, env);
  try {
    return { tokens: await countByModality(files, model, client), exact: true, assumptions: [] };
  } catch (error) {
    return offline(files, model, context, `countTokens of ${plain(model)} failed: ${failure(error)}`);
  }
}

async function connect(apiKey: string, env: Environment): Promise<GoogleGenAI> {
  const { GoogleGenAI: Client } = await import('@google/genai');
  const baseUrl = env.GOOGLE_GEMINI_BASE_URL?.trim();
  return new Client({ apiKey, vertexai: false, httpOptions: { timeout: TIMEOUT_MS, ...(baseUrl ? { baseUrl } : {}) } });
}

/** The SDK tells the sum only, so each kind of media is counted once more alone; the rest is text. */
async function countByModality(
  files: readonly InputFile[],
  model: string,
  client: GoogleGenAI,
): Promise<ModalityTokens> {
  const count = async (some: readonly InputFile[]): Promise<number> => {
    const contents = [{ role: 'user', parts: some.map(partOf) }];
    const { totalTokens } = await client.models.countTokens({ model: bareModelId(model), contents });
    if (totalTokens === undefined) throw new TypeError('the answer has no totalTokens');
    return totalTokens;
  };
  const total = await count(files);
  const kinds = [...new Set(files.map(({ modality }) => modality))];
  const [only] = kinds;
  if (kinds.length === 1 && only !== undefined) return { [only]: total };
  const tokens: ModalityTokens = {};
  let left = total;
  for (const kind of kinds.filter((modality): modality is Exclude<Modality, 'text'> => modality !== 'text')) {
    const part = await count(files.filter(({ modality }) => modality === kind));
    tokens[kind] = Math.min(part, left);
    left -= tokens[kind];
  }
  return left > 0 ? { text: left, ...tokens } : tokens;
}

function partOf(file: InputFile): Part {
  return file.text === undefined
    ? { inlineData: { mimeType: file.mimeType, data: file.base64() } }
    : { text: file.text };
}

/** What Google says, without its own words: those may repeat the key. */
function failure(error: unknown): string {
  const status = at(error, 'status');
  if (typeof status === 'number') return `HTTP ${status}`;
  const code = text(at((error as Error).cause, 'code')) ?? text(at(error, 'code'));
  return code ? plain(code, 40) : 'no answer that could be read';
}

function offline(files: readonly InputFile[], model: string, context: PricingContext, why: string): Counted {
  const id = bareModelId(model);
  const meant = resolveAlias(context.book.aliases, id, context.today) ?? id;
  const guesses = files.map((file) => guessTokens(file, meant) ?? needsSize(file, why));
  const rules = [...new Set(guesses.map(({ rule }) => rule))];
  return {
    tokens: sumTokens(guesses.map(({ tokens }) => tokens)),
    exact: false,
    assumptions: [`offline estimate: ${rules.join(', ')}`, why],
  };
}

function needsSize(file: InputFile, why: string): never {
  const [what, option] = file.modality === 'document' ? ['number of pages', '--pages 12'] : ['length', '--seconds 90'];
  throw new UsageError(`The ${what} of ${file.name} is not known, and Google did not count it (${why}).`, {
    hint: `Add ${option}, one value for each such file in order; in a plan, give inputTokens instead of prompt.`,
  });
}
