import { describe, expect, it } from 'vitest';
import { HashTable } from '../../src/core/hash-table.ts';

describe('a table of hashes', () => {
  it('gives an id to its first owner, as many as were announced', () => {
    const table = new HashTable(1000);
    for (let n = 0; n < 1000; n++) expect(table.claim(n * 7919, n, n % 5)).toBe(n % 5);
    for (let n = 0; n < 1000; n++) expect(table.claim(n * 7919, n, 9)).toBe(n % 5);
    expect([table.ownerOf(7919, 1), table.ownerOf(7919, 2)]).toEqual([1, undefined]);
  });

  it('tells ids of one hash apart by their check, and goes on at the start after the last place', () => {
    const table = new HashTable(0);
    const last = 0xffff_ffff;
    expect([1, 2, 3].map((check) => table.claim(last, check, check))).toEqual([1, 2, 3]);
    expect([1, 2, 3, 4].map((check) => table.ownerOf(last, check))).toEqual([1, 2, 3, undefined]);
  });
});
