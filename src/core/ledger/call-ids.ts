/**
 * Numbers by call id: a million ids as strings would take a hundred megabytes. Ids are compared by 64 bits of hash, so
 * two of a million different ones are taken for one with a chance of 1 in 37 million.
 */
export class CallIds {
  /** Of three numbers for each slot: both halves of the hash, and the number plus one; 0 where it is free. */
  private table = new Int32Array(SMALLEST * 3);
  private used = 0;
  /** Both halves of the hash that was looked for last, and its slot. */
  private hash = 0;
  private check = 0;
  private slot = 0;
  private service: string | undefined;
  private serviceOne = 0;
  private serviceTwo = 0;
  private one = 0;
  private two = 0;

  /**
   * The number of an id among those of one service; -1 where it has none. `#` and 16 hex digits are the hash of an id, as
   * logs keep it that were compacted by a version of old: the hash must not change.
   */
  find(service: string, id: string): number {
    if (id.charCodeAt(0) === HASH_SIGN && HASH.test(id))
      return this.look(Number.parseInt(id.slice(1, 9), 16) | 0, Number.parseInt(id.slice(9), 16) | 0);
    if (service !== this.service) {
      this.mix(service);
      this.service = service;
      this.serviceOne = this.one;
      this.serviceTwo = this.two;
    }
    this.mix(id);
    const one = this.one ^ this.serviceOne;
    const two = this.two ^ this.serviceTwo;
    const first = Math.imul(one ^ (one >>> 16), 0x85ebca6b) ^ Math.imul(two ^ (two >>> 13), 0xc2b2ae35);
    const second = Math.imul(two ^ (two >>> 16), 0x85ebca6b) ^ Math.imul(one ^ (one >>> 13), 0xc2b2ae35);
    return this.look(first ^ (first >>> 16), second ^ (second >>> 16));
  }

  /** All ids: see `table`. */
  get entries(): Int32Array {
    return this.table;
  }

  /** Gives an id the number unless it has one. Returns the one that it had before, or -1. */
  claim(service: string, id: string, number: number): number {
    const known = this.find(service, id);
    if (known === -1) this.set(number);
    return known;
  }

  /** Sets the number of what was looked for last. */
  set(number: number): void {
    const { table, slot } = this;
    if (table[slot + 2] === 0) this.used++;
    table[slot] = this.hash;
    table[slot + 1] = this.check;
    table[slot + 2] = number + 1;
    if (this.used * 4 > table.length) this.grow();
  }

  /** As `find`, by both halves of a hash. */
  look(hash: number, check: number): number {
    this.hash = hash;
    this.check = check;
    this.slot = slotOf(this.table, hash, check);
    return (this.table[this.slot + 2]! >>> 0) - 1;
  }

  private grow(): void {
    const before = this.table;
    this.table = new Int32Array(before.length * 2);
    for (let at = 0; at < before.length; at += 3) {
      if (before[at + 2] === 0) continue;
      const slot = slotOf(this.table, before[at]!, before[at + 1]!);
      this.table[slot] = before[at]!;
      this.table[slot + 1] = before[at + 1]!;
      this.table[slot + 2] = before[at + 2]!;
    }
  }

  /** Two hashes over the same characters (https://github.com/bryc/code/blob/master/jshash/experimental/cyrb53.js). */
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
}

const SMALLEST = 1024;
const HASH_SIGN = '#'.charCodeAt(0);
const HASH = /^#[0-9a-f]{16}$/;

/** The slot of a hash, or the free one where it may be put. */
function slotOf(table: Int32Array, hash: number, check: number): number {
  const last = table.length - 3;
  let at = ((hash >>> 0) % (table.length / 3)) * 3;
  while (table[at + 2] !== 0 && (table[at] !== hash || table[at + 1] !== check)) at = at === last ? 0 : at + 3;
  return at;
}
