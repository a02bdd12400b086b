import { type JsonObject, objectOf } from '../../core/json.ts';

/** A resource id that carries what its later answers need: this API keeps no state between requests. */
export function idOf(facts: JsonObject): string {
  return Buffer.from(JSON.stringify(facts)).toString('base64url');
}

/** What `idOf` put into an id; undefined for an id that this API did not make: the caller answers 404. */
export function factsIn(id: string | undefined): JsonObject | undefined {
  return objectOf(Buffer.from(id ?? '', 'base64url').toString('utf8'));
}
