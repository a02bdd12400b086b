#!/usr/bin/env node
const { existsSync } = require('node:fs');
const nodeModule = require('node:module');
const { join } = require('node:path');

const program = join(__dirname, '..', 'dist', 'cli.cjs');

if (existsSync(program)) {
  // From Node 22.1 on, what was compiled is kept for the next start.
  nodeModule.enableCompileCache?.();
  require(program);
} else {
  process.stderr.write('costwatch is not built yet. In a clone run: npm ci\n');
  // As for all that the user can put right; 125 says that `run` could not start its command.
  process.exitCode = 2;
}
