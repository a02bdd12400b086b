import { findModel, type ModelPrices, type PriceBook } from './pricing/book.ts';
import { GEMINI, type Platform } from './usage/event.ts';

const memories = new WeakMap<PriceBook, Map<string, ModelPrices | undefined>>();
/** A bound for logs that name a new model in every record. */
const MOST_KNOWN = 20_000;

/** The entry of a Gemini model, the user's own ones included, remembered: a log asks for the same few a million times. */
export function knownModel(id: string, platform: Platform | undefined, book: PriceBook): ModelPrices | undefined {
  let memory = memories.get(book);
  if (!memory || memory.size >= MOST_KNOWN) {
    memory = new Map();
    memories.set(book, memory);
  }
  const key = platform === undefined ? id : `${platform} ${id}`;
  if (!memory.has(key)) {
    const listed = findModel(book.models, GEMINI, id, platform);
    memory.set(key, listed ?? findModel(book.overrides, GEMINI, id, platform));
  }
  return memory.get(key);
}
