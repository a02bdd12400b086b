import { readdirSync, statSync } from 'node:fs';
import { isNotFound } from '../../capture/wire/lines.ts';

/** A time stamp may be this coarse: a folder that was just changed may change again and look the same. */
const COARSE_MS = 2_000;

/** The names in a folder, read again when it has changed. */
export class CachedDirectory {
  readonly path: string;
  private names: readonly string[] = [];
  private mtimeMs = Number.NaN;
  private isTrusted = false;

  constructor(path: string) {
    this.path = path;
  }

  /** Undefined where the folder is not there. */
  read(): readonly string[] | undefined {
    const before = this.changed();
    if (before === undefined) return undefined;
    if (this.isTrusted && before === this.mtimeMs) return this.names;
    try {
      this.names = readdirSync(this.path);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
    this.mtimeMs = before;
    this.isTrusted = Math.abs(Date.now() - before) > COARSE_MS;
    return this.names;
  }

  private changed(): number | undefined {
    return statSync(this.path, { throwIfNoEntry: false })?.mtimeMs;
  }
}
