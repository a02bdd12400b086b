// Packs the package, installs it into an empty folder and uses it there as its users do.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'costwatch-package-'));

/** Runs a command in a folder and returns what it printed; its errors end this script. */
function run(cwd, command, ...args) {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

function check(what, holds) {
  if (!holds) throw new Error(`package check failed: ${what}`);
  console.log(`ok ${what}`);
}

try {
  const [{ filename }] = JSON.parse(
    run(root, 'npm', 'pack', '--json', '--ignore-scripts', '--pack-destination', folder),
  );
  const tarball = join(folder, filename);
  run(root, 'npx', 'publint', '--strict', tarball);
  check('publint', true);
  run(root, 'npx', 'attw', tarball, '--profile', 'esm-only', '--exclude-entrypoints', 'package.json', 'register');
  check('types and exports', true);

  writeFileSync(join(folder, 'package.json'), '{ "name": "empty", "private": true, "type": "module" }');
  run(folder, 'npm', 'install', '--no-audit', '--no-fund', '--no-save', tarball);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  check('--version', run(folder, 'npx', 'costwatch', '--version').trim() === version);
  check(
    'pricing list',
    run(folder, 'npx', 'costwatch', 'pricing', 'list', 'gemini-3.8-flash').includes('gemini-3.8-flash'),
  );

  writeFileSync(
    join(folder, 'use.js'),
    `import { UsageMonitor } from 'costwatch';
const monitor = new UsageMonitor({ now: () => new Date('2026-11-22T00:00:00Z') });
monitor.record({ service: 'gemini', operation: 'generate_content', status: 'ok', responseModel: 'gemini-3.8-flash', usage: { inputTokens: 1000, outputTokens: 500 } });
console.log(monitor.summary().totals.costUsd);`,
  );
  check('the library', run(folder, process.execPath, 'use.js').trim() === '0.002625');

  const env = { ...process.env, COSTWATCH_HOME: join(folder, 'home'), COSTWATCH_DEMO_SPEED: 'fast' };
  const summary = join(folder, 'demo.json');
  execFileSync('npx', ['costwatch', 'demo', '--quiet', '--output', summary], {
    cwd: folder,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const { totals, incomplete } = JSON.parse(readFileSync(summary, 'utf8'));
  check(
    'the demo',
    totals.calls > 5 && totals.retries === 1 && totals.costUsd > 0 && totals.characters > 0 && !incomplete,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
