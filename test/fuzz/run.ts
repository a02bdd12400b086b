// Fuzzes for a number of seconds: npx tsx test/fuzz/run.ts 600 [seed]
import { compare } from './alike.fuzz.ts';
import { fuzz } from './project.fuzz.ts';

const seconds = Number(process.argv[2] ?? 5);
const end = Date.now() + seconds * 1000;
const DOCUMENTS_A_SEED = 20_000;
const LOGS_A_SEED = 20;

let seed = Number(process.argv[3] ?? 1);
let [documents, valid, lines, known] = [0, 0, 0, 0];
while (Date.now() < end) {
  const count = fuzz(seed, (made) => made >= DOCUMENTS_A_SEED || (made % 100 === 0 && Date.now() >= end));
  documents += count.documents;
  valid += count.valid;
  for (let log = 0; log < LOGS_A_SEED && Date.now() < end; log++) {
    const compared = compare(seed * LOGS_A_SEED + log);
    lines += compared.lines;
    known += compared.known;
  }
  seed++;
}
const shown = (count: number) => count.toLocaleString('en-US');
console.log(
  `${shown(documents)} documents in ${seconds} s, ${shown(valid)} of them JSON, and ${shown(lines)} lines of logs, ${shown(known)} of them known by their bytes: no difference; next seed ${seed}`,
);
