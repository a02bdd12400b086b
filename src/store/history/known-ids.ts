import { IdTable } from '../../core/id-table.ts';

/** Numbers by call id, which is kept as 64 bits of hash: a million ids as strings would take a hundred megabytes. */
export class KnownIds {
  private readonly table = new IdTable();

  /** The number of an id; `#` begins the hash of one. */
  find(service: string, id: string): number | undefined {
    return this.table.findByHash(...this.hashOf(service, id));
  }

  /** Gives an id the number unless it has one. Returns the one that it had before. */
  claim(service: string, id: string, number: number): number | undefined {
    const known = this.find(service, id);
    if (known === undefined) this.table.set(number);
    return known;
  }

  private hashOf(service: string, id: string): readonly [hash: number, check: number] {
    if (!HASH.test(id)) return this.table.hashOf(service, id);
    return [Number.parseInt(id.slice(1, 9), 16), Number.parseInt(id.slice(9), 16)];
  }
}

const HASH = /^#[0-9a-f]{16}$/;
