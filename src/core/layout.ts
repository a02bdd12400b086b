import type { Blank } from './layout-blanks.ts';

/**
 * What is done with a blank of a layout.
 * `skip`: not read. `any`: read, but no matter what it says. `key`: records are only alike where it says the same.
 * `id` and `time`: of the call. `count`: a whole number that may differ. `aside`: any plain number, no matter which.
 */
export type Role = 'skip' | 'any' | 'key' | 'id' | 'time' | 'count' | 'aside';

/** The text of a record with blanks for its values: most records of a log differ from one before in these alone. */
export interface Layout {
  /** The text without the values. */
  literal: Uint8Array;
  /** How much of it stands before each blank, and all of it. */
  ends: readonly number[];
  /** What is done with each blank. */
  codes: readonly number[];
  /** How many of them are counts. */
  counts: number;
}

/** As `wasm/matcher.ts` knows them. */
const CODES: Record<Role, number> = { skip: 0, any: 1, key: 2, id: 3, time: 4, count: 5, aside: 6 };
/** Beside the code of a number's role. */
const NUMBER = 8;

export function layoutOf(literal: Uint8Array, blanks: readonly Blank[], roles: readonly Role[]): Layout {
  return {
    literal,
    ends: [...blanks.map(({ offset }) => offset), literal.length],
    codes: roles.map((role, index) => CODES[role] + (blanks[index]!.isText ? 0 : NUMBER)),
    counts: roles.filter((role) => role === 'count').length,
  };
}
