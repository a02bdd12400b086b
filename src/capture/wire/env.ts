import { delimiter } from 'node:path';
import { objectOf } from '../../core/json.ts';
import { GATE } from './gate-config.ts';

/** The environment by which a run reaches the hook in every process below it. */
export const DIRECTORY = 'COSTWATCH_DIR';
export const SOCKET = 'COSTWATCH_SOCKET';
export const SESSION = 'COSTWATCH_SESSION';
export const LABELS_JSON = 'COSTWATCH_LABELS';
export const NODE_OPTIONS = 'NODE_OPTIONS';
/** Bun reads this one instead; it cannot quote, so a path with a space stays out of it. */
export const BUN_OPTIONS = 'BUN_OPTIONS';

/** The folder of our `sitecustomize`, by which Python processes are watched. */
export const PYTHON = 'COSTWATCH_PYTHON';
const PYTHONPATH = 'PYTHONPATH';

const OURS = [DIRECTORY, SOCKET, SESSION, LABELS_JSON, PYTHON, GATE] as const;

/** What must be in an environment for the hook to work there. */
export interface Injection {
  hook: string;
  /** Our variables and their values. */
  variables: Readonly<Record<string, string>>;
}

/** Our variables out of an environment. */
export function variablesOf(env: NodeJS.ProcessEnv): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of OURS) if (env[name] !== undefined) found[name] = env[name];
  return found;
}

/** The variables to add to `env` so that the hook works there; none where they are in it already. Theirs are kept. */
export function missing(env: NodeJS.ProcessEnv, { hook, variables }: Injection): Record<string, string> {
  const added: Record<string, string> = {};
  for (const [name, value] of Object.entries(variables)) if (env[name] === undefined) added[name] = value;
  prepend(NODE_OPTIONS, `--require ${quoted(hook)}`);
  // As one word: Bun takes a second one for a subcommand.
  if (quoted(hook) === hook) prepend(BUN_OPTIONS, `--preload=${hook}`);
  const python = variables[PYTHON];
  if (python) prepend(PYTHONPATH, python, delimiter);
  return added;

  function prepend(name: string, ours: string, separator = ' '): void {
    const options = withOurs(env[name], ours, separator);
    if (options !== env[name]) added[name] = options;
  }
}

/** Ours comes first, so that the user's own preloads are watched too. */
function withOurs(options: string | undefined, ours: string, separator: string): string {
  if (options?.includes(ours)) return options;
  return options ? `${ours}${separator}${options}` : ours;
}

/** Node splits NODE_OPTIONS at spaces outside double quotes; only inside them does a backslash escape. */
function quoted(path: string): string {
  return /^[\w@%+=:,./~-]+$/.test(path) ? path : `"${path.replace(/["\\]/g, '\\$&')}"`;
}

/** Labels from the environment: a JSON object of texts, or `video=ep01,phase=panels`. Anything else labels nothing. */
export function parseLabels(text: string | undefined): Record<string, string> {
  if (!text) return {};
  if (!text.trimStart().startsWith('{')) {
    const pairs = text.split(',').map((pair) => pair.split('='));
    return Object.fromEntries(
      pairs
        .filter(([name, value]) => name && value !== undefined)
        .map(([name, ...value]) => [name!.trim(), value.join('=')]),
    );
  }
  return Object.fromEntries(
    Object.entries(objectOf(text) ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
