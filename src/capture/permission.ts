const PERMISSION = /^--(experimental-)?permission$/;

/**
 * Under Node's permission model (https://nodejs.org/api/permissions.html) the hook could neither be read nor write, and
 * Node would not start. Grants it its own file and the run's folder, and nothing else, right beside the user's flag.
 */
export function withGrants(words: readonly string[], { hook, runDir }: { hook: string; runDir: string }): string[] {
  const index = words.findIndex((word) => PERMISSION.test(word));
  if (index === -1) return [...words];
  const grants = [`--allow-fs-read=${hook}`, `--allow-fs-write=${runDir}/*`];
  return [...words.slice(0, index + 1), ...grants, ...words.slice(index + 1)];
}
