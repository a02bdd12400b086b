import { ChildStartError, CostwatchError } from '../../core/errors.ts';

/**
 * Reads what a run cannot do without, before its command is started.
 * @throws ChildStartError with exit code 125, in the words of the error that stood in the way.
 */
export function beforeStart<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof CostwatchError)) throw error;
    const { message, hint } = error;
    throw new ChildStartError(message, { cause: error, exitCode: 125, ...(hint ? { hint } : {}) });
  }
}
