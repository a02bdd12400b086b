import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const NPM = ['install', '--no-audit', '--no-fund', '--prefix'];
const DUCKDB = '@duckdb/node-api@1.5.6-r.1';
const CCUSAGE = 'ccusage@20.0.24';

/** Peers that have to be installed first, into a folder of their own. Each is undefined where that is not possible. */
export function installPeers(folder, { offline }) {
  const modules = join(folder, 'node_modules');
  const duckdb = join(modules, '@duckdb/node-api/lib/index.js');
  const ccusage = join(modules, '.bin/ccusage');
  // Their binaries are packages of their own, which may be missing.
  const opensDatabase = ['--input-type=module', '-e', `await import(${JSON.stringify(duckdb)})`];
  return {
    duckdb: install(folder, DUCKDB, offline, duckdb, [process.execPath, ...opensDatabase]),
    ccusage: install(folder, CCUSAGE, offline, ccusage, [ccusage, '--version']),
  };
}

function install(folder, name, offline, path, [command, ...args]) {
  if (!existsSync(path) && !offline) spawnSync('npm', [...NPM, folder, name]);
  if (existsSync(path) && spawnSync(command, args).status === 0) return path;
  console.log(`${name} is skipped: it is not installed here${offline ? '' : ' and could not be'}.`);
  return undefined;
}

/** Where a program is, past wrappers that only find it and take their time: undefined where there is none. */
export function findPeers() {
  return {
    python: find('python3', ['-c', 'import sys; print(sys.executable)']),
    jq: find('jq', ['-n', '"jq"', '-r']),
  };
}

function find(name, args) {
  const { status, stdout } = spawnSync(name, args, { encoding: 'utf8' });
  if (status === 0) return stdout.trim();
  console.log(`${name} is skipped: it is not installed here.`);
  return undefined;
}
