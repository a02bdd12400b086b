import { type CapturedRun, isInsideRun, runCaptured, runInside } from '../../capture/parent/run.ts';
import { processIdentity } from '../../capture/wire/process-identity.ts';
import { CostwatchError } from '../../core/errors.ts';
import { Ledger } from '../../core/ledger/ledger.ts';
import { type SessionInfo, type Summary, summarize } from '../../core/ledger/summary.ts';
import { type PricingContext, price } from '../../core/pricing/price.ts';
import { meter } from '../../providers/index.ts';
import { hookFile, packageFile } from '../../store/files/package-files.ts';
import { overridesFile } from '../../store/files/paths.ts';
import { randomHex } from '../../store/files/random.ts';
import { closeRun, noteRun, openRun, type RunNote } from '../../store/sessions/run-dirs.ts';
import { newSessionId, type Prices, recordableCommand, writeSessionLog } from '../../store/sessions/session-log.ts';
import { loadPriceBook } from '../../store/settings/price-book.ts';
import { jsonView } from '../../views/formats/json.ts';
import { palette } from '../../views/terminal/color.ts';
import type { View } from '../../views/view.ts';
import { type CommandIo, utcDay } from '../command-io.ts';
import { checkOutput, emit, viewOf } from '../options.ts';
import { beforeStart } from './before-start.ts';
import type { RunBudgetOptions } from './budget-options.ts';
import { startLiveTotals } from './live.ts';
import { RunQuota } from './quota.ts';
import { openRunBudgets, type RunBudgets } from './run-budgets.ts';

export interface RunOptions extends RunBudgetOptions {
  command: string[];
  /** Variables for the command, over those of `io.env`. */
  env?: Record<string, string>;
  label?: Record<string, string>;
  live?: boolean;
  quiet?: boolean;
  /** Whether to ask ElevenLabs for the quota, where its key is in the environment. */
  quota?: boolean;
  format?: string;
  json?: boolean;
  output?: string;
  color?: boolean;
  /** Whether the run becomes a session of the user's history; the demo does not. */
  history?: boolean;
}

/**
 * Runs a command and watches what it spends. Its stdout, stdin and exit code stay its own; everything of ours goes to
 * stderr. Returns the command's exit code, 128+n after a signal.
 */
export async function run(options: RunOptions, io: CommandIo): Promise<number> {
  if (isInsideRun(io.env)) return runNested(options, io);
  // Without a format there is the box, and JSON in the file.
  const view = options.format === undefined ? jsonView : await viewOf(options);
  checkOutput(options.output);
  // What is not in the history is in no budget.
  const budgets = options.history === false ? undefined : openRunBudgets(options, io);
  const pricing: PricingContext = {
    book: beforeStart(() => loadPriceBook({ overridesFile: overridesFile(io.env) })),
    meter,
    today: utcDay(io.now),
  };
  const note: RunNote = {
    session: {
      id: newSessionId(io.now, randomHex(6)),
      startedAt: io.now.toISOString(),
      command: recordableCommand(options.command),
    },
    owner: processIdentity(process.pid),
    history: options.history !== false,
  };
  const folder = openRun(io.env, note);
  const quota = options.quota === false || options.quiet ? undefined : RunQuota.start({ ...io.env, ...options.env });
  const captured = await watch(options, { note, folder, pricing, budgets, quota }, io);
  const session = sessionOf(note, captured);
  keep(captured, { ...note, session }, folder, pricing, io);
  const ledger = ledgerOf(captured, pricing);
  // A command that a signal has ended is not kept waiting.
  const change = captured.signal ? undefined : await quota?.change(ledger);
  const context = { book: pricing.book, timezone: 'UTC', session, quota: change, budgets: budgets?.rows() ?? [] };
  await show(summarize(ledger, context), view, options, io);
  await budgets?.end(captured.refused.length);
  if (captured.signal) io.raise?.(captured.signal);
  return exitCodeOf(captured);
}

/** The exit code of a run in which a budget stopped a call. */
const STOPPED = 3;

function exitCodeOf({ refused, signal, exitCode }: CapturedRun): number {
  return refused.length > 0 && !signal ? STOPPED : exitCode;
}

