/**
 * Positions by id: a million ids as strings would take a hundred megabytes. Ids are compared by 64 bits of hash, so two of a million different ones are taken for one with a chance of 1 in 37 million.
 */
export class IdTable {
  /** Of what was last looked for: both halves of its hash, and its place. */
  hash = 0;
  check = 0;
  private slot = 0;
  /** The service asked for last, and what its name begins hashes with. */
  private service: string | undefined;
  private serviceHash = 0;
  private serviceCheck = 0;
  private size = 0;
  private mask = SMALLEST - 1;
  /** Three numbers a slot, which are together in memory: hash, check and position, plus one; 0 where a slot is free. */
  private slots = new Int32Array(SMALLEST * 3);

  /** The position of an id among those of one service. */
  find(service: string, id: string): number | undefined {
    this.take(service, id);
    return this.look();
  }

  /** The two halves of an id's hash, by which tables in other processes know it. */
  hashOf(service: string, id: string): readonly [hash: number, check: number] {
    this.take(service, id);
    return [this.hash >>> 0, this.check >>> 0];
  }

  /** As `find`, for an id of ASCII characters in `bytes[start, end)`. */
  findBytes(service: string, bytes: Uint8Array, start: number, end: number): number | undefined {
    this.takeBytes(service, bytes, start, end);
    return this.look();
  }

  /** As `find`, for an id that was looked for before. */
  findAgain(hash: number, check: number): number | undefined {
    this.hash = hash;
    this.check = check;
    return this.look();
  }

  private look(): number | undefined {
    const { slots, mask, hash, check } = this;
    let at = (hash & mask) * 3;
    while (slots[at + 2] !== 0 && (slots[at] !== hash || slots[at + 1] !== check)) at = at === mask * 3 ? 0 : at + 3;
    this.slot = at;
    const position = slots[at + 2]!;
    return position === 0 ? undefined : (position >>> 0) - 1;
  }

  /** Sets the position of what was just asked for. */
  set(position: number): void {
    if (position >= MOST) throw new RangeError('more calls with ids than one report can tell apart');
    const { slots, slot } = this;
    if (slots[slot + 2] === 0) this.size++;
    slots[slot] = this.hash;
    slots[slot + 1] = this.check;
    slots[slot + 2] = position + 1;
    if (this.size > (this.mask + 1) * FULL) this.grow();
  }

  /** Two hashes over the same characters (https://github.com/bryc/code/blob/master/jshash/experimental/cyrb53.js). */
  private take(service: string, id: string): void {
    this.begin(service);
    let one = this.hash;
    let two = this.check;
    for (let i = 0; i < id.length; i++) {
      const code = id.charCodeAt(i);
      one = Math.imul(one ^ code, 0x9e3779b1);
      two = Math.imul(two ^ code, 0x5f356495);
    }
    this.finish(one, two);
  }

  private takeBytes(service: string, bytes: Uint8Array, start: number, end: number): void {
    this.begin(service);
    let one = this.hash;
    let two = this.check;
    for (let at = start; at < end; at++) {
      const code = bytes[at]!;
      one = Math.imul(one ^ code, 0x9e3779b1);
      two = Math.imul(two ^ code, 0x5f356495);
    }
    this.finish(one, two);
  }

  private begin(service: string): void {
    if (service !== this.service) {
      let one = 0xdeadbeef | 0;
      let two = 0x41c6ce57;
      for (let i = 0; i < service.length; i++) {
        const code = service.charCodeAt(i);
        one = Math.imul(one ^ code, 0x9e3779b1);
        two = Math.imul(two ^ code, 0x5f356495);
      }
      this.service = service;
      this.serviceHash = Math.imul(one ^ SEPARATOR, 0x9e3779b1);
      this.serviceCheck = Math.imul(two ^ SEPARATOR, 0x5f356495);
    }
    this.hash = this.serviceHash;
    this.check = this.serviceCheck;
  }

  private finish(one: number, two: number): void {
    const first = Math.imul(one ^ (one >>> 16), 0x85ebca6b) ^ Math.imul(two ^ (two >>> 13), 0xc2b2ae35);
    const second = Math.imul(two ^ (two >>> 16), 0x85ebca6b) ^ Math.imul(one ^ (one >>> 13), 0xc2b2ae35);
    this.hash = first ^ (first >>> 16);
    this.check = second ^ (second >>> 16);
  }

  private grow(): void {
    const { slots } = this;
    const mask = this.mask * 2 + 1;
    const grown = new Int32Array(slots.length * 2);
    for (let from = 0; from < slots.length; from += 3) {
      if (slots[from + 2] === 0) continue;
      let at = (slots[from]! & mask) * 3;
      while (grown[at + 2] !== 0) at = at === mask * 3 ? 0 : at + 3;
      grown[at] = slots[from]!;
      grown[at + 1] = slots[from + 1]!;
      grown[at + 2] = slots[from + 2]!;
    }
    this.mask = mask;
    this.slots = grown;
  }
}

const SMALLEST = 1024;
const FULL = 0.7;
const MOST = 2 ** 32 - 1;
const SEPARATOR = 0x20;
