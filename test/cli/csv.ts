/** Reads RFC 4180 as a program would. The first record names the cells of the others. */
export function readCsv(text: string): Record<string, string>[] {
  const records: string[][] = [];
  let cells: string[] = [];
  for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    cells.push(quoted?.replaceAll('""', '"') ?? bare!);
    if (end === ',') continue;
    records.push(cells);
    cells = [];
  }
  const [names = [], ...rows] = records;
  return rows.map((row) => {
    if (row.length !== names.length) throw new Error(`${row.length} cells for ${names.length} names: ${row}`);
    return Object.fromEntries(names.map((name, index) => [name, row[index]!]));
  });
}
