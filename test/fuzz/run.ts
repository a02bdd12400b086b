// Fuzzes for a number of seconds: npx tsx test/fuzz/run.ts 600 [seed]
import { fuzz } from './project.fuzz.ts';

const seconds = Number(process.argv[2] ?? 5);
const end = Date.now() + seconds * 1000;
const DOCUMENTS_A_SEED = 20_000;

let seed = Number(process.argv[3] ?? 1);
let [documents, valid] = [0, 0];
while (Date.now() < end) {
  const count = fuzz(seed++, (made) => made >= DOCUMENTS_A_SEED || (made % 100 === 0 && Date.now() >= end));
  documents += count.documents;
  valid += count.valid;
}
console.log(
  `${documents.toLocaleString('en-US')} documents in ${seconds} s, ${valid.toLocaleString('en-US')} of them JSON, no difference; next seed ${seed}`,
);
