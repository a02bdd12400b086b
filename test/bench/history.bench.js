// Measures `costwatch report` over an own history of a million calls.
// Usage: node test/bench/history.bench.js [--sessions 500] [--calls 2000] [--rounds 5] [--cli dist/cli.cjs] [--folder FOLDER]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { sequence } from './logs.js';

const { values } = parseArgs({
  options: {
    sessions: { type: 'string', default: '500' },
    calls: { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '5' },
    cli: { type: 'string', default: resolve(import.meta.dirname, '../../dist/cli.cjs') },
    folder: { type: 'string' },
  },
});
const sessions = Number(values.sessions);
const calls = Number(values.calls);
const home = values.folder ?? join(tmpdir(), `costwatch-history-${sessions}-${calls}`);
const MODELS = ['gemini-2.5-flash', 'gemini-2.5-pro', 'gemini-2.5-flash-lite', 'gemini-3.1-pro-preview'];
const PHASES = ['script', 'storyboard', 'panels', 'lettering', 'review'];
const START = Date.UTC(2026, 6, 1);

if (!existsSync(join(home, 'sessions'))) for (let n = 0; n < sessions; n++) writeSession(n);

console.log(`${(sessions * calls).toLocaleString('en-US')} calls in ${sessions} sessions`);
const rows = [];
for (const [name, args] of [
  ['totals', []],
  ['by day and model', ['--by', 'day,model']],
  ['by label, one month', ['--by', 'label:phase', '--since', '2026-10-01', '--until', '2026-10-31']],
  ['month by month, Kathmandu', ['--by', 'month', '-z', 'Asia/Kathmandu']],
])
  rows.push(measure(name, args, Number(values.rounds)));
console.table(rows);

function writeSession(n) {
  const random = sequence(n + 1);
  const started = START + Math.floor((n / sessions) * 140) * 86_400_000 + Math.floor(random() * 60_000_000);
  const startedAt = new Date(started).toISOString();
  const day = startedAt.slice(0, 10);
  const id = `${startedAt.slice(0, 19).replace(/[-:]/g, '').replace('T', '-')}-${n.toString(16).padStart(6, '0')}`;
  const lines = [{ costwatch: 1, session: { id, startedAt, command: ['node', 'gen.js'] } }];
  for (let call = 0; call < calls; call++) {
    const model = MODELS[Math.floor(random() * MODELS.length)];
    lines.push({
      id: `call${String(n * calls + call).padStart(18, '0')}`,
      // An hour or so a session.
      timestamp: new Date(started + call * 1800 + Math.floor(random() * 1000)).toISOString(),
      service: 'gemini',
      operation: 'generate_content',
      platform: 'gemini-api',
      status: random() < 0.02 ? 'failed' : 'ok',
      httpStatus: 200,
      requestModel: model,
      responseModel: model,
      usage: { inputTokens: Math.floor(random() * 9000), outputTokens: Math.floor(random() * 900) },
      durationMs: 300 + Math.floor(random() * 9000),
      attempt: 1,
      labels: { phase: PHASES[Math.floor(random() * PHASES.length)], video: `ep${n % 40}` },
      sessionId: id,
    });
  }
  lines.push({
    costwatch: 1,
    closed: { id, endedAt: new Date(started + calls * 1800).toISOString(), exitCode: 0, calls },
  });
  const folder = join(home, 'sessions', day);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${id}.jsonl`), `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
}

function measure(name, args, rounds) {
  const results = Array.from({ length: rounds }, () => {
    const command = [process.execPath, values.cli, 'report', '--json', '-z', 'UTC', ...args];
    const child = spawnSync('/usr/bin/time', ['-f', '%e %U %S %M', ...command], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      env: { ...process.env, COSTWATCH_HOME: home },
    });
    if (child.status !== 0) throw new Error(`${name}: ${child.stderr || child.error}`);
    const [wall, user, system, kilobytes] = child.stderr.trim().split('\n').at(-1).split(' ').map(Number);
    return { wall, cpu: user + system, peak: kilobytes / 1024, calls: JSON.parse(child.stdout).totals.calls };
  });
  const median = (key) => results.map((result) => result[key]).sort((a, b) => a - b)[results.length >> 1];
  return {
    name,
    calls: results[0].calls,
    seconds: median('wall').toFixed(2),
    'CPU seconds': median('cpu').toFixed(2),
    'peak MB': Math.round(median('peak')),
  };
}
