// The sums of a log as most scripts make them: `node readline.js KIND FILE…`. Of two records of a call the fuller one counts.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { READERS } from './readers.js';

const [, , kind, ...files] = process.argv;
const read = READERS[kind];
const calls = new Map();
const sums = [0, 0, 0];
for (const file of files)
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    const [id, input, output] = read(JSON.parse(line));
    const known = id === undefined ? undefined : calls.get(id);
    if (known !== undefined && known[0] + known[1] >= input + output) continue;
    if (id !== undefined) calls.set(id, [input, output]);
    if (known === undefined) sums[0]++;
    sums[1] += input - (known?.[0] ?? 0);
    sums[2] += output - (known?.[1] ?? 0);
  }
console.log(...sums);
