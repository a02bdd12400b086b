import type { JsonObject } from '../../core/json.ts';
import { isObject } from '../../core/json.ts';

/** A resource id that carries what its later answers need: this API keeps no state between requests. */
export function idOf(facts: JsonObject): string {
  return Buffer.from(JSON.stringify(facts)).toString('base64url');
}

/** What `idOf` put into an id; undefined for an id that this API did not make. */
export function factsIn(id: string | undefined): JsonObject | undefined {
  try {
    const facts: unknown = JSON.parse(Buffer.from(id ?? '', 'base64url').toString('utf8'));
    return isObject(facts) ? facts : undefined;
  } catch {
    // An id from elsewhere: the caller answers 404.
    return undefined;
  }
}
