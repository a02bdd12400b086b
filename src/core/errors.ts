/** Something the user can fix. Printed as message and hint, never with a stack; ends the command with exit code 2. */
export class CostwatchError extends Error {
  override name = 'CostwatchError';
  /** What to type or change next. */
  readonly hint: string | undefined;
  readonly exitCode: number;

  constructor(message: string, options: { hint?: string; cause?: unknown; exitCode?: number } = {}) {
    super(message, { cause: options.cause });
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? 2;
  }
}

/** A wrong option or argument. */
export class UsageError extends CostwatchError {
  override name = 'UsageError';
}

/** A file, a folder or a stream that cannot be read as asked. */
export class InputError extends CostwatchError {
  override name = 'InputError';
}

/** A price or a price file that is not valid. */
export class PriceBookError extends CostwatchError {
  override name = 'PriceBookError';
}

/** The wrapped command could not be started. Exit code 125, 126 or 127, as a shell would give. */
export class ChildStartError extends CostwatchError {
  override name = 'ChildStartError';
}

/** Something to report and go past, such as a line that is not JSON. */
export interface Diagnostic {
  file: string;
  /** 1-based line where the record starts; absent for a whole file. */
  line?: number;
  reason: string;
}
