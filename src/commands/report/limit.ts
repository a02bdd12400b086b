import { UsageError } from '../../core/errors.ts';
import type { Ledger } from '../../core/ledger/ledger.ts';
import { formatUsd, type Money, parseMoney, ZERO } from '../../core/pricing/money.ts';
import { plain } from '../../core/text.ts';
import { GEMINI } from '../../core/usage/event.ts';
import type { CommandIo } from '../command-io.ts';

/** The exit code of a report whose dollars are more than `--fail-over` allows. */
export const OVER = 3;

/** The amount of `--fail-over`; 0 allows nothing. */
export function failOverOf(text: string | undefined): Money | undefined {
  const limit = text === undefined ? undefined : parseMoney(text.replace(/^\$/, ''));
  if (text === undefined || limit !== undefined) return limit;
  throw new UsageError(`--fail-over '${plain(text, 40)}' is not an amount of dollars.`, {
    hint: 'Write it as --fail-over 10 or --fail-over 9.90',
  });
}

/** Whether the dollars of a report are more than allowed; says so, and says where that cannot be sure. */
export function isOver(
  ledger: Ledger,
  limit: Money | undefined,
  isIncomplete: boolean,
  stderr: CommandIo['stderr'],
): boolean {
  if (limit === undefined) return false;
  const spent = ledger.totals.cost(GEMINI) ?? ZERO;
  const [shown, allowed] = [dollars(spent), dollars(limit)];
  if (spent > limit)
    stderr.write(`costwatch: ${isIncomplete ? 'at least ' : ''}${shown} is over the ${allowed} of --fail-over\n`);
  else if (isIncomplete) {
    stderr.write(
      `costwatch: at least ${shown}; calls are missing from it, so it may still be over the ${allowed} of --fail-over\n` +
        '  To fail on that too: --strict\n',
    );
  }
  return spent > limit;
}

function dollars(amount: Money): string {
  return amount === ZERO ? '$0.00' : formatUsd(amount);
}
