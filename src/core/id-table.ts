/**
 * Positions by id: a million ids as strings would take a hundred megabytes. Ids are compared by 64 bits of hash, so two of a million different ones are taken for one with a chance of 1 in 37 million.
 */
export class IdTable {
  /** Of what was last looked for: both halves of its hash, and its place. */
  private hash = 0;
  private check = 0;
  private slot = 0;
  private size = 0;
  private hashes = new Uint32Array(SMALLEST);
  private checks = new Uint32Array(SMALLEST);
  /** Plus one; 0 where a slot is free. */
  private positions = new Uint32Array(SMALLEST);

  /** The position of an id among those of one service. */
  find(service: string, id: string): number | undefined {
    this.take(service, id);
    const { hashes, checks, positions, hash, check } = this;
    const mask = hashes.length - 1;
    let slot = hash & mask;
    while (positions[slot] !== 0 && (hashes[slot] !== hash || checks[slot] !== check)) slot = (slot + 1) & mask;
    this.slot = slot;
    return positions[slot] === 0 ? undefined : positions[slot]! - 1;
  }

  /** The two halves of an id's hash, by which tables in other processes know it. */
  hashOf(service: string, id: string): readonly [hash: number, check: number] {
    this.take(service, id);
    return [this.hash, this.check];
  }

  /** Sets the position of what `find` was just asked for. */
  set(position: number): void {
    if (position >= MOST) throw new RangeError('more calls with ids than one report can tell apart');
    if (this.positions[this.slot] === 0) this.size++;
    this.hashes[this.slot] = this.hash;
    this.checks[this.slot] = this.check;
    this.positions[this.slot] = position + 1;
    if (this.size > this.positions.length * FULL) this.grow();
  }

  /** Two hashes over the same characters (https://github.com/bryc/code/blob/master/jshash/experimental/cyrb53.js). */
  private take(service: string, id: string): void {
    let one = 0xdeadbeef;
    let two = 0x41c6ce57;
    for (let i = 0; i < service.length; i++) {
      const code = service.charCodeAt(i);
      one = Math.imul(one ^ code, 0x9e3779b1);
      two = Math.imul(two ^ code, 0x5f356495);
    }
    one = Math.imul(one ^ SEPARATOR, 0x9e3779b1);
    two = Math.imul(two ^ SEPARATOR, 0x5f356495);
    for (let i = 0; i < id.length; i++) {
      const code = id.charCodeAt(i);
      one = Math.imul(one ^ code, 0x9e3779b1);
      two = Math.imul(two ^ code, 0x5f356495);
    }
    const first = Math.imul(one ^ (one >>> 16), 0x85ebca6b) ^ Math.imul(two ^ (two >>> 13), 0xc2b2ae35);
    const second = Math.imul(two ^ (two >>> 16), 0x85ebca6b) ^ Math.imul(one ^ (one >>> 13), 0xc2b2ae35);
    this.hash = (first ^ (first >>> 16)) >>> 0;
    this.check = (second ^ (second >>> 16)) >>> 0;
  }

  private grow(): void {
    const { hashes, checks, positions } = this;
    this.checks = new Uint32Array(hashes.length * 2);
    this.hashes = new Uint32Array(hashes.length * 2);
    this.positions = new Uint32Array(hashes.length * 2);
    const mask = this.hashes.length - 1;
    for (let from = 0; from < hashes.length; from++) {
      if (positions[from] === 0) continue;
      let slot = hashes[from]! & mask;
      while (this.positions[slot] !== 0) slot = (slot + 1) & mask;
      this.hashes[slot] = hashes[from]!;
      this.checks[slot] = checks[from]!;
      this.positions[slot] = positions[from]!;
    }
  }
}

const SMALLEST = 1024;
const FULL = 0.7;
const MOST = 2 ** 32 - 1;
const SEPARATOR = 0x20;
