import { accessSync, constants, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ChildStartError, type Diagnostic } from '../../core/errors.ts';
import type { UsageEvent } from '../../core/usage/event.ts';
import { GATE_FILE, type GateConfig } from '../wire/gate-config.ts';
import { type ChildEnd, runChild } from './child.ts';
import { childEnv, nestedEnv } from './inject.ts';
import { withGrants } from './permission.ts';
import { type LiveCall, Receiver, type RefusedCall, type WatchedProcess } from './receiver.ts';
import { UnhookedProcesses } from './unhooked-processes.ts';
import { unwatched } from './unwatched.ts';

export type { GateConfig } from '../wire/gate-config.ts';
export { isInsideRun } from './inject.ts';
export type { LiveCall, RefusedCall, WatchedProcess } from './receiver.ts';

export interface RunCapturedOptions {
  /** The program and its arguments. */
  command: string[];
  env: NodeJS.ProcessEnv;
  labels: Record<string, string>;
  sessionId: string;
  /** Absolute path of an empty folder of mode 0700; the caller makes it, and removes it once the events are saved. */
  runDir: string;
  /** Absolute path of the bundled hook. */
  hook: string;
  /** Absolute path of the folder of our `sitecustomize`; absent where Python is not watched. */
  python?: string;
  /** A call was made or has come further: replace what was known of the same `key`. */
  onChange?: (call: LiveCall) => void;
  onProcess?: (process: WatchedProcess) => void;
  /** Budgets that stop calls before they are sent; absent where none does. */
  gate?: Omit<GateConfig, 'sessionId'>;
  /** A budget has stopped a call. */
  onRefused?: (call: RefusedCall) => void;
}

export interface CapturedRun {
  /** The command's own, or 128+n after a signal; the caller then raises `signal` on itself. */
  exitCode: number;
  signal?: NodeJS.Signals;
  /** ISO 8601 in UTC. */
  startedAt: string;
  endedAt: string;
  /** One for every HTTP attempt, in the order in which they were sent. */
  events: UsageEvent[];
  /** The calls that a budget stopped before they were sent; they are not among the events. */
  refused: RefusedCall[];
  processes: WatchedProcess[];
  /** Processes that went on after the command had ended; their later calls are not among the events. */
  stillRunning: number;
  /** What could not be watched, one sentence each. */
  unwatched: string[];
  problems: Diagnostic[];
}

/** How long to wait for processes that end just after the command. */
const DRAIN_MS = 200;

/**
 * Runs a command to its end and gathers every billable call that it and its children make.
 * @throws ChildStartError where the command could not be started (exit code 125, 126 or 127).
 */
export async function runCaptured(options: RunCapturedOptions): Promise<CapturedRun> {
  const { command, runDir, hook } = options;
  checkReady(runDir, hook);
  const receiver = new Receiver(options);
  const socket = await receiver.start();
  const unhooked = new UnhookedProcesses();
  try {
    if (options.gate) writeGate(runDir, { ...options.gate, sessionId: options.sessionId });
    const startedAt = new Date().toISOString();
    const end = await runChild(withGrants(command, options), childEnv({ ...options, socket }));
    const endedAt = new Date().toISOString();
    await receiver.drain(DRAIN_MS);
    const events = receiver.calls().map((call) => call.event);
    const rest = outcomeOf(receiver, command, unhooked.stop());
    return { ...end, startedAt, endedAt, events, refused: receiver.refused(), ...rest };
  } finally {
    unhooked.stop();
    receiver.close();
  }
}

/**
 * Runs a command inside of another run, which watches it and counts its calls; see `isInsideRun`.
 * @throws ChildStartError where the command could not be started (exit code 125, 126 or 127).
 */
export function runInside({
  command,
  env,
  labels,
}: Pick<RunCapturedOptions, 'command' | 'env' | 'labels'>): Promise<ChildEnd> {
  return runChild(command, nestedEnv(env, labels));
}

function outcomeOf(receiver: Receiver, command: string[], unhooked: string[]) {
  const processes = receiver.processes();
  const stillRunning = receiver.running().length;
  return {
    processes,
    stillRunning,
    unwatched: unwatched({ command, processes, calls: receiver.calls().length, stillRunning, unhooked }),
    problems: receiver.problems,
  };
}

/** The command may run in other folders, so what a user gave is made absolute. */
function writeGate(runDir: string, { dataDir, pricing, ...rest }: GateConfig): void {
  const overridesFile = resolve(pricing.overridesFile);
  const config = { ...rest, dataDir: resolve(dataDir), pricing: { ...pricing, overridesFile } };
  writeFileSync(join(runDir, GATE_FILE), JSON.stringify(config), { mode: 0o600 });
}

/** A hook that is not there would end every Node process of the run before its first line. */
function checkReady(runDir: string, hook: string): void {
  for (const [path, mode, hint] of [
    [hook, constants.R_OK, 'Install costwatch again.'],
    [runDir, constants.W_OK, 'Set COSTWATCH_HOME to a folder you can write to.'],
  ] as const) {
    try {
      accessSync(path, mode);
    } catch (cause) {
      throw new ChildStartError(`costwatch cannot use ${path}: ${(cause as Error).message}`, {
        hint,
        cause,
        exitCode: 125,
      });
    }
  }
}
