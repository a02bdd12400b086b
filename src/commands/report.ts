import { setFlagsFromString } from 'node:v8';
import { parseWeekday } from '../core/day-range.ts';
import { dimension } from '../core/dimension.ts';
import { CostwatchError } from '../core/errors.ts';
import type { Arrangement } from '../core/grouping.ts';
import { Ledger } from '../core/ledger.ts';
import { price } from '../core/price.ts';
import { type Summary, summarize } from '../core/summary.ts';
import { Trend } from '../core/trend.ts';
import { readLogs } from '../ingest/read.ts';
import { meter } from '../providers/index.ts';
import { overridesFile } from '../store/paths.ts';
import { loadPriceBook } from '../store/price-book.ts';
import { ownSessionFiles } from '../store/session-log.ts';
import { palette } from '../views/color.ts';
import { plural } from '../views/format.ts';
import { caveats } from '../views/honesty.ts';
import { showProgress } from '../views/progress.ts';
import { CallSpool } from './call-spool.ts';
import { type CommandIo, utcDay } from './command-io.ts';
import { checkOutput, emit, emitParts, modeOf, zoneOf } from './options.ts';
import { alikeSink } from './report-alike.ts';
import { type FilterOptions, filterOf } from './report-filter.ts';
import { reportFormat, type SummaryFormat } from './report-format.ts';
import { type ArrangementOptions, arrangementOf } from './report-options.ts';

export interface ReportOptions extends FilterOptions, ArrangementOptions {
  format?: string;
  json?: boolean;
  calls?: boolean;
  output?: string;
  timezone?: string;
  weekStart?: string;
  mode?: string;
  compact?: boolean;
  color?: boolean;
  strict?: boolean;
  shape?: string;
}

/** Reads logs, prices every call and renders the summary. Without files it reads this machine's own sessions. */
export async function report(files: string[], options: ReportOptions, io: CommandIo): Promise<number> {
  const format = await reportFormat(options);
  checkOutput(options.output, files);
  const zone = zoneOf(options.timezone);
  const weekStart = parseWeekday(options.weekStart ?? 'monday');
  const arrangement = arrangementOf(options);
  const names = groupings(arrangement, 'view' in format && format.stretches !== undefined);
  const ledger = new Ledger(names.map((name) => dimension(name, { zone, weekStart })));
  const book = loadPriceBook({ overridesFile: overridesFile(io.env) });
  const pricing = { book, meter, today: utcDay(io.now), mode: modeOf(options.mode) };
  const wanted = filterOf(options, zone, io.now);
  const inputs = files.length > 0 ? files : inputsOfOwnSessions(io);
  const spool = 'ofCalls' in format ? new CallSpool() : undefined;

  // What is made of a record is soon gone; room for more of it than a processor's cache holds is neither fast nor small.
  setFlagsFromString('--semi-space-growth-factor=1');
  let leftOut = 0;
  const progress = showProgress('Reading logs', process.stderr);
  try {
    await readLogs(
      inputs,
      {
        event: (event) => {
          const verdict = wanted(event);
          if (verdict === false) leftOut++;
          if (verdict === false) return;
          if (verdict !== true) return ledger.skip({ file: event.source ?? '', reason: verdict });
          const priced = price(event, pricing);
          ledger.add(priced);
          spool?.add(priced);
        },
        skip: (problem) => ledger.skip(problem),
        note: (problem) => ledger.note(problem),
        ...(spool ? {} : { alike: alikeSink(ledger, names, options, { zone, pricing, wanted }) }),
      },
      { stdin: io.stdin, progress, ...(options.shape === undefined ? {} : { shape: options.shape }) },
    ).finally(() => progress.stop());

    const summary = summarize(ledger, { book, timezone: zone, arrangement });
    if ('view' in format) emit(render(summary, format, arrangement, ledger, options, io), options.output, io.stdout);
    else if (spool) await emitParts(format.ofCalls(spool.rows(), pricing.today), options.output, io.stdout);
    if (!('view' in format) || format.isBare) for (const line of caveats(summary)) io.stderr.write(`! ${line}\n`);
    if (summary.totals.calls === 0 && leftOut > 0) {
      io.stderr.write(`! ${plural(leftOut, 'call')} read, and none is within the filters\n`);
    }
    return options.strict && isPartial(summary) ? 2 : 0;
  } finally {
    spool?.close();
  }
}

/** What the ledger groups by: what is shown, and what models and charts are made of. */
function groupings({ by, breakdown }: Arrangement, hasCharts: boolean): string[] {
  return [...new Set([...by, ...(breakdown || hasCharts ? ['service', 'model'] : []), ...(hasCharts ? ['day'] : [])])];
}

function render(
  summary: Summary,
  { view, stretches }: SummaryFormat,
  { by }: Arrangement,
  ledger: Ledger,
  options: ReportOptions,
  io: CommandIo,
): string {
  const isFile = options.output !== undefined;
  return view(summary, {
    chalk: palette(isFile ? {} : io.stdout, io.env, options),
    columns: isFile ? 200 : io.stdout.columns || Number(io.env.COLUMNS) || 100,
    by,
    compact: options.compact === true,
    ...(stretches === undefined ? {} : { trend: new Trend(ledger.groups.values(), stretches) }),
  });
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
