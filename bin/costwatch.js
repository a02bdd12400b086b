#!/usr/bin/env node
import module from 'node:module';

// Node 22.1 and later keep the compiled code between runs.
module.enableCompileCache?.();
// The same program twice: the first loads sooner, and only `run` is in it.
await import(process.argv[2] === 'run' ? '../dist/run.js' : '../dist/cli.js');
