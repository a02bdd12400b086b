import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DIRECTORY, LABELS_JSON, missing, NODE_OPTIONS, PYTHON, parseLabels, SESSION, SOCKET } from '../wire/env.ts';
import { GATE, GATE_FILE, type GateConfig } from '../wire/gate-config.ts';
import { withGrants } from './permission.ts';

export interface ChildEnvOptions {
  env: NodeJS.ProcessEnv;
  /** Absolute path of the bundled hook. It must outlive the run: a daemon may be started with it and go on. */
  hook: string;
  /** Absolute path of the folder of our `sitecustomize`; absent where Python is not watched. */
  python?: string | undefined;
  runDir: string;
  /** Absent where there is no live feed; the spool files serve then. */
  socket: string | undefined;
  /** Which budgets stop calls, in a file of the run's folder; absent where none does. */
  gate?: Omit<GateConfig, 'sessionId'> | undefined;
  sessionId: string;
  labels: Readonly<Record<string, string>>;
}

/** Whether `env` is that of a program which another `costwatch run` is watching. A run that has ended watches nothing. */
export function isInsideRun(env: NodeJS.ProcessEnv): boolean {
  return env[DIRECTORY] !== undefined && existsSync(env[DIRECTORY]);
}

/** The environment for the child: `env` with the hook first in NODE_OPTIONS. */
export function childEnv({
  env,
  hook,
  python,
  runDir,
  socket,
  gate,
  sessionId,
  labels,
}: ChildEnvOptions): NodeJS.ProcessEnv {
  const variables = {
    ...labelVariables(env, labels),
    [DIRECTORY]: runDir,
    [SESSION]: sessionId,
    ...(socket ? { [SOCKET]: socket } : {}),
    ...(python ? { [PYTHON]: python } : {}),
    ...(gate ? { [GATE]: join(runDir, GATE_FILE) } : {}),
  };
  const own = env[NODE_OPTIONS];
  const granted = own ? { [NODE_OPTIONS]: withGrants(own.split(' '), { hook, runDir, gate }).join(' ') } : {};
  const base = { ...env, ...granted, ...variables };
  return { ...base, ...missing(base, { hook, variables }) };
}

/** The environment inside of another run, which owns the calls: only the labels are added. */
export function nestedEnv(env: NodeJS.ProcessEnv, labels: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { ...env, ...labelVariables(env, labels) };
}

function labelVariables(env: NodeJS.ProcessEnv, labels: Readonly<Record<string, string>>): Record<string, string> {
  const all = { ...parseLabels(env[LABELS_JSON]), ...labels };
  return Object.keys(all).length > 0 ? { [LABELS_JSON]: JSON.stringify(all) } : {};
}
