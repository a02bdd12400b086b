/**
 * Positions by id: a million ids as strings would take a hundred megabytes. Ids are compared by 64 bits of hash, so two
 * of a million different ones are taken for one with a chance of 1 in 37 million.
 *
 * Entries are kept in pages, and a full page is split in two, so that growing neither copies the whole table nor leaves
 * an old one behind (https://en.wikipedia.org/wiki/Extendible_hashing).
 */
export class IdTable {
  /** Of what was last looked for: both halves of its hash, its page, and where in it it is or may be put. */
  private hash = 0;
  private check = 0;
  private page = 0;
  private slot = 0;
  /** The service asked for last, and the hashes of its name. */
  private service: string | undefined;
  private serviceOne = 0;
  private serviceTwo = 0;
  /** Of what was hashed last, before it is finished. */
  private one = 0;
  private two = 0;
  /** The page of an entry by the lowest bits of its hash. */
  private directory: Int32Array;
  /** Of pages; so many lie in each that a small table is small. */
  private readonly chunks: Int32Array[] = [];
  private pages = 0;
  private readonly deepest: number;

  /** For about so many ids, as far as that is known. `deepest` is how many bits of hashes tell pages apart at most. */
  constructor(count = 0, deepest = DEEPEST) {
    this.deepest = deepest;
    const depth = Math.min(deepest, Math.ceil(Math.log2(Math.max(1, count / FULL))));
    this.directory = Int32Array.from({ length: 1 << depth }, (_, page) => page);
    while (this.pages < this.directory.length) this.addPage(depth);
  }

  /** The position of an id among those of one service. */
  find(service: string, id: string): number | undefined {
    this.take(service, id);
    return this.look();
  }

  /** The two halves of an id's hash. Rollups of the history keep them: what they are must not change. */
  hashOf(service: string, id: string): readonly [hash: number, check: number] {
    this.take(service, id);
    return [this.hash >>> 0, this.check >>> 0];
  }

  /** As `find`, for an id of which the hashes are known before they are finished. */
  findHashed(service: string, one: number, two: number): number | undefined {
    this.finish(service, one, two);
    return this.look();
  }

  /** As `find`, for an id of which `hashOf` is known. */
  findByHash(hash: number, check: number): number | undefined {
    this.hash = hash | 0;
    this.check = check | 0;
    return this.look();
  }

  /** Gives an id, by its `hashOf`, the position unless it has one. Returns the one that it has then. */
  claim(hash: number, check: number, position: number): number {
    const known = this.findByHash(hash, check);
    if (known === undefined) this.set(position);
    return known ?? position;
  }

  /** Sets the position of what was just asked for. */
  set(position: number): void {
    if (position >= MOST) throw new RangeError('more calls with ids than one report can tell apart');
    const chunk = this.chunks[this.page >> CHUNK_BITS]!;
    const start = (this.page & (CHUNK_PAGES - 1)) * PAGE;
    const { slot } = this;
    if (chunk[slot + 2] === 0) chunk[start + USED]!++;
    chunk[slot] = this.hash;
    chunk[slot + 1] = this.check;
    chunk[slot + 2] = position + 1;
    if (chunk[start + USED]! > FULL && chunk[start + NEXT] === 0) this.grow(chunk, start);
  }

  /** Forgets the position of what was just asked for. */
  unset(): void {
    this.chunks[this.page >> CHUNK_BITS]![this.slot + 2] = FORGOTTEN;
  }

  private look(): number | undefined {
    const { hash, check, directory, chunks } = this;
    let page = directory[hash & (directory.length - 1)]!;
    for (;;) {
      const chunk = chunks[page >> CHUNK_BITS]!;
      const start = (page & (CHUNK_PAGES - 1)) * PAGE;
      const first = start + HEAD;
      const last = first + SLOTS * 3;
      let at = first + ((check >>> 0) % SLOTS) * 3;
      while (chunk[at + 2] !== 0 && (chunk[at] !== hash || chunk[at + 1] !== check))
        at = at + 3 === last ? first : at + 3;
      const position = chunk[at + 2]!;
      const next = chunk[start + NEXT]!;
      if (position === 0 && next !== 0) {
        page = next;
        continue;
      }
      this.page = page;
      this.slot = at;
      return position === 0 || position === FORGOTTEN ? undefined : (position >>> 0) - 1;
    }
  }

