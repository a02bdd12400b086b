import { randomBytes } from 'node:crypto';
import { markOf } from '../capture/read-run.ts';
import { type CapturedRun, isInsideRun, runCaptured, runInside } from '../capture/run.ts';
import { ChildStartError, CostwatchError } from '../core/errors.ts';
import type { UsageEvent } from '../core/event.ts';
import { Ledger } from '../core/ledger.ts';
import { type PricingContext, price } from '../core/price.ts';
import type { PriceBook } from '../core/price-book.ts';
import { type SessionInfo, summarize } from '../core/summary.ts';
import { meter } from '../providers/index.ts';
import { hookFile, packageFile } from '../store/package-files.ts';
import { overridesFile } from '../store/paths.ts';
import { loadPriceBook } from '../store/price-book.ts';
import { closeRun, noteRun, openRun, type RunNote } from '../store/run-dirs.ts';
import { newSessionId, recordableCommand, writeSessionLog } from '../store/session-log.ts';
import { palette } from '../views/color.ts';
import { jsonView } from '../views/json.ts';
import { handleJobControl } from '../views/live-job-control.ts';
import { createLiveLine } from '../views/live-line.ts';
import { liveText } from '../views/live-totals.ts';
import { summaryBox } from '../views/summary-box.ts';
import { type CommandIo, utcDay } from './command-io.ts';
import { checkOutput, emit, viewOf } from './options.ts';

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
  const view = await viewOf(options);
  checkOutput(options.output);
  const started = Date.now();
  const book = readPrices(io);
  const pricing: PricingContext = { book, meter, today: utcDay(io.now) };
  const sessionId = newSessionId(io.now, randomBytes(3).toString('hex'));
  const note: RunNote = {
    session: { id: sessionId, startedAt: io.now.toISOString(), command: recordableCommand(options.command) },
    owner: markOf(process.pid),
    history: options.history !== false,
  };
  const folder = openRun(io.env, note);
  const chalk = palette(io.stderr, io.env, options);

  const running = new Ledger();
  const open = new Set<string>();
  const live = createLiveLine({
    stream: process.stderr,
    stdoutIsTty: process.stdout.isTTY === true,
    env: io.env,
    text: (columns) => {
      const summary = summarize(running, { book, timezone: 'UTC' });
      return liveText({ summary, inFlight: open.size, elapsedMs: Date.now() - started }, columns, chalk);
    },
  });
  const showLive = options.live !== false && options.quiet !== true;
  const releaseJobControl = showLive ? handleJobControl(live) : undefined;
  if (showLive) live.start();
  let captured: CapturedRun;
  try {
    captured = await runCaptured({
      command: options.command,
      env: { ...io.env, ...options.env },
      labels: options.label ?? {},
      sessionId,
      runDir: folder,
      hook: hookFile(),
      python: packageFile('python'),
      onChange: ({ key, phase, event }) => {
        if (phase === 'end') open.delete(key);
        else open.add(key);
        running.update(key, price(event, pricing));
        live.refresh();
      },
    });
  } catch (error) {
    closeRun(folder);
    throw error;
  } finally {
    live.stop();
    releaseJobControl?.();
  }

  // A problem with a line is a record that cannot be read; any other is a sentence about the watching itself.
  const records = captured.problems.filter(({ line }) => line !== undefined);
  const unwatched = [...captured.unwatched, ...describe(captured)];
  const session: SessionInfo = {
    ...note.session,
    startedAt: captured.startedAt,
    endedAt: captured.endedAt,
    exitCode: captured.exitCode,
    ...(captured.signal ? { signal: captured.signal } : {}),
    ...(unwatched.length > 0 ? { unwatched } : {}),
  };
  const ledger = new Ledger();
  for (const event of captured.events) ledger.add(price(event, pricing));
  for (const problem of records) ledger.skip(problem);
  const saved = options.history === false || save(io, session, captured.events);
  // What processes record that go on is added to the session log by a later command; see recover.ts.
  if (saved && captured.stillRunning === 0) closeRun(folder);
  else if (saved) noteRun(folder, { ...note, session, counted: captured.events.length });

  const summary = summarize(ledger, { book, timezone: 'UTC', session });
  const machine = options.json || (options.format !== undefined && options.format !== 'table');
  const text = () => view(summary, { chalk: palette({}, io.env), columns: 200, by: [] });
  if (machine && options.output === undefined) io.stderr.write(text());
  else if (!options.quiet) io.stderr.write(summaryBox(summary, chalk));
  if (options.output !== undefined) writeOutput(options.format ? text() : jsonView(summary), options.output, io);
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

function describe({ problems }: CapturedRun): string[] {
  return problems.filter(({ line }) => line === undefined).map(({ file, reason }) => `${file}: ${reason}`);
}

/** The figures are shown also where they cannot be kept; the run's folder stays then, and a later command tries again. */
function save(io: CommandIo, session: SessionInfo, events: readonly UsageEvent[]): boolean {
  try {
    writeSessionLog(io.env, session, events);
    return true;
  } catch (error) {
    io.stderr.write(`costwatch: the session log could not be written: ${(error as Error).message}\n`);
    return false;
  }
}

/** The command has ended and its exit code stands, so a file that cannot be written is said and no more. */
function writeOutput(text: string, file: string, io: CommandIo): void {
  try {
    emit(text, file, io.stderr);
  } catch (error) {
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
