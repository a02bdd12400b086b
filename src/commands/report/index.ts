import type { Arrangement } from '../../core/ledger/grouping.ts';
import { Ledger } from '../../core/ledger/ledger.ts';
import { comparePeriods, PreviousDays } from '../../core/ledger/previous.ts';
import { type Summary, summarize } from '../../core/ledger/summary.ts';
import { Trend } from '../../core/ledger/trend.ts';
import type { PricedEvent, PricingContext } from '../../core/pricing/price.ts';
import { parseWeekday } from '../../core/time/day-range.ts';
import type { Calendar } from '../../core/usage/dimension.ts';
import type { UsageEvent } from '../../core/usage/event.ts';
import type { WhatIfComparison } from '../../core/what-if/compare.ts';
import { resolveInputs, STDIN } from '../../ingest/read.ts';
import { meter } from '../../providers/index.ts';
import { overridesFile } from '../../store/files/paths.ts';
import { loadPriceBook } from '../../store/settings/price-book.ts';
import { caveats } from '../../views/report/caveats.ts';
import { palette } from '../../views/terminal/color.ts';
import { plural } from '../../views/terminal/format.ts';
import { type Progress, showProgress } from '../../views/terminal/progress.ts';
import { type CommandIo, utcDay } from '../command-io.ts';
import { type Filter, type FilterOptions, filterOf, ofAnyDay, rangeOf } from '../filter.ts';
import { checkOutput, emit, emitParts, modeOf, zoneOf } from '../options.ts';
import { ownHistory } from '../own-history.ts';
import { runningNote, runningSessions } from '../running-servers.ts';
import { type ArrangementOptions, arrangementOf } from './arrangement.ts';
import { CallSpool } from './call-spool.ts';
import { type CountJob, countLogs, ledgerFor } from './count.ts';
import { reportFormat, type SummaryFormat } from './format.ts';
import { failOverOf, isOver, OVER } from './limit.ts';
import { countElsewhere, sharesOf } from './threads.ts';
import { type WhatIfOptions, whatIfOf } from './what-if.ts';

export interface ReportOptions extends FilterOptions, ArrangementOptions, WhatIfOptions {
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
  failOver?: string;
  shape?: string;
  /** Prices own sessions at the prices of today, not at those they were recorded at. */
  reprice?: boolean;
}

/** Reads logs, prices every call and renders the summary. Without files it reads this machine's own sessions. */
export async function report(files: string[], options: ReportOptions, io: CommandIo): Promise<number> {
  const format = await reportFormat(options);
  checkOutput(options.output, files);
  const limit = failOverOf(options.failOver);
  const zone = zoneOf(options.timezone);
  const weekStart = parseWeekday(options.weekStart ?? 'monday');
  const arrangement = arrangementOf(options);
  const names = groupings(arrangement, 'view' in format && format.buckets !== undefined);
  const calendar = { zone, weekStart };
  const ledger = ledgerFor({ groups: names, calendar });
  const book = loadPriceBook({ overridesFile: overridesFile(io.env) });
  const pricing = { book, meter, today: utcDay(io.now), mode: modeOf(options.mode) };
  const whatIf = whatIfOf(options, pricing, io.now);
  const wanted = filterOf(options, zone, io.now);
  const previous = files.length === 0 && !whatIf ? previousOf(options, zone, io) : undefined;
  const versions = new Set<string>();
  const spool = 'ofCalls' in format ? new CallSpool() : undefined;
  const count = files.length > 0 ? countFiles : countOwn;

  const progress = showProgress('Reading logs');
  try {
    const reading = {
      files,
      ledger,
      pricing,
      wanted,
      spool,
      whatIf,
      options,
      previous,
      versions,
      groups: names,
      calendar,
      progress,
    };
    const leftOut = await count(reading, io).finally(() => progress.stop());

    const summary = summarize(ledger, {
      book,
      timezone: zone,
      arrangement,
      ...(versions.size > 0 && !options.reprice ? { recorded: [...versions].sort() } : {}),
      ...(previous ? { previous: comparePeriods(previous.days, previous.ledger, ledger) } : {}),
    });
    if (whatIf) summary.whatIf = whatIf.summary();
    if ('view' in format) emit(render(summary, format, arrangement, ledger, options, io), options.output, io.stdout);
    else if (spool) await emitParts(format.ofCalls(spool.rows(), pricing.today), options.output, io.stdout);
    if (!('view' in format) || format.isBare) for (const line of caveats(summary)) io.stderr.write(`! ${line}\n`);
    const isNoneWanted = summary.totals.calls === 0 && leftOut > 0;
    if (isNoneWanted) io.stderr.write(`! ${plural(leftOut, 'call')} read, none of which matches the filters\n`);
    if (isOver(ledger, limit, summary.totals.costAccuracy === 'lower-bound', io.stderr)) return OVER;
    return options.strict && (isNoneWanted || isPartial(summary)) ? 2 : 0;
  } finally {
    spool?.close();
  }
}

