/**
 * Which parts of a JSON text to read: a 5 MB base64 image costs a byte search, not a parse. What is not wanted is skipped
 * by its structure and not validated; what is wanted reads as `JSON.parse` reads it.
 * What is below a key is made when that key is first met: few of a thousand paths are in any one log.
 */
export class Projection {
  /** The whole value is wanted. */
  readonly whole: boolean;
  /** Only whether the key is there is wanted; its value reads as `true`. */
  readonly presence: boolean;
  readonly keys: WantedKey[];
  /** The same by the length of their names. */
  readonly byLength: WantedKey[][] = [];
  /** The wanted or found key that came first last time: most records of a log have the same keys in the same order. */
  first: WantedKey | undefined;
  /** The keys found in whole values so far, each with what was found below it. */
  private found: Map<string, WantedKey> | undefined;
  private readonly paths: Paths;
  private element: Projection | undefined;

  constructor(paths: Paths) {
    this.paths = paths;
    this.whole = paths.whole;
    this.presence = paths.presence;
    this.keys = [...paths.below].map(([name, below]) => new WantedKey(name, below));
    for (const key of this.keys) {
      this.byLength[key.bytes.length] ??= [];
      this.byLength[key.bytes.length]!.push(key);
    }
  }

  /** What is wanted of every element, where the value is an array. */
  get each(): Projection | undefined {
    if (!this.element && this.paths.each.length > 0) this.element = projection(this.paths.each);
    return this.element;
  }

  /** A key of a whole value. Past a bound, which is for keys that are data, nothing more is remembered. */
  foundKey(name: string): WantedKey {
    this.found ??= new Map();
    let key = this.found.get(name);
    if (!key) {
      key = new WantedKey(name, ['*']);
      if (this.found.size < MOST_FOUND) this.found.set(name, key);
    }
    return key;
  }
}

export class WantedKey {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** As it mostly stands in a text: `"name":`. */
  readonly quoted: Uint8Array;
  /** The key that came after this one last time. */
  next: WantedKey | undefined;
  private readonly paths: readonly Path[];
  private value: Projection | undefined;

  constructor(name: string, paths: readonly Path[]) {
    this.name = name;
    this.paths = paths;
    this.bytes = encoder.encode(name);
    this.quoted = encoder.encode(`"${name}":`);
  }

  get below(): Projection {
    this.value ??= projection(this.paths);
    return this.value;
  }
}

/**
 * Compiles paths such as `usageMetadata.*` (all below), `candidates[].finishReason` (of every element) and
 * `predictions[].bytesBase64Encoded?` (only whether it is there). Elements of the lists named `lists` have the same paths.
 */
export function projection(paths: readonly Path[], lists: readonly string[] = []): Projection {
  const all = sorted(paths);
  for (const name of lists) all.below.set(name, [...(all.below.get(name) ?? []), { each: paths }]);
  return new Projection(all);
}

const MOST_FOUND = 100;
const encoder = new TextEncoder();

/** A path, or those of every element of a list. */
type Path = string | { each: readonly Path[] };

/** Paths by their first step, which they are without. */
interface Paths {
  whole: boolean;
  presence: boolean;
  each: Path[];
  below: Map<string, Path[]>;
}

function sorted(paths: readonly Path[]): Paths {
  const result: Paths = { whole: false, presence: false, each: [], below: new Map() };
  for (const path of paths) {
    if (typeof path !== 'string') for (const one of path.each) result.each.push(one);
    else if (path === '' || path === '*') result.whole = true;
    else if (path === '?') result.presence = true;
    else if (path.startsWith('[]')) result.each.push(withoutDot(path.slice(2)));
    else {
      const end = path.search(STEP_END);
      const name = end === -1 ? path : path.slice(0, end);
      const rest = end === -1 ? '' : withoutDot(path.slice(end));
      const same = result.below.get(name);
      if (same) same.push(rest);
      else result.below.set(name, [rest]);
    }
  }
  return result;
}

const STEP_END = /[.[?]/;

function withoutDot(path: string): string {
  return path.startsWith('.') ? path.slice(1) : path;
}
