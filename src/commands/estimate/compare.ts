import { existsSync } from 'node:fs';
import { type Diagnostic, InputError } from '../../core/errors.ts';
import { type ComparedRow, comparePlan, type PlannedStep } from '../../core/estimate/plan-compare.ts';
import type { PricedEvent, PricingContext } from '../../core/pricing/price.ts';
import { type CallSink, readCalls } from '../../store/history/log-reader.ts';
import { readHistory } from '../../store/history/read.ts';
import type { CommandIo } from '../command-io.ts';
import { type OwnSession, ownSession } from '../history/sessions.ts';
import { ownHistory } from '../own-history.ts';

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
  const sink = { call: (priced: PricedEvent) => calls.push(priced), skip: tell, note: tell };
  if (existsSync(session)) await readCalls([session], context, sink);
  else await readSession(session, context, sink, io);
  return comparePlan(planned, calls);
}

/** @throws InputError for a session that there is not. */
async function readSession(id: string, context: PricingContext, sink: CallSink, io: CommandIo): Promise<void> {
  const sessions: OwnSession[] = [];
  const isNamed = (session: OwnSession) => session.id === id;
  const log = (read: Parameters<typeof ownSession>[0]) => sessions.push(ownSession(read));
  const only = (read: Parameters<typeof ownSession>[0]) => isNamed(ownSession(read));
  await readHistory(await ownHistory(io), context, { ...sink, log }, { only, isFineEmpty: true });
  if (sessions.some(isNamed)) return;
  const newest = sessions
    .map((session) => session.id)
    .sort()
    .slice(-3)
    .reverse();
  throw new InputError(`There is neither a file nor a session of your own named ${id}.`, {
    hint:
      newest.length > 0
        ? `Your newest sessions: ${newest.join(', ')}`
        : 'Record one with: costwatch run -- node your-script.js',
  });
}
