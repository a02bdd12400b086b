// Measures `costwatch report` against other ways to add up the same logs, in turns, since machines are never quiet.
// Usage: node test/bench/report.bench.js [--rounds 5] [--scale 1] [--cli dist/cli.cjs] [--folder FOLDER]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeClaude, writeFat, writeLean } from './logs.js';
import { installedPeers, peers } from './peers.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    scale: { type: 'string', default: '1' },
    cli: { type: 'string', default: resolve(import.meta.dirname, '../../dist/cli.cjs') },
    folder: { type: 'string', default: join(tmpdir(), 'costwatch-bench') },
  },
});
const rounds = Number(values.rounds);
const scale = Number(values.scale);
const report = (...options) => ({
  name: ['costwatch report', ...options].join(' '),
  command: (file) => [process.execPath, values.cli, 'report', file, '-z', 'UTC', ...options],
});
/** As the peers group. */
const grouped = report('--by', 'model,day,label:phase', '--json');
const empty = { name: 'empty node', command: () => [process.execPath, '-e', '0'] };

mkdirSync(values.folder, { recursive: true });
const installed = installedPeers(join(values.folder, 'peers'));
bench('lean', Math.round(1_200_000 * scale), writeLean, grouped, [
  report('--by', 'model', '--json'),
  ...peers,
  ...installed.lean,
]);
bench('fat', Math.round(6_000 * scale), writeFat, grouped, peers);
bench('1 MB', 2_500, writeLean, report('--json'), [report(), empty], rounds * 4);
bench('one line', 1, writeLean, report('--json'), [report(), empty], rounds * 4);
if (installed.claude.length > 0) benchClaude(Math.round(500_000 * scale));

/** ccusage reads a folder of Claude Code's; the lean log beside it is as large. */
function benchClaude(lines) {
  const config = join(values.folder, `claude-${lines}`);
  process.env.CLAUDE_CONFIG_DIR = config;
  mkdirSync(join(config, 'projects/bench'), { recursive: true });
  const file = join(config, 'projects/bench/a.jsonl');
  if (!existsSync(file)) writeClaude(file, lines);
  const calls = Math.round(statSync(file).size / 417);
  bench(`lean, and as much of Claude Code`, calls, writeLean, grouped, installed.claude);
}

function bench(name, lines, write, own, others, times = rounds) {
  const file = join(values.folder, `${name.replace(/[ ,]+/g, '-')}-${lines}.jsonl`);
  if (!existsSync(file)) write(file, lines);
  const megabytes = statSync(file).size / 1e6;
  const runs = new Map([own, ...others].map((peer) => [peer, []]));
  // A slow peer runs in the first round only.
  for (let round = 0; round < times; round++)
    for (const [peer, results] of runs) if (round === 0 || !peer.slow) results.push(measure(peer, file));
  const mine = medians(runs.get(own));
  check(runs, own, name);
  console.log(
    `\n${name}: ${lines.toLocaleString('en-US')} lines, ${megabytes.toFixed(0)} MB, medians of ${times} rounds`,
  );
  console.table(
    [...runs].map(([peer, results]) => {
      const { seconds, cpu, peak } = medians(results);
      return {
        name: peer.name,
        seconds: seconds.toFixed(3),
        quickest: quickest(results).toFixed(3),
        'CPU seconds': cpu.toFixed(2),
        'MB/s': Math.round(megabytes / seconds),
        'time to ours': `${(seconds / mine.seconds).toFixed(2)}x`,
        'CPU to ours': `${(cpu / mine.cpu).toFixed(2)}x`,
        'peak MB': Math.round(peak),
      };
    }),
  );
}

function measure(peer, file) {
  const [command, ...args] = peer.command(file);
  const format = ['-f', '%U %S %M'];
  const before = performance.now();
  const child = spawnSync('/usr/bin/time', [...format, command, ...args], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  const seconds = (performance.now() - before) / 1000;
  if (child.status !== 0) throw new Error(`${peer.name}: ${child.stderr || child.error}`);
  const [user, system, kilobytes] = child.stderr.trim().split('\n').at(-1).split(' ').map(Number);
  return { seconds, cpu: user + system, peak: kilobytes / 1024, output: child.stdout };
}

function medians(results) {
  const median = (key) => results.map((result) => result[key]).sort((a, b) => a - b)[results.length >> 1];
  return { seconds: median('seconds'), cpu: median('cpu'), peak: median('peak') };
}

function quickest(results) {
  return Math.min(...results.map(({ seconds }) => seconds));
}

/** A fast report of wrong sums would be worth nothing. */
function check(runs, own, name) {
  const { totals } = JSON.parse(runs.get(own)[0].output);
  const sums = [totals.calls, totals.inputTokens, totals.outputTokens].join(' ');
  for (const [peer, [{ output }]] of runs)
    if (peer.sums && output.trim() !== sums) throw new Error(`${name}: ${peer.name} adds up to ${output}, not ${sums}`);
}
