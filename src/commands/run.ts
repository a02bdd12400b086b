import { markOf } from '../capture/read-run.ts';
import { type CapturedRun, isInsideRun, runCaptured, runInside } from '../capture/run.ts';
import { ChildStartError, CostwatchError } from '../core/errors.ts';
import { Ledger } from '../core/ledger.ts';
import { type PricingContext, price } from '../core/price.ts';
import type { PriceBook } from '../core/price-book.ts';
import { type SessionInfo, type Summary, summarize } from '../core/summary.ts';
import { meter } from '../providers/index.ts';
import { hookFile, packageFile } from '../store/package-files.ts';
import { overridesFile } from '../store/paths.ts';
import { loadPriceBook } from '../store/price-book.ts';
import { randomHex } from '../store/random.ts';
import { closeRun, noteRun, openRun, type RunNote } from '../store/run-dirs.ts';
import { newSessionId, recordableCommand, writeSessionLog } from '../store/session-log.ts';
import { palette } from '../views/color.ts';
import type { View } from '../views/index.ts';
import { jsonView } from '../views/json.ts';
import { summaryBox } from '../views/summary-box.ts';
import { type CommandIo, utcDay } from './command-io.ts';
import { checkOutput, emit, viewOf } from './options.ts';
import { startLiveTotals } from './run-live.ts';

export interface RunOptions {
  command: string[];
  /** Variables for the command, over those of `io.env`. */
  env?: Record<string, string>;
  label?: Record<string, string>;
  live?: boolean;
  quiet?: boolean;
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
  const pricing: PricingContext = { book: readPrices(io), meter, today: utcDay(io.now) };
  const note: RunNote = {
    session: {
      id: newSessionId(io.now, randomHex(6)),
      startedAt: io.now.toISOString(),
      command: recordableCommand(options.command),
    },
    owner: markOf(process.pid),
    history: options.history !== false,
  };
  const folder = openRun(io.env, note);
  const captured = await watch(options, note, folder, pricing, io);
  const session = sessionOf(note, captured);
  keep(captured, { ...note, session }, folder, io);
  show(summaryOf(captured, session, pricing), view, options, io);
  if (captured.signal) io.raise?.(captured.signal);
  return captured.exitCode;
}

/** Without the prices a run cannot be watched, so the command is not started. */
function readPrices(io: CommandIo): PriceBook {
  try {
    return loadPriceBook({ overridesFile: overridesFile(io.env) });
  } catch (error) {
    if (!(error instanceof CostwatchError)) throw error;
    throw new ChildStartError(error.message, {
      cause: error,
      exitCode: 125,
      ...(error.hint ? { hint: error.hint } : {}),
    });
  }
}

async function watch(
  options: RunOptions,
  note: RunNote,
  folder: string,
  pricing: PricingContext,
  io: CommandIo,
): Promise<CapturedRun> {
  const isSilent = options.live === false || options.quiet === true;
  const live = isSilent ? undefined : startLiveTotals(pricing, palette(io.stderr, io.env, options), io);
  try {
    return await runCaptured({
      command: options.command,
      env: { ...io.env, ...options.env },
      labels: options.label ?? {},
      sessionId: note.session.id,
      runDir: folder,
      hook: hookFile(),
      python: packageFile('python'),
      ...(live ? { onChange: live.update } : {}),
    });
  } catch (error) {
    closeRun(folder);
    throw error;
  } finally {
    live?.stop();
  }
}

/** A problem with a line is a record that cannot be read; any other is a sentence about the watching itself. */
function sessionOf(note: RunNote, captured: CapturedRun): SessionInfo {
  const troubles = captured.problems.filter(({ line }) => line === undefined);
  const unwatched = [...captured.unwatched, ...troubles.map(({ file, reason }) => `${file}: ${reason}`)];
  const { startedAt, endedAt, exitCode, signal } = captured;
  return {
    ...note.session,
    startedAt,
    endedAt,
    exitCode,
    ...(signal ? { signal } : {}),
    ...(unwatched.length > 0 ? { unwatched } : {}),
  };
}

function summaryOf(captured: CapturedRun, session: SessionInfo, pricing: PricingContext): Summary {
  const ledger = new Ledger();
  for (const event of captured.events) ledger.add(price(event, pricing));
  for (const problem of captured.problems) if (problem.line !== undefined) ledger.skip(problem);
  return summarize(ledger, { book: pricing.book, timezone: 'UTC', session });
}

/**
 * Writes the session log. Where that fails the figures are shown all the same; the run's folder stays, and a later
 * command tries again. It stays too for processes that go on: what they record is added to the log later; see recover.ts.
 */
function keep(captured: CapturedRun, note: RunNote, folder: string, io: CommandIo): void {
  try {
    if (note.history) writeSessionLog(io.env, note.session, captured.events);
    if (captured.stillRunning === 0) closeRun(folder);
    else noteRun(folder, { ...note, counted: captured.events.length });
  } catch (error) {
    io.stderr.write(`costwatch: the session log could not be written: ${(error as Error).message}\n`);
  }
}

/** A machine format takes the place of the box, on stderr; with `--output` it is written besides the box. */
function show(summary: Summary, view: View, options: RunOptions, io: CommandIo): void {
  const { format, output } = options;
  const isMachine = options.json || (format !== undefined && format !== 'table');
  const text = () => view(summary, { chalk: palette({}, io.env), columns: 200, by: [] });
  if (isMachine && output === undefined) io.stderr.write(text());
  else if (!options.quiet) io.stderr.write(summaryBox(summary, palette(io.stderr, io.env, options)));
  if (output === undefined) return;
  try {
    emit(format ? text() : jsonView(summary), output, io.stderr);
  } catch (error) {
    // The command has ended and its exit code stands, so this is said and no more.
    if (!(error instanceof CostwatchError)) throw error;
    io.stderr.write(`costwatch: ${error.message}\n`);
  }
}

/** Inside of another run, that one watches and tells; this one only runs the command. */
async function runNested(options: RunOptions, io: CommandIo): Promise<number> {
  const env = { ...io.env, ...options.env };
  const end = await runInside({ command: options.command, env, labels: options.label ?? {} });
  if (end.signal) io.raise?.(end.signal);
  return end.exitCode;
}