/** What is read, and where it goes. */
interface Reading {
  files: string[];
  ledger: Ledger;
  pricing: PricingContext;
  wanted: Filter;
  spool: CallSpool | undefined;
  whatIf: WhatIfComparison | undefined;
  options: ReportOptions;
  previous: Previous | undefined;
  /** Of the price books that sessions were priced by. */
  versions: Set<string>;
  /** What the ledger groups by. */
  groups: readonly string[];
  calendar: Calendar;
  progress: Progress;
}

/** The days before those of the report, and what was called on them. */
interface Previous {
  days: PreviousDays;
  ledger: Ledger;
  wanted: (event: UsageEvent) => boolean;
}

function previousOf(options: ReportOptions, zone: string, io: CommandIo): Previous | undefined {
  const days = PreviousDays.of(rangeOf(options, zone, io.now), io.now, zone);
  if (!days) return undefined;
  const filter = filterOf(ofAnyDay(options), zone, io.now);
  return { days, ledger: new Ledger(), wanted: (event) => filter(event) === true && days.has(event.timestamp) };
}

/** Counts the calls of logs, on several threads where there is much to read. Returns how many the filters left out. */
async function countFiles(reading: Reading, io: CommandIo): Promise<number> {
  const { files, ledger, pricing, spool, whatIf, options, versions, groups, calendar, progress } = reading;
  const resolved = await resolveInputs(files);
  const { sizes, ...inputs } = resolved;
  progress.expect(resolved.stdin ? 0 : sizes.reduce((sum, size) => sum + size, 0));
  const [own = [], ...others] = spool || whatIf ? [inputs.files] : sharesOf(resolved, io.env);
  const { since, until, last, service, model, status, label } = options;
  const job: CountJob = {
    inputs: { ...inputs, files: own },
    isShare: others.length > 0,
    groups,
    calendar,
    filters: { since, until, last, service, model, status, label } as FilterOptions,
    now: io.now.toISOString(),
    mode: pricing.mode ?? 'auto',
    overridesFile: overridesFile(io.env),
    reprice: options.reprice ?? false,
    shape: options.shape,
  };
  const elsewhere = others.map((share) => {
    const alone = { files: share, stdin: false, unreadable: [], repeated: [] };
    return countElsewhere({ ...job, inputs: alone }, progress);
  });
  const here = countLogs(job, {
    ledger,
    pricing,
    progress,
    ...(whatIf ? { instead: (real) => whatIf.price(real) } : {}),
    ...(spool ? { each: (priced) => spool.add(priced) } : {}),
    // Opening it takes long.
    ...(files.includes(STDIN) && io.stdin ? { stdin: io.stdin } : {}),
  });
  const [counted, ...shares] = await Promise.all([here, ...elsewhere]);
  for (const { state } of shares) ledger.merge(state);
  for (const share of [counted, ...shares]) for (const version of share.versions) versions.add(version);
  return [counted, ...shares].reduce((sum, { leftOut }) => sum + leftOut, 0);
}

/** The same for the own history. */
async function countOwn(reading: Reading, io: CommandIo): Promise<number> {
  const { ledger, pricing, wanted, spool, whatIf, options, previous, versions } = reading;
  const { countHistory } = await import('../../store/history/count.ts');
  const { reprice = false } = options;
  const each = spool && { each: (priced: PricedEvent) => spool.add(priced) };
  const leftOut = await countHistory(ledger, await ownHistory(io), pricing, {
    wanted,
    versions,
    reprice,
    ...each,
    ...(whatIf ? { instead: (real: PricedEvent) => whatIf.price(real) } : {}),
    ...(previous ? { also: previous } : {}),
  });
  const note = runningNote(await runningSessions(io));
  if (note) ledger.addRemark(note, 1);
  return leftOut;
}

/** What the ledger groups by: what is shown, and what models and charts are made of. */
function groupings({ by, breakdown }: Arrangement, hasCharts: boolean): string[] {
  return [...new Set([...by, ...(breakdown || hasCharts ? ['service', 'model'] : []), ...(hasCharts ? ['day'] : [])])];
}

function render(
  summary: Summary,
  { view, buckets }: SummaryFormat,
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
    ...(buckets === undefined ? {} : { trend: new Trend(ledger.groups.values(), buckets) }),
  });
}

/** Whether anything is missing from the figures, which `--strict` makes an error. */
export function isPartial(summary: Summary): boolean {
  return summary.incomplete || summary.diagnostics.skipped > 0 || summary.diagnostics.problems.length > 0;
}
