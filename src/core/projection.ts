/**
 * Reads only the wanted parts of a JSON text: a 5 MB base64 image costs a byte search, not a parse.
 * What is not wanted is skipped by its structure and not validated; what is wanted goes through `JSON.parse`.
 */
export interface Projection {
  /** The whole value is wanted. */
  whole: boolean;
  /** Only whether the key is there is wanted; its value reads as `true`. */
  presence: boolean;
  keys: WantedKey[];
  /** The same by the length of their names. */
  byLength: WantedKey[][];
  /** What is wanted of every element, where the value is an array. */
  each: Projection | undefined;
}

export interface WantedKey {
  name: string;
  bytes: Uint8Array;
  below: Projection;
}

/**
 * Compiles paths such as `usageMetadata.*` (all below), `candidates[].finishReason` (of every element) and
 * `predictions[].bytesBase64Encoded?` (only whether it is there).
 */
export function projection(paths: readonly string[]): Projection {
  const root = nothing();
  for (const path of paths) {
    let node = root;
    for (const part of path.split('.')) {
      if (part === '*') break;
      const [, name = '', arrays = '', presence] = /^([^[\]?]*)((?:\[\])*)(\?)?$/.exec(part) ?? [];
      if (name) node = below(node, name);
      for (let depth = 0; depth < arrays.length; depth += 2) node = node.each ??= nothing();
      if (presence) node.presence = true;
    }
    if (!node.presence) node.whole = true;
  }
  return root;
}

function nothing(): Projection {
  return { whole: false, presence: false, keys: [], byLength: [], each: undefined };
}

function below(node: Projection, name: string): Projection {
  const known = node.keys.find((key) => key.name === name);
  if (known) return known.below;
  const key = { name, bytes: new TextEncoder().encode(name), below: nothing() };
  node.keys.push(key);
  node.byLength[key.bytes.length] ??= [];
  node.byLength[key.bytes.length]!.push(key);
  return key.below;
}
