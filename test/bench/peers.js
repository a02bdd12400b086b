// What the report is measured against: the same sums (calls, input and output tokens, each id once) in other ways.
import { spawnSync } from 'node:child_process';
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
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

const SQL = `
select count(*)::double as n, sum(prompt)::double as p, sum(candidates)::double as c from (
  select first(response.usageMetadata.promptTokenCount) as prompt, first(response.usageMetadata.candidatesTokenCount) as candidates
  from read_json_auto($file, format = 'newline_delimited', maximum_object_size = 67108864) group by response.responseId)`;

const DUCKDB = `
import { pathToFileURL } from 'node:url';
const { DuckDBInstance } = await import(pathToFileURL(process.argv[1]).href);
const connection = await (await DuckDBInstance.create(':memory:')).connect();
const reader = await connection.runAndReadAll(process.argv[3], { file: process.argv[2] });
console.log(...reader.getRows()[0]);
`;

/** Peers that have to be installed first: into a folder of their own, or not at all where that fails. */
export function installedPeers(folder) {
  const installed = (name, version) => {
    if (existsSync(join(folder, 'node_modules', name))) return true;
    const npm = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--prefix', folder, `${name}@${version}`]);
    if (npm.status !== 0) console.log(`${name} is skipped: it cannot be installed here.`);
    return npm.status === 0;
  };
  const duckdb = '@duckdb/node-api';
  const entry = join(folder, 'node_modules', duckdb, 'lib/index.js');
  const ccusage = join(folder, 'node_modules/.bin/ccusage');
  return {
    lean: installed(duckdb, '1.5.6-r.1')
      ? [
          {
            name: 'DuckDB, two threads',
            command: (file) => [process.execPath, '--input-type=module', '-e', DUCKDB, entry, file, SQL],
            sums: true,
          },
        ]
      : [],
    claude: installed('ccusage', '20.0.24')
      ? [{ name: 'ccusage', command: () => [ccusage, 'claude', 'daily', '--offline', '--json'] }]
      : [],
  };
}

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
