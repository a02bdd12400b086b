import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { PRICING, Sums } from './sums.js';

const PIECE = 1 << 20;

/** Writes lines to files, one after the other, each until it has so many bytes; `line(n, sums)` makes line `n`. */
export function writeLines(files, bytes, line) {
  const sums = new Sums();
  let n = 0;
  for (const file of files) {
    const handle = openSync(file, 'w');
    for (let written = 0; written < bytes; ) {
      let piece = '';
      while (piece.length < PIECE && written + piece.length < bytes) piece += `${line(n++, sums)}\n`;
      written += writeSync(handle, piece);
    }
    closeSync(handle);
  }
  return sums;
}

/** Makes a log unless it is there from an earlier run of the same code and prices. `make` writes it and returns its files and sums. */
export function kept(note, make) {
  if (existsSync(note)) {
    const { code, files, sums } = JSON.parse(readFileSync(note, 'utf8'));
    if (code === codeHash() && files.every((file) => existsSync(file))) return { files, sums: new Sums(sums) };
  }
  const { files, sums } = make();
  writeFileSync(note, JSON.stringify({ code: codeHash(), files, sums }));
  return { files, sums };
}

function codeHash() {
  const hash = createHash('sha256');
  for (const folder of [import.meta.dirname, PRICING])
    for (const name of readdirSync(folder).sort()) hash.update(readFileSync(join(folder, name)));
  return hash.digest('hex');
}
