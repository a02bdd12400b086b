// What the report is measured against: the same sums (calls, input and output tokens, each id once) in other ways.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

const PYTHON = `
import json, sys
seen, rows = set(), {}
for line in open(sys.argv[1], 'rb'):
    record = json.loads(line)
    body = record['response']
    if body['responseId'] in seen: continue
    seen.add(body['responseId'])
    row = rows.setdefault((record['model'], record['timestamp'][:10], record['labels']['phase']), [0, 0, 0])
    usage = body['usageMetadata']
    row[0] += 1
    row[1] += usage['promptTokenCount']
    row[2] += usage['candidatesTokenCount']
print(*(sum(column) for column in zip(*rows.values())))
`;
const JQ =
  'reduce inputs as $r ([0,0,0]; [.[0]+1, .[1]+$r.response.usageMetadata.promptTokenCount, .[2]+$r.response.usageMetadata.candidatesTokenCount])';

/** The peers by name: what to run for a file. `sums` tells whether it prints the sums, each id once. */
export const peers = [
  { name: 'python3 json', command: (file) => ['python3', '-c', PYTHON, file], sums: true },
  {
    name: 'readline + JSON.parse',
    command: (file) => [process.execPath, import.meta.filename, file],
    sums: true,
  },
  { name: 'jq', command: (file) => ['jq', '-nc', JQ, file], slow: true },
  { name: 'wc -l', command: (file) => ['wc', '-l', file] },
];

if (process.argv[1] === import.meta.filename) console.log(...(await readLines(process.argv[2])));

async function readLines(file) {
  const seen = new Set();
  const rows = new Map();
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    const record = JSON.parse(line);
    const { responseId, usageMetadata } = record.response;
    if (seen.has(responseId)) continue;
    seen.add(responseId);
    const key = `${record.model} ${record.timestamp.slice(0, 10)} ${record.labels.phase}`;
    const row = rows.get(key) ?? [0, 0, 0];
    rows.set(key, [row[0] + 1, row[1] + usageMetadata.promptTokenCount, row[2] + usageMetadata.candidatesTokenCount]);
  }
  return [...rows.values()].reduce((sum, row) => sum.map((value, index) => value + row[index]), [0, 0, 0]);
}
