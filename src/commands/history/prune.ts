import { UsageError } from '../../core/errors.ts';
import { addDays, isDay } from '../../core/time/day.ts';
import { parseLast } from '../../core/time/day-range.ts';
import { meter } from '../../providers/index.ts';
import { historyLock } from '../../store/files/layout.ts';
import { withLock } from '../../store/files/lock.ts';
import { dataDir, overridesFile } from '../../store/files/paths.ts';
import { type CompactPlan, compact, planCompaction } from '../../store/history/compact.ts';
import { rewriteOldRollups } from '../../store/history/old-rollups.ts';
import { loadPriceBook } from '../../store/settings/price-book.ts';
import { renderCompaction, renderPlan } from '../../views/history/prune.ts';
import { type CommandIo, utcDay } from '../command-io.ts';
import { ownHistory } from '../own-history.ts';

export interface PruneOptions {
  olderThan?: string;
  before?: string;
  dryRun?: boolean;
  yes?: boolean;
}

/** Compacts the logs of old sessions, month by month; without `--yes` it says what it would do. */
export async function pruneHistory(options: PruneOptions, io: CommandIo): Promise<number> {
  const before = firstDayKept(options, io.now);
  const context = {
    book: loadPriceBook({ overridesFile: overridesFile(io.env) }),
    meter,
    today: utcDay(io.now),
    mode: 'auto' as const,
  };
  const source = await ownHistory(io);
  if (options.dryRun || !options.yes) {
    const plan = await planCompaction(before, source, context);
    io.stdout.write(renderPlan(shown(plan, before), commandOf(options)));
    return 0;
  }
  const unread: CompactPlan['kept'] = [];
  await rewriteOldRollups(source, context, ({ file, reason }) => unread.push({ file, reason }));
  const done = await withLock(historyLock(dataDir(io.env)), source.me, source.isGone, async () => {
    const plan = await planCompaction(before, source, context);
    await compact(plan, source, context);
    return plan;
  });
  done.kept.unshift(...unread);
  io.stdout.write(renderCompaction(shown(done, before)));
  return 0;
}

function shown({ months, kept, leftovers }: CompactPlan, before: string) {
  return {
    before,
    months: months.map(({ month, logs, row, bytes }) => ({ month, sessions: logs.length, row, bytes })),
    kept,
    leftovers: leftovers.length,
  };
}

function firstDayKept({ olderThan, before }: PruneOptions, now: Date): string {
  if ((olderThan === undefined) === (before === undefined)) {
    throw new UsageError(
      olderThan === undefined ? 'Which sessions are to be pruned?' : '--older-than and --before cannot be combined.',
      {
        hint: 'Write --older-than 90d, or --before 2026-09-01.',
      },
    );
  }
  if (before !== undefined) {
    if (isDay(before)) return before;
    throw new UsageError(`--before '${before}' is not a day.`, { hint: 'Write --before 2026-09-01.' });
  }
  try {
    // The last 90 days with today are kept, and the day before them is the 90th.
    return addDays(parseLast(olderThan!, now, 'UTC'), -1);
  } catch {
    throw new UsageError(`--older-than '${olderThan}' is not a number of days, weeks or months.`, {
      hint: 'Write --older-than 90d, 12w or 6m.',
    });
  }
}

function commandOf({ olderThan, before }: PruneOptions): string {
  const when = olderThan === undefined ? `--before ${before}` : `--older-than ${olderThan}`;
  return `costwatch history prune ${when} --yes`;
}
