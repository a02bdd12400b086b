import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { type CapturedRun, runCaptured } from '../capture/run.ts';
import { ChildStartError } from '../core/errors.ts';
import { Ledger } from '../core/ledger.ts';
import { type PricingContext, price } from '../core/price.ts';
import { type SessionInfo, summarize } from '../core/summary.ts';
import { meter } from '../providers/index.ts';
import { hookFile } from '../store/package-files.ts';
import { overridesFile } from '../store/paths.ts';
import { loadPriceBook } from '../store/price-book.ts';
import { newSessionId, recordableCommand, runDir, writeSessionLog } from '../store/session-log.ts';
import { palette } from '../views/color.ts';
import { plural } from '../views/format.ts';
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
  const view = await viewOf(options);
  checkOutput(options.output);
  const started = Date.now();
  const book = loadPriceBook({ overridesFile: overridesFile(io.env) });
  const pricing: PricingContext = { book, meter, today: utcDay(io.now) };
  const sessionId = newSessionId(io.now, randomBytes(3).toString('hex'));
  const folder = makeRunDir(runDir(io.env, sessionId));
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
      onChange: ({ key, phase, event }) => {
        if (phase === 'end') open.delete(key);
        else open.add(key);
        running.update(key, price(event, pricing));
        live.refresh();
      },
    });
  } finally {
    live.stop();
    releaseJobControl?.();
  }

  // A problem with a line is a record that cannot be read; any other is a sentence about the watching itself.
  const records = captured.problems.filter(({ line }) => line !== undefined);
  const unwatched = [...captured.unwatched, ...describe(captured)];
  const session: SessionInfo = {
    id: sessionId,
    startedAt: captured.startedAt,
    endedAt: captured.endedAt,
    command: recordableCommand(options.command),
    exitCode: captured.exitCode,
    ...(captured.signal ? { signal: captured.signal } : {}),
    ...(unwatched.length > 0 ? { unwatched } : {}),
  };
  const ledger = new Ledger();
  for (const event of captured.events) ledger.add(price(event, pricing));
  for (const problem of records) ledger.skip(problem);
  if (options.history !== false) writeSessionLog(io.env, session, captured.events);
  rmSync(folder, { recursive: true, force: true });

  const summary = summarize(ledger, { book, timezone: 'UTC', session });
  const machine = options.json || (options.format !== undefined && options.format !== 'table');
  const text = () => view(summary, { chalk: palette({}, io.env), columns: 200, by: [] });
  if (options.output !== undefined) emit(machine ? text() : jsonView(summary), options.output, io.stderr);
  if (machine && options.output === undefined) io.stderr.write(text());
  else if (!options.quiet) io.stderr.write(summaryBox(summary, chalk));
  if (captured.signal) io.raise?.(captured.signal);
  return captured.exitCode;
}

function describe({ problems, stillRunning }: CapturedRun): string[] {
  const sentences = problems.filter(({ line }) => line === undefined).map(({ file, reason }) => `${file}: ${reason}`);
  if (stillRunning === 0) return sentences;
  const processes = plural(stillRunning, 'process of this run is', 'processes of this run are');
  return [...sentences, `${processes} still running; later calls are not counted`];
}

function makeRunDir(folder: string): string {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new ChildStartError(`Cannot create ${folder}: ${(cause as Error).message}`, {
      hint: 'Set COSTWATCH_HOME to a folder you can write to.',
      cause,
      exitCode: 125,
    });
  }
  return folder;
}
