import { type DayRange, inRange, parseDay } from '../core/day-range.ts';
import { dimension, localDay } from '../core/dimension.ts';
import { CostwatchError, UsageError } from '../core/errors.ts';
import type { UsageEvent } from '../core/event.ts';
import { Ledger } from '../core/ledger.ts';
import { price } from '../core/price.ts';
import { bareModelId } from '../core/price-book.ts';
import { type Summary, summarize } from '../core/summary.ts';
import { readLogs } from '../ingest/read.ts';
import { meter } from '../providers/index.ts';
import { overridesFile } from '../store/paths.ts';
import { loadPriceBook } from '../store/price-book.ts';
import { ownSessionFiles } from '../store/session-log.ts';
import { palette } from '../views/color.ts';
import { showProgress } from '../views/progress.ts';
import { type CommandIo, utcDay } from './command-io.ts';
import { checkOutput, emit, modeOf, viewOf, zoneOf } from './options.ts';

export interface ReportOptions {
  format?: string;
  json?: boolean;
  output?: string;
  since?: string;
  until?: string;
  timezone?: string;
  by?: string[];
  service?: string[];
  model?: string[];
  label?: Record<string, string>;
  mode?: string;
  compact?: boolean;
  color?: boolean;
  strict?: boolean;
}

/** Reads logs, prices every call and renders the summary. Without files it reads this machine's own sessions. */
export async function report(files: string[], options: ReportOptions, io: CommandIo): Promise<number> {
  const view = await viewOf(options);
  checkOutput(options.output);
  const zone = zoneOf(options.timezone);
  const by = options.by ?? [];
  const ledger = new Ledger(by.map((name) => dimension(name, zone)));
  const book = loadPriceBook({ overridesFile: overridesFile(io.env) });
  const pricing = { book, meter, today: utcDay(io.now), mode: modeOf(options.mode) };
  const wanted = filterOf(options, zone, io.now);

  const progress = showProgress('Reading logs…', process.stderr);
  await readLogs(
    files.length > 0 ? files : inputsOfOwnSessions(io),
    {
      event: (event) => {
        const verdict = wanted(event);
        if (verdict === true) ledger.add(price(event, pricing));
        else if (verdict !== false) ledger.skip({ file: event.source ?? '', reason: verdict });
      },
      skip: (problem) => ledger.skip(problem),
      note: (problem) => ledger.note(problem),
    },
    { stdin: io.stdin },
  ).finally(() => progress.stop());

  const summary = summarize(ledger, { book, timezone: zone });
  const chalk = palette(options.output === undefined ? io.stdout : {}, io.env, options);
  const columns = options.output === undefined ? (io.stdout.columns ?? (Number(io.env.COLUMNS) || 100)) : 200;
  emit(view(summary, { chalk, columns, by, compact: options.compact === true }), options.output, io.stdout);
  return options.strict && isPartial(summary) ? 2 : 0;
}

function inputsOfOwnSessions(io: CommandIo): string[] {
  const files = ownSessionFiles(io.env);
  if (files.length > 0) return files;
  throw new CostwatchError('There is no session of your own yet.', {
    hint: 'Record one with: costwatch run -- node your-script.js   or name log files: costwatch report logs/*.jsonl',
  });
}

function isPartial(summary: Summary): boolean {
  return summary.incomplete || summary.diagnostics.skipped > 0 || summary.diagnostics.problems.length > 0;
}

/** True for calls to count, false for calls that were not asked for, a reason for calls that cannot be placed. */
function filterOf(options: ReportOptions, zone: string, now: Date): (event: UsageEvent) => boolean | string {
  const range: DayRange = {};
  if (options.since !== undefined) range.since = parseDay(options.since, '--since', now, zone);
  if (options.until !== undefined) range.until = parseDay(options.until, '--until', now, zone);
  if (range.since !== undefined && range.until !== undefined && range.since > range.until) {
    throw new UsageError(`--since ${range.since} is after --until ${range.until}.`, { hint: 'Swap the two days.' });
  }
  const labels = Object.entries(options.label ?? {});
  return (event) => {
    if (options.service && !options.service.includes(event.service)) return false;
    if (options.model && !options.model.some((pattern) => isModel(event, pattern))) return false;
    if (labels.some(([name, value]) => event.labels?.[name] !== value)) return false;
    if (range.since === undefined && range.until === undefined) return true;
    if (event.timestamp === undefined) return 'no time in the record, so it is in no range of days';
    return inRange(localDay(event.timestamp, zone), range);
  };
}

/** A model by its id, or by the start of it with `*`. */
function isModel(event: UsageEvent, pattern: string): boolean {
  const id = bareModelId(event.responseModel ?? event.requestModel ?? '');
  return pattern.endsWith('*') ? id.startsWith(pattern.slice(0, -1)) : id === pattern;
}
