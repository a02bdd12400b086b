// The least that anything in Node has to do that reads JSON lines: `node bare.js KIND FILE…`. Every line is parsed and its
// usage is looked at; repeated calls count twice.
import { isAscii } from 'node:buffer';
import { closeSync, openSync, readSync } from 'node:fs';
import { READERS } from './readers.js';

const NEWLINE = 10;
const [, , kind, ...files] = process.argv;
const read = READERS[kind];
const sums = [0, 0, 0];
let buffer = Buffer.alloc(1 << 20);
for (const file of files) eachLine(file);
console.log(...sums);

function eachLine(file) {
  const handle = openSync(file);
  let held = 0;
  for (;;) {
    const size = readSync(handle, buffer, held, buffer.length - held, null);
    if (size === 0) break;
    const end = held + size;
    let from = 0;
    for (let to = buffer.indexOf(NEWLINE, held); to !== -1 && to < end; to = buffer.indexOf(NEWLINE, from)) {
      readLine(from, to);
      from = to + 1;
    }
    held = end - from;
    if (held < buffer.length) buffer.copyWithin(0, from, end);
    else buffer = Buffer.concat([buffer, Buffer.alloc(buffer.length)]);
  }
  if (held > 0) readLine(0, held);
  closeSync(handle);
}

function readLine(from, to) {
  // Text of ASCII alone is the quickest to make.
  const isPlain = isAscii(buffer.subarray(from, to));
  const [, input, output] = read(JSON.parse(isPlain ? buffer.latin1Slice(from, to) : buffer.utf8Slice(from, to)));
  sums[0]++;
  sums[1] += input;
  sums[2] += output;
}
