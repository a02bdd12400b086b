import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ProcessIdentity } from '../../capture/wire/process-identity.ts';
import { CostwatchError } from '../../core/errors.ts';

/**
 * Does something while no other process does it. A lock whose owner has ended is taken over.
 * @throws CostwatchError naming the process that holds the lock.
 */
export async function withLock<Result>(
  path: string,
  me: ProcessIdentity,
  isGone: (owner: ProcessIdentity) => boolean,
  act: () => Promise<Result>,
): Promise<Result> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  take(path, me, isGone);
  try {
    return await act();
  } finally {
    rmSync(path, { force: true });
  }
}

function take(path: string, me: ProcessIdentity, isGone: (owner: ProcessIdentity) => boolean): void {
  for (let attempt = 0; ; attempt++) {
    try {
      const descriptor = openSync(path, 'wx', 0o600);
      writeSync(descriptor, JSON.stringify(me));
      closeSync(descriptor);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = ownerOf(path);
    if (attempt > 2 || (owner && !isGone(owner)))
      throw new CostwatchError(`Another costwatch${owner ? ` (process ${owner.pid})` : ''} is at it.`, {
        hint: `Wait until it has ended. If there is none, remove ${path}.`,
      });
    if (owner) rmSync(path, { force: true });
  }
}

/** Undefined for a lock that is being written or removed at this moment. */
function ownerOf(path: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}
