import { createRequire } from 'node:module';
import { relative } from 'node:path';
import { childEnv, isInsideRun } from './capture/parent/inject.ts';
import { processIdentity } from './capture/wire/process-identity.ts';
import { hookFile } from './store/files/package-files.ts';
import { randomHex } from './store/files/random.ts';
import { openRun, type RunNote } from './store/sessions/run-dirs.ts';
import { newSessionId, recordableCommand } from './store/sessions/session-log.ts';

/**
 * `node --require costwatch/register server.js`: watches a program that is not started by `costwatch run`, such as a
 * server that runs for weeks. Its calls are in the reports of this machine's own sessions, while it runs and after.
 * A program under `costwatch run` is watched by that. Never ends the program: an error of ours is reported once.
 */
try {
  if (!isInsideRun(process.env)) {
    const note = noteOf(new Date());
    const runDir = openRun(process.env, note);
    const { id: sessionId } = note.session;
    Object.assign(
      process.env,
      childEnv({ env: process.env, hook: hookFile(), runDir, socket: undefined, sessionId, labels: {} }),
    );
  }
  createRequire(import.meta.url)(hookFile());
} catch (error) {
  process.stderr.write(`costwatch: the calls of this process are not watched: ${(error as Error).message}\n`);
}

function noteOf(now: Date): RunNote {
  const [, script = '', ...args] = process.argv;
  return {
    session: {
      id: newSessionId(now, randomHex(6)),
      startedAt: now.toISOString(),
      command: recordableCommand([process.argv0, relative(process.cwd(), script), ...args]),
    },
    owner: processIdentity(process.pid),
    history: true,
    registered: true,
  };
}
