import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { isatty } from 'node:tty';
import { ChildStartError } from '../../core/errors.ts';

/** How the wrapped command ended. `exitCode` is its own, or 128+n after signal n, as shells have it. */
export interface ChildEnd {
  exitCode: number;
  signal?: NodeJS.Signals;
}

/**
 * Runs the command as if it had been typed itself: with our stdin, stdout, stderr and process group.
 * @throws ChildStartError with exit code 127 where there is no such command, 126 where it cannot be executed.
 */
export async function runChild(command: readonly string[], env: NodeJS.ProcessEnv): Promise<ChildEnd> {
  const [file, ...args] = command;
  if (!file) throw new ChildStartError('No command to run.', { hint: 'costwatch run -- node gen.js', exitCode: 125 });
  const child = start(file, args, env);
  const release = relaySignals(child);
  try {
    // Not 'close': that would wait for background processes which hold our streams.
    return await new Promise<ChildEnd>((resolve, reject) => {
      child.once('error', (error) => reject(startError(file, error)));
      child.once('exit', (code, signal) => resolve(endOf(code, signal)));
    });
  } finally {
    release();
  }
}

function start(file: string, args: string[], env: NodeJS.ProcessEnv): ChildProcess {
  try {
    // Never 'ipc': it keeps scripts alive that listen for messages, and process.send is theirs.
    return spawn(file, args, { stdio: 'inherit', env });
  } catch (error) {
    throw startError(file, error as NodeJS.ErrnoException);
  }
}

function endOf(code: number | null, signal: NodeJS.Signals | null): ChildEnd {
  if (signal === null) return { exitCode: code ?? 0 };
  return { exitCode: 128 + (constants.signals[signal] ?? 0), signal };
}

function startError(file: string, cause: NodeJS.ErrnoException): ChildStartError {
  if (cause.code === 'ENOENT') {
    const hint =
      'Check the spelling, or give its full path. Scripts need their interpreter: costwatch run -- node gen.js';
    return new ChildStartError(`Command not found: ${file}`, { hint, cause, exitCode: 127 });
  }
  if (cause.code === 'EACCES') {
    const hint = /\.[cm]?[jt]sx?$/.test(file) ? `costwatch run -- node ${file}` : `chmod +x ${file}`;
    return new ChildStartError(`Cannot execute ${file}: permission denied`, { hint, cause, exitCode: 126 });
  }
  const message = `Cannot execute ${file}: ${cause.message}`;
  return new ChildStartError(message, { hint: 'Try the command without costwatch.', cause, exitCode: 126 });
}

/** Passes signals on that only we were sent, and outlives those that the terminal sends to the child too. */
function relaySignals(child: ChildProcess): () => void {
  let terminated = false;
  const handlers: Partial<Record<NodeJS.Signals, () => void>> = {
    SIGINT: () => hasTerminal() || child.kill('SIGINT'),
    SIGQUIT: () => undefined,
    SIGTERM: () => {
      child.kill(terminated ? 'SIGKILL' : 'SIGTERM');
      terminated = true;
    },
    SIGHUP: () => child.kill('SIGHUP'),
    SIGUSR2: () => child.kill('SIGUSR2'),
  };
  // Windows knows only some of them.
  const entries = Object.entries(handlers).filter(([signal]) => signal in constants.signals);
  for (const [signal, handler] of entries) process.on(signal, handler);
  return () => {
    for (const [signal, handler] of entries) process.off(signal, handler);
  };
}

/** Ctrl-C at a terminal reaches the child as well; passing it on would deliver it twice. */
function hasTerminal(): boolean {
  return [0, 1, 2].some((fd) => isatty(fd));
}
