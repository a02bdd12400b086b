import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { type Diagnostic, InputError } from '../../core/errors.ts';
import { type ComparedRow, comparePlan, type PlannedStep } from '../../core/estimate/plan-compare.ts';
import type { PricedEvent, PricingContext } from '../../core/pricing/price.ts';
import { ownLogs } from '../../store/history/blocks.ts';
import { readCalls, readLog } from '../../store/history/read.ts';
import { ownSessionFiles } from '../../store/sessions/session-log.ts';
import type { CommandIo } from '../command-io.ts';
import { ownSession } from '../history/sessions.ts';

/** Reads a session, or any log, and sets what it cost against the plan. */
export async function compareWith(
  session: string,
  planned: readonly PlannedStep[],
  context: PricingContext,
  io: CommandIo,
): Promise<ComparedRow[]> {
  const calls: PricedEvent[] = [];
  const tell = ({ file, line, reason }: Diagnostic) =>
    io.stderr.write(`! ${file}${line === undefined ? '' : `:${line}`}: ${reason}; not compared\n`);
  await readCalls([sessionFile(session, io, tell)], context, {
    call: (priced) => calls.push(priced),
    duplicate: () => {},
    skip: tell,
    note: tell,
  });
  return comparePlan(planned, calls);
}

function sessionFile(session: string, io: CommandIo, tell: (problem: Diagnostic) => void): string {
  if (existsSync(session)) return session;
  const own = ownSessionFiles(io.env);
  const found = own.find((file) => basename(file, '.jsonl') === session);
  if (found) return found;
  const newest = own.slice(-3).map((file) => basename(file, '.jsonl'));
  const isCompacted = ownLogs(io.env, tell).compacted.some((block) => ownSession(readLog(block, io)).id === session);
  const problem = isCompacted
    ? `The calls of the session ${session} were summed up by history prune, and sums can no longer be compared.`
    : `There is no file or session named ${session}.`;
  throw new InputError(problem, {
    hint:
      newest.length > 0
        ? `Your newest sessions${isCompacted ? ' with single calls' : ''}: ${newest.reverse().join(', ')}`
        : 'Record one with: costwatch run -- node your-script.js',
  });
}
