// What watching costs: `node test/bench/capture.bench.js [rounds]` after a build. With and without take turns in one run.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const WORK = join(import.meta.dirname, 'capture-work.js');
const rounds = Number(process.argv[2] ?? 15);
const folder = mkdtempSync(join(tmpdir(), 'cwb-'));
const script = join(folder, 'empty.cjs');
const home = { HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder, XDG_CACHE_HOME: folder };
const bareEnv = { PATH: process.env.PATH, ...home };
const hookEnv = {
  ...bareEnv,
  NODE_OPTIONS: `--require ${join(ROOT, 'dist/hook.cjs')}`,
  COSTWATCH_DIR: folder,
  COSTWATCH_SOCKET: join(folder, 's'),
};
const rows = [];
writeFileSync(script, '');
const sink = createServer((socket) => socket.resume()).listen(join(folder, 's'));
const server = spawn(process.execPath, [WORK, 'server'], { stdio: ['ignore', 'pipe', 'inherit'] });
try {
  const [port] = await new Promise((ready) => server.stdout.once('data', (data) => ready(String(data).split('\n'))));
  await startUp();
  await calls('2,000 fetches, 20 at a time', port, 2000, 20);
  await calls('10,000 fetches, 100 at a time', port, 10_000, 100);
  await stream(port);
  await paused(port);
} finally {
  server.kill();
  sink.close();
  rmSync(folder, { recursive: true });
}
print();

async function startUp() {
  const variants = {
    bare: () => run([script], bareEnv),
    hook: () => run([script], hookEnv),
    'costwatch run': () =>
      run([join(ROOT, 'dist/cli.cjs'), 'run', '--', process.execPath, script], { ...bareEnv, NO_COLOR: '1' }),
    c8: () => run([C8, '--temp-directory', join(folder, 'c8'), process.execPath, script], bareEnv),
  };
  const C8 = process.env.C8;
  if (!C8) {
    delete variants.c8;
    console.log('c8 is skipped: install it anywhere and set C8 to the path of its bin/c8.js.');
  }
  const times = await takeTurns(variants, rounds, ({ ms }) => ms);
  for (const name of Object.keys(variants)) row(`start-up: ${name}`, 'ms', times.bare, times[name]);
}

async function calls(title, port, count, concurrency) {
  const work = [WORK, 'calls', port, String(count), String(concurrency)];
  const before = ended();
  const pair = { bare: () => run(work, bareEnv), hook: () => run(work, hookEnv) };
  const times = 3;
  const results = await takeTurns(pair, times, ({ output }) => output);
  const milliseconds = (name) => results[name].map(({ cpu }) => cpu / count);
  row(`CPU a call: ${title}`, 'ms', milliseconds('bare'), milliseconds('hook'));
  const seconds = (name) => results[name].map(({ wall }) => wall / 1000);
  row(`time: ${title}`, 's', seconds('bare'), seconds('hook'));
  console.log(`${title}: ${ended() - before} of ${times * count} calls recorded`);
}

async function stream(port) {
  const pair = { bare: () => run([WORK, 'stream', port], bareEnv), hook: () => run([WORK, 'stream', port], hookEnv) };
  const results = await takeTurns(pair, 5, ({ output }) => output);
  for (const [title, field] of Object.entries({ 'first byte': 'first', 'chunk delay, median': 'delay' }))
    row(
      `stream: ${title}`,
      'ms',
      results.bare.map((r) => r[field]),
      results.hook.map((r) => r[field]),
    );
}

async function paused(port) {
  const args = ['--expose-gc', WORK, 'paused', port];
  const pair = { bare: () => run(args, bareEnv), hook: () => run(args, hookEnv) };
  const results = await takeTurns(pair, 5, ({ output }) => output);
  for (const [title, field] of Object.entries({ 'external memory': 'external', 'sent by the server': 'sent' }))
    row(
      `50 MB, paused reader: ${title}`,
      'MB',
      results.bare.map((r) => r[field] / 1e6),
      results.hook.map((r) => r[field] / 1e6),
    );
}

/** How many calls the spool files say have ended. */
function ended() {
  const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
  return files.reduce(
    (sum, name) => sum + readFileSync(join(folder, name), 'utf8').split('"phase":"end"').length - 1,
    0,
  );
}

async function takeTurns(variants, times, pick) {
  const results = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));
  for (let i = 0; i < times; i++)
    for (const [name, start] of Object.entries(variants)) results[name].push(pick(await start()));
  return results;
}

/** Runs Node; the output of the work, if any, is one JSON object. */
async function run(args, env) {
  const start = process.hrtime.bigint();
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  let errors = '';
  child.stdout.on('data', (data) => {
    text += data;
  });
  child.stderr.on('data', (data) => {
    errors += data;
  });
  const code = await new Promise((closed) => child.once('close', closed));
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${errors}`);
  const ms = Number(process.hrtime.bigint() - start) / 1e6;
  return { ms, output: args.includes(WORK) ? JSON.parse(text) : undefined };
}

function row(title, unit, bare, measured) {
  const [before, after] = [bare, measured].map((values) => [...values].sort((a, b) => a - b));
  const middle = (values) => values[Math.floor(values.length / 2)];
  rows.push({
    what: title,
    unit,
    'bare min': before[0].toFixed(3),
    'bare median': middle(before).toFixed(3),
    min: after[0].toFixed(3),
    median: middle(after).toFixed(3),
    'more, min': (after[0] - before[0]).toFixed(3),
    'more, median': (middle(after) - middle(before)).toFixed(3),
    ratio: (middle(after) / middle(before)).toFixed(2),
  });
}

function print() {
  console.log(`Node ${process.versions.node}, ${rounds} rounds; ratio of medians`);
  console.table(rows);
}
