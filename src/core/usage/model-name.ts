import { bareModelId } from '../pricing/book/book.ts';
import type { UsageEvent } from './event.ts';

/** Whether an id is the model that was named; a trailing `*` of the pattern matches any ending. */
export function matchesModel(model: string, pattern: string): boolean {
  const id = bareModelId(model);
  return pattern.endsWith('*') ? id.startsWith(pattern.slice(0, -1)) : id === pattern;
}

/** Whether a call is one of the model that was named, by the model that answered or else the one that was asked. */
export function isOfModel({ responseModel, requestModel }: UsageEvent, pattern: string): boolean {
  return matchesModel(responseModel ?? requestModel ?? '', pattern);
}
