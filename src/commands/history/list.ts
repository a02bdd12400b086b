import { Ledger } from '../../core/ledger/ledger.ts';
import { type MetricRow, Metrics } from '../../core/ledger/metrics.ts';
import { summarize } from '../../core/ledger/summary.ts';
import { dimension, localDay } from '../../core/usage/dimension.ts';
import { meter } from '../../providers/index.ts';
import { overridesFile } from '../../store/files/paths.ts';
import { countHistory } from '../../store/history/count.ts';
import type { ReadLog } from '../../store/history/read.ts';
import { loadPriceBook } from '../../store/settings/price-book.ts';
import { jsonText } from '../../views/formats/json.ts';
import { renderHistory } from '../../views/history/list.ts';
import { type CommandIo, look, utcDay } from '../command-io.ts';
import { type FilterOptions, filterOf } from '../filter.ts';
import { zoneOf } from '../options.ts';
import { ownHistory } from '../own-history.ts';
import { type OwnSession, ownSession } from './sessions.ts';

export interface ListOptions extends Pick<FilterOptions, 'since' | 'until' | 'last' | 'label'> {
  timezone?: string;
  json?: boolean;
  color?: boolean;
}

/** Prints the sessions that have calls within the filters, newest first, and their total. */
export async function listHistory(options: ListOptions, io: CommandIo): Promise<number> {
  const zone = zoneOf(options.timezone);
  const book = loadPriceBook({ overridesFile: overridesFile(io.env) });
  const ledger = new Ledger([dimension('file', zone)]);
  const context = { book, meter, today: utcDay(io.now), mode: 'auto' as const };
  const logs: ReadLog[] = [];
  await countHistory(ledger, await ownHistory(io), context, {
    wanted: filterOf(options, zone, io.now),
    log: (log) => logs.push(log),
  });
  const summary = summarize(ledger, { book, timezone: zone, arrangement: { by: ['file'] } });
  const rows = new Map(summary.groups.map((group) => [group.key.file, group as MetricRow]));
  const isFiltered = [options.since, options.until, options.last, options.label].some((given) => given !== undefined);
  const listed = logs
    .map(ownSession)
    .filter(({ file }) => rows.has(file) || !isFiltered)
    .map((session) => ({ session, row: rows.get(session.file) ?? NO_CALLS }))
    .sort((a, b) => (startOf(a.session) > startOf(b.session) ? -1 : 1));
  io.stdout.write(
    options.json
      ? jsonText({
          schemaVersion: 1,
          timezone: zone,
          sessions: listed.map(({ session, row }) => ({ ...plainSession(session), ...metricsOf(row) })),
          totals: summary.totals,
          incomplete: summary.incomplete,
          diagnostics: summary.diagnostics,
        })
      : renderHistory(
          listed.map(({ session, row }) => ({ session, row, day: localDay(session.startedAt, zone) })),
          summary,
          look(io.stdout, io.env, options),
        ),
  );
  return 0;
}

/** With the id: two may start at once. */
function startOf({ startedAt, id }: OwnSession): string {
  return `${startedAt} ${id}`;
}

function metricsOf({ key: _, ...row }: MetricRow & { key?: unknown }): MetricRow {
  return row;
}

const NO_CALLS = new Metrics().toRow('');

function plainSession({ id, startedAt, command, session, isCompacted, skipped, file }: OwnSession): object {
  const { endedAt, exitCode, signal, unwatched } = session ?? {};
  return { id, startedAt, endedAt, command, exitCode, signal, unwatched, compacted: isCompacted, skipped, file };
}