interface Watching {
  note: RunNote;
  folder: string;
  pricing: PricingContext;
  budgets: RunBudgets | undefined;
  quota: RunQuota | undefined;
}

async function watch(
  options: RunOptions,
  { note, folder, pricing, budgets, quota }: Watching,
  io: CommandIo,
): Promise<CapturedRun> {
  const isSilent = options.live === false || options.quiet === true;
  const extras = { quota: () => quota?.known, budget: () => budgets?.tightest() };
  const live = isSilent ? undefined : startLiveTotals(pricing, palette(io.stderr, io.env, options), io, extras);
  try {
    budgets?.start({ session: note.session, folder, pricing, live });
    return await runCaptured({
      command: options.command,
      env: { ...io.env, ...options.env },
      labels: options.label ?? {},
      sessionId: note.session.id,
      runDir: folder,
      hook: hookFile(),
      python: packageFile('python'),
      onChange: (call) => {
        live?.update(call);
        budgets?.recheckSoon();
      },
      ...(budgets?.gate ? { gate: budgets.gate, onRefused: budgets.refused } : {}),
    });
  } catch (error) {
    closeRun(folder);
    throw error;
  } finally {
    live?.stop();
    budgets?.stop();
  }
}

/** A problem with a line is a record that cannot be read; any other is a sentence about the watching itself. */
function sessionOf(note: RunNote, captured: CapturedRun): SessionInfo {
  const problems = captured.problems.filter(({ line }) => line === undefined);
  const unwatched = [...captured.unwatched, ...problems.map(({ file, reason }) => `${file}: ${reason}`)];
  const { startedAt, endedAt, signal } = captured;
  return {
    ...note.session,
    startedAt,
    endedAt,
    exitCode: exitCodeOf(captured),
    ...(signal ? { signal } : {}),
    ...(unwatched.length > 0 ? { unwatched } : {}),
  };
}

function ledgerOf(captured: CapturedRun, pricing: PricingContext): Ledger {
  const ledger = new Ledger();
  for (const event of captured.events) ledger.add(price(event, pricing));
  for (const problem of captured.problems) if (problem.line !== undefined) ledger.skip(problem);
  return ledger;
}

/**
 * Writes the session log. Where that fails the figures are shown all the same; the run's folder stays, and a later
 * command tries again. It stays too for processes that go on: what they record is added to the log later; see recover.ts.
 */
function keep(captured: CapturedRun, note: RunNote, folder: string, prices: Prices, io: CommandIo): void {
  try {
    if (note.history) writeSessionLog(io.env, note.session, captured.events, prices);
    if (captured.stillRunning === 0) closeRun(folder);
    else noteRun(folder, { ...note, counted: captured.events.length });
  } catch (error) {
    io.stderr.write(`costwatch: the session log could not be written: ${(error as Error).message}\n`);
  }
}

/** A machine format takes the place of the box, on stderr; with `--output` it is written besides the box. */
async function show(summary: Summary, view: View, options: RunOptions, io: CommandIo): Promise<void> {
  const { format, output } = options;
  const isMachine = options.json || (format !== undefined && format !== 'table');
  const text = () => view(summary, { chalk: palette({}, io.env), columns: 200, by: [] });
  if (isMachine && output === undefined) io.stderr.write(text());
  else if (!options.quiet) {
    const { summaryBox } = await import('../../views/box/box.ts');
    io.stderr.write(summaryBox(summary, palette(io.stderr, io.env, options)));
  }
  if (output === undefined) return;
  try {
    emit(format ? text() : jsonView(summary), output, io.stderr);
  } catch (error) {
    // The command has ended and its exit code stands, so this is said and no more.
    if (!(error instanceof CostwatchError)) throw error;
    io.stderr.write(`costwatch: ${error.message}\n`);
  }
}

/** Inside of another run, that one watches and reports; this one only runs the command. */
async function runNested(options: RunOptions, io: CommandIo): Promise<number> {
  if (options.budget !== undefined)
    io.stderr.write('costwatch: --budget has no effect here: the run around this one counts its calls\n');
  const env = { ...io.env, ...options.env };
  const end = await runInside({ command: options.command, env, labels: options.label ?? {} });
  if (end.signal) io.raise?.(end.signal);
  return end.exitCode;
}
