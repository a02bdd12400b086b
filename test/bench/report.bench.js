// Measures `costwatch report` against other ways to add up the same logs, and checks that all come to the same.
// Usage: node test/bench/report.bench.js [--only varied,images] [--scale 0.1] [--runs 5] [--cli FILE] [--folder FOLDER] [--offline]
import { statSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { BENCHES, NAMES } from './benches.js';
import { reportRun } from './costwatch.js';
import { writeHistory, writeLog } from './logs/index.js';
import { canMeasure, measureInTurns } from './measure.js';
import { peersAt } from './peers/index.js';
import { judge, printBench, printSummary } from './print.js';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    scale: { type: 'string', default: '1' },
    runs: { type: 'string', default: '5' },
    cli: { type: 'string', default: resolve(import.meta.dirname, '../../dist/cli.cjs') },
    folder: { type: 'string', default: join(tmpdir(), 'costwatch-bench') },
    offline: { type: 'boolean', default: false },
  },
});
const { folder, cli } = values;
const scale = Number(values.scale);
const rounds = Number(values.runs);
const wanted = values.only?.split(',') ?? BENCHES.map(({ name }) => name);
const unknown = wanted.filter((name) => !BENCHES.some((bench) => bench.name === name));
if (unknown.length > 0) throw new Error(`there is no ${unknown}: ${BENCHES.map(({ name }) => name).join(', ')}`);
if (!canMeasure()) throw new Error('GNU time is needed, as /usr/bin/time');

if (scale !== 1) console.log('The goals are meant for logs of full size.');
const [load] = loadavg();
if (load > availableParallelism())
  console.log(`This machine is busy (load ${load.toFixed(1)}): few figures mean anything.`);
const peers = peersAt(join(folder, 'peers'), values);
const done = BENCHES.filter(({ name }) => wanted.includes(name)).map(run);
printSummary(done);
if (done.some(({ measured }) => measured.some(({ wrong }) => wrong))) process.exitCode = 1;

function run(bench) {
  const home = join(folder, bench.sessions ? `history-${sessionsOf(bench)}` : 'home');
  const { files, sums } = bench.sessions
    ? writeHistory(home, sessionsOf(bench))
    : writeLog(folder, bench.kind, bench.megabytes * scale, bench.parts);
  const read = bench.sessions ? [] : files;
  const runs = [
    ...bench.ours.map((variant) => reportRun(cli, variant, home, read)),
    ...bench.peers.filter((name) => peers.has(name)).map((name) => peerRun(name, bench, files)),
  ];
  const expected = [sums.calls, sums.input, sums.output, sums.costUsd];
  const megabytes = files.reduce((sum, file) => sum + statSync(file).size, 0) / 1e6;
  const measured = measureInTurns(runs, rounds, expected);
  const goals = judge(bench, measured);
  printBench(bench, megabytes, measured, goals, rounds);
  return { bench, megabytes, measured, goals };
}

function sessionsOf({ sessions }) {
  return Math.max(1, Math.round(sessions * scale));
}

/** ccusage reads logs of Claude Code alone, so it gets as much of them. */
function peerRun(name, { kind, megabytes, parts }, files) {
  const make = peers.get(name);
  if (name !== 'ccusage') return { name: NAMES[name], ...make(kind, files) };
  const projects = join(folder, `claude-${megabytes * scale}`, 'projects/bench');
  const claude = writeLog(projects, 'claude', megabytes * scale, parts);
  const { calls, input, output } = claude.sums;
  return { name: NAMES[name], ...make(kind, claude.files), expected: [calls, input, output] };
}