  /** Splits a page by the next bit of its hashes; where these have no more, another page goes on with it. */
  private grow(chunk: Int32Array, start: number): void {
    const { hash } = this;
    const depth = chunk[start + DEPTH]!;
    const made = this.addPage(depth + 1);
    const madeChunk = this.chunks[made >> CHUNK_BITS]!;
    const madeStart = (made & (CHUNK_PAGES - 1)) * PAGE;
    if (depth >= this.deepest) {
      chunk[start + NEXT] = made;
      return;
    }
    if (1 << depth === this.directory.length) {
      const doubled = new Int32Array(this.directory.length * 2);
      doubled.set(this.directory);
      doubled.set(this.directory, this.directory.length);
      this.directory = doubled;
    }
    const bit = 1 << depth;
    for (let at = (hash & (bit - 1)) | bit; at < this.directory.length; at += bit * 2) this.directory[at] = made;
    const entries = chunk.slice(start + HEAD, start + PAGE);
    chunk.fill(0, start + HEAD, start + PAGE);
    chunk[start + DEPTH] = depth + 1;
    chunk[start + USED] = 0;
    for (let from = 0; from < entries.length; from += 3) {
      if (entries[from + 2] === 0) continue;
      if ((entries[from]! & bit) === 0) put(chunk, start, entries, from);
      else put(madeChunk, madeStart, entries, from);
    }
  }

  private addPage(depth: number): number {
    const made = this.pages++;
    if (made % CHUNK_PAGES === 0) this.chunks.push(new Int32Array(CHUNK_PAGES * PAGE));
    this.chunks[made >> CHUNK_BITS]![(made & (CHUNK_PAGES - 1)) * PAGE + DEPTH] = depth;
    return made;
  }

  private take(service: string, id: string): void {
    this.mix(id);
    this.finish(service, this.one, this.two);
  }

  /**
   * Two hashes over the same characters (https://github.com/bryc/code/blob/master/jshash/experimental/cyrb53.js);
   * `wasm/matcher.ts` makes them of bytes.
   */
  private mix(text: string): void {
    let one = 0xdeadbeef | 0;
    let two = 0x41c6ce57;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      one = Math.imul(one ^ code, 0x9e3779b1);
      two = Math.imul(two ^ code, 0x5f356495);
    }
    this.one = one;
    this.two = two;
  }

  private finish(service: string, idOne: number, idTwo: number): void {
    if (service !== this.service) {
      this.mix(service);
      this.service = service;
      this.serviceOne = this.one;
      this.serviceTwo = this.two;
    }
    const one = idOne ^ this.serviceOne;
    const two = idTwo ^ this.serviceTwo;
    const first = Math.imul(one ^ (one >>> 16), 0x85ebca6b) ^ Math.imul(two ^ (two >>> 13), 0xc2b2ae35);
    const second = Math.imul(two ^ (two >>> 16), 0x85ebca6b) ^ Math.imul(one ^ (one >>> 13), 0xc2b2ae35);
    this.hash = first ^ (first >>> 16);
    this.check = second ^ (second >>> 16);
  }
}

/** Adds an entry that is new to a page with room for it. */
function put(chunk: Int32Array, start: number, entries: Int32Array, from: number): void {
  const first = start + HEAD;
  let slot = (entries[from + 1]! >>> 0) % SLOTS;
  while (chunk[first + slot * 3 + 2] !== 0) slot = (slot + 1) % SLOTS;
  const at = first + slot * 3;
  chunk[at] = entries[from]!;
  chunk[at + 1] = entries[from + 1]!;
  chunk[at + 2] = entries[from + 2]!;
  chunk[start + USED]!++;
}

/** A page: how many bits its hashes agree in, entries in use, the page that goes on with it, and entries. */
const DEPTH = 0;
const USED = 1;
const NEXT = 2;
const HEAD = 3;
/** Of three numbers, which are together in memory: hash, check, and position plus one; 0 where a slot is free. */
const SLOTS = 192;
/** Pages fill alike and are split at about one time: so that a table of a million ids is three quarters full. */
const FULL = 168;
const PAGE = HEAD + SLOTS * 3;
const CHUNK_BITS = 8;
const CHUNK_PAGES = 1 << CHUNK_BITS;
/** More would be met only where ids were made to hash alike. */
const DEEPEST = 20;
const MOST = 2 ** 32 - 2;
/** Instead of a position: what was placed after it is still found. */
const FORGOTTEN = -1;
