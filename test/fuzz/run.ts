// Fuzzes for a number of seconds: npx tsx test/fuzz/run.ts 600 [seed]
import { fuzzJson } from './json.fuzz.ts';
import { fuzzLog } from './log.fuzz.ts';

const seconds = Number(process.argv[2] ?? 5);
const end = Date.now() + seconds * 1000;

let seed = Number(process.argv[3] ?? 1);
let [texts, lines] = [0, 0];
while (Date.now() < end) {
  texts += fuzzJson(seed, 500);
  for (let log = 0; log < 5; log++) lines += fuzzLog(seed * 5 + log);
  seed++;
}
const shown = (count: number) => count.toLocaleString('en-US');
console.log(
  `${shown(texts)} texts and ${shown(lines)} lines of logs in ${seconds} s: no difference; next seed ${seed}`,
);
