import type { GateConfig } from '../wire/gate-config.ts';

const PERMISSION = /^--(experimental-)?permission$/;

/** What of the file system the hook of a run needs. */
export interface Needs {
  hook: string;
  runDir: string;
  /** Absent where no budget stops calls. */
  gate?: Pick<GateConfig, 'bundle' | 'dataDir' | 'pricing'> | undefined;
}

/**
 * Under Node's permission model (https://nodejs.org/api/permissions.html) the hook could neither be read nor write, and
 * Node would not start. Grants it its own file and the run's folder, what a gate reads, and nothing else, right beside
 * the user's flag.
 */
export function withGrants(words: readonly string[], needs: Needs): string[] {
  const index = words.findIndex((word) => PERMISSION.test(word));
  if (index === -1) return [...words];
  const grants = [...readable(needs).map((path) => `--allow-fs-read=${path}`), `--allow-fs-write=${needs.runDir}/*`];
  return [...words.slice(0, index + 1), ...grants, ...words.slice(index + 1)];
}

function readable({ hook, runDir, gate }: Needs): string[] {
  if (!gate) return [hook];
  const { directory, overridesFile } = gate.pricing;
  return [hook, gate.bundle, `${runDir}/*`, `${gate.dataDir}/*`, `${directory}/*`, overridesFile];
}
