import { readFileSync, rmSync } from 'node:fs';
import type { Budget } from '../../core/budget/budget.ts';
import { budgetRecord, parseBudgets } from '../../core/budget/file.ts';
import { InputError } from '../../core/errors.ts';
import { isObject } from '../../core/json.ts';
import { writeFileAtomic } from '../files/atomic.ts';

const HINT = 'Correct the file, or remove all budgets: costwatch budget remove --all';

/**
 * The user's budgets; none when the file does not exist.
 * @throws InputError when the file cannot be read or is not valid, naming file and field.
 */
export function readBudgets(file: string): Budget[] {
  const content = contentOf(file);
  if (content === undefined) return [];
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw new InputError(`${file}: ${(cause as Error).message}`, { hint: HINT, cause });
  }
  if (!isObject(value)) throw new InputError(`${file}: is not {"budgets": [...]}`, { hint: HINT });
  const stray = Object.keys(value).find((key) => key !== 'budgets' && key !== '$schema');
  if (stray !== undefined) throw new InputError(`${file}: ${stray} is no field; there is budgets`, { hint: HINT });
  return parseBudgets(value.budgets, file);
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new InputError(`Cannot read your budgets: ${(error as Error).message}`, {
      hint: `Make ${file} readable, or move it away.`,
      cause: error,
    });
  }
}

/**
 * Writes the user's budgets; removes the file when none are left.
 * @throws InputError when the file cannot be written; what it held is then unchanged.
 */
export function writeBudgets(file: string, budgets: readonly Budget[]): void {
  try {
    if (budgets.length === 0) rmSync(file, { force: true });
    else writeFileAtomic(file, `${JSON.stringify({ budgets: budgets.map(budgetRecord) }, null, 2)}\n`);
  } catch (cause) {
    throw new InputError(`Cannot write your budgets: ${(cause as Error).message}`, {
      hint: 'Make that folder writable, or name another one in COSTWATCH_HOME.',
      cause,
    });
  }
}
