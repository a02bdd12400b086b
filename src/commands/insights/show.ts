import { UsageError } from '../../core/errors.ts';
import { ForecastCalls } from '../../core/insights/forecast-calls.ts';
import { InsightCalls } from '../../core/insights/insights.ts';
import { parseTargets } from '../../core/insights/targets.ts';
import { summarize } from '../../core/ledger/summary.ts';
import { meter } from '../../providers/index.ts';
import { overridesFile } from '../../store/files/paths.ts';
import { type CallSink, readCalls } from '../../store/history/log-reader.ts';
import { readHistory } from '../../store/history/read.ts';
import { loadPriceBook } from '../../store/settings/price-book.ts';
import { renderInsights } from '../../views/insights/insights.ts';
import { palette } from '../../views/terminal/color.ts';
import { plural } from '../../views/terminal/format.ts';
import { whileWaiting } from '../../views/terminal/spinner.ts';
import { type CommandIo, utcDay } from '../command-io.ts';
import { type FilterOptions, filterOf, ofAnyDay } from '../filter.ts';
import { checkOutput, emit, zoneOf } from '../options.ts';
import { ownHistory } from '../own-history.ts';
import { isPartial } from '../report/index.ts';
import { insightsJson } from './json.ts';

export interface InsightsOptions extends FilterOptions {
  /** Names of `--by`. */
  unit?: string[];
  /** `name=value`, each. */
  target?: string[];
  format?: string;
  json?: boolean;
  output?: string;
  timezone?: string;
  strict?: boolean;
  color?: boolean;
}

/** Reads calls as `report` does and says what they cost a unit, what could be saved, and what the month comes to. */
export async function showInsights(files: string[], options: InsightsOptions, io: CommandIo): Promise<number> {
  const isJson = wantsJson(options);
  checkOutput(options.output, files);
  const units = [...new Set(options.unit ?? [])];
  const targets = parseTargets(options.target ?? [], units);
  const zone = zoneOf(options.timezone);
  const book = loadPriceBook({ overridesFile: overridesFile(io.env) });
  const pricing = { book, meter, today: utcDay(io.now) };
  const calls = new InsightCalls(units, { zone }, pricing);
  const { ledger } = calls;
  // The month is the whole month, whichever days the rest is about.
  const month = new ForecastCalls(io.now, zone);
  const wanted = filterOf(options, zone, io.now);
  const inMonth = filterOf(ofAnyDay(options), zone, io.now);

  const versions = new Set<string>();
  let leftOut = 0;
  const sink: CallSink = {
    call: (priced, version) => {
      const { event } = priced;
      const verdict = wanted(event);
      if (verdict === false) leftOut += event.calls ?? 1;
      else if (verdict !== true) ledger.skip({ file: event.source ?? '', reason: verdict });
      if (verdict === true) {
        calls.add(priced);
        if (version !== undefined) versions.add(version);
      }
      if (inMonth(event) === true) month.add(priced);
    },
    skip: (problem) => ledger.skip(problem),
    note: (problem) => ledger.note(problem),
  };
  const reading =
    files.length > 0
      ? readCalls(files, pricing, sink, io.stdin ? { stdin: io.stdin } : {})
      : readHistory(await ownHistory(io), pricing, sink, { command: 'insights' });
  await whileWaiting('Reading logs', reading);

  const summary = summarize(ledger, {
    book,
    timezone: zone,
    arrangement: { by: [] },
    ...(versions.size > 0 ? { recorded: [...versions].sort() } : {}),
  });
  const found = { summary, insights: calls.insights, forecast: month.forecast, targets };
  const isFile = options.output !== undefined;
  const columns = isFile ? 100 : Math.max(io.stdout.columns || Number(io.env.COLUMNS) || 100, 40);
  const text = isJson
    ? insightsJson(found)
    : renderInsights(found, { columns, colors: palette(isFile ? {} : io.stdout, io.env, options) });
  emit(text, options.output, io.stdout);
  if (summary.totals.calls === 0 && leftOut > 0)
    io.stderr.write(`! ${plural(leftOut, 'call')} read, none of which matches the filters\n`);
  return options.strict && isPartial(summary) ? 2 : 0;
}

function wantsJson({ json, format = 'table' }: InsightsOptions): boolean {
  if (json || format === 'json') return true;
  if (format === 'table') return false;
  throw new UsageError(`Unknown format '${format}'.`, { hint: 'Use --format table or --format json.' });
}
