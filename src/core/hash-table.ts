/**
 * Owners by the hashes of ids, for as many as are known beforehand. The parts of an entry stand side by side: a million
 * look-ups cost what they wait for memory.
 */
export class HashTable {
  /** Hash, check, and owner plus one; 0 where an entry is free. */
  private readonly entries: Uint32Array;
  private readonly mask: number;

  constructor(count: number) {
    const size = 2 ** Math.ceil(Math.log2(Math.max(16, count * 1.5)));
    this.entries = new Uint32Array(size * 3);
    this.mask = size - 1;
  }

  /** Makes an id the owner's unless it has one. Returns who has it. */
  claim(hash: number, check: number, owner: number): number {
    const at = this.place(hash, check);
    const { entries } = this;
    if (entries[at + 2] !== 0) return entries[at + 2]! - 1;
    entries[at] = hash;
    entries[at + 1] = check;
    entries[at + 2] = owner + 1;
    return owner;
  }

  ownerOf(hash: number, check: number): number | undefined {
    const owner = this.entries[this.place(hash, check) + 2]!;
    return owner === 0 ? undefined : owner - 1;
  }

  private place(hash: number, check: number): number {
    const { entries, mask } = this;
    let at = (hash & mask) * 3;
    while (entries[at + 2] !== 0 && (entries[at] !== hash || entries[at + 1] !== check))
      at = at === mask * 3 ? 0 : at + 3;
    return at;
  }
}
