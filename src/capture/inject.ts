import { DIRECTORY, LABELS_JSON, missing, parseLabels, SESSION, SOCKET } from './env.ts';

export interface ChildEnvOptions {
  env: NodeJS.ProcessEnv;
  /** Absolute path of the bundled hook. It must outlive the run: a daemon may be started with it and go on. */
  hook: string;
  runDir: string;
  /** Absent where there is no live feed; the spool files serve then. */
  socket: string | undefined;
  sessionId: string;
  labels: Readonly<Record<string, string>>;
}

/** Whether `env` is that of a program which another `costwatch run` is watching. */
export function isInsideRun(env: NodeJS.ProcessEnv): boolean {
  return Boolean(env[DIRECTORY]);
}

/**
 * The environment for the child: `env` with the hook first in NODE_OPTIONS. Inside another run that run owns the
 * calls, so only the labels are added.
 */
export function childEnv({ env, hook, runDir, socket, sessionId, labels }: ChildEnvOptions): NodeJS.ProcessEnv {
  const all = { ...parseLabels(env[LABELS_JSON]), ...labels };
  const variables: Record<string, string> = Object.keys(all).length > 0 ? { [LABELS_JSON]: JSON.stringify(all) } : {};
  if (isInsideRun(env)) return { ...env, ...variables };
  Object.assign(variables, { [DIRECTORY]: runDir, [SESSION]: sessionId }, socket ? { [SOCKET]: socket } : {});
  const base = { ...env, ...variables };
  return { ...base, ...missing(base, { hook, variables }) };
}
